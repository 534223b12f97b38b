#pragma once
#include <string_view>

#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::agent {

/// When the first certificate of a PEM ends. @errors BadFormat
Result<UnixMillis> certificateEnd(std::string_view pem);

}  // namespace gantry::agent
