#pragma once
/// Request targets from strangers: decoded once, and refused when two readers could take them differently.

#include <map>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::http {

struct Target {
    std::string path;
    std::map<std::string, std::string> query;
};

/// Origin form ("/a/b?x=1") or absolute form ("http://host/a"), RFC 9112 3.2.
/// @errors InvalidArgument: control characters, broken percent-encoding, encoded slashes or backslashes,
/// empty,
///         "." or ".." segments.
Result<Target> parseTarget(std::string_view target);

}  // namespace gantry::http
