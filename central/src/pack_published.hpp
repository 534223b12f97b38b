#pragma once
/// The imaging manual that sites work by now, as far as the inbox tells.

#include "gantry/qc/pack.hpp"
#include "office.hpp"

namespace gantry::central {

/// MAJOR.MINOR.PATCH as numbers, so that 1.10.0 follows 1.9.0.
std::array<unsigned, 3> numbersOf(std::string_view version);
/// The highest published version that is not withdrawn and whose time has come; nullopt when there is none.
Result<std::optional<qc::Pack>> packInForce(Office& office, UnixMillis now);

}  // namespace gantry::central
