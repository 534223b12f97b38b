#pragma once
/// Files that hold secrets: not replaced, and not read when others can.

#include <filesystem>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// @errors AlreadyExists
Result<> checkAbsent(const std::filesystem::path& path);
/// @errors NotAllowed when group or others have any right; NotFound
Result<> checkPrivate(const std::filesystem::path& path);

}  // namespace gantry::uplink
