#pragma once
/// Reading the UTC times that isoUtc() writes.

#include <cstdint>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// "2026-11-23T08:49:03Z", with or without a fraction, to seconds since the Unix epoch. @errors
/// InvalidArgument
Result<std::int64_t> unixSeconds(std::string_view iso);

}  // namespace gantry::uplink
