#pragma once
/// index.sql, as it is in the program.

#include <string_view>

namespace gantry::central {
extern const std::string_view kIndexSchema;
}
