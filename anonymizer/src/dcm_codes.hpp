#pragma once
/// The standard's own codes: scheme DCM, PS3.16 Annex D.

#include <string_view>

namespace gantry::anonymizer {

/// Code meaning; "" for codes that the table does not have.
std::string_view meaningOfDcmCode(std::string_view value);

}  // namespace gantry::anonymizer
