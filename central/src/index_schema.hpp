#pragma once
/// The index's migrations, as they are in the program.

#include <string_view>

namespace gantry::central {
extern const std::string_view kIndexSchema;
extern const std::string_view kIndexWithdrawn;
extern const std::string_view kIndexConcat;
extern const std::string_view kIndexSites;
extern const std::string_view kIndexAudit;
}  // namespace gantry::central
