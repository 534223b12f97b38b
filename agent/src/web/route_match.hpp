#pragma once
/// What of a call leads to its route and its session.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gantry::agent {

/// Segment by segment; "{id}" takes a number and gives it out, any other "{…}" takes one segment.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::int64_t>& numbers);

/// The name of the cookie that holds a session.
std::string sessionCookie(bool tls);

}  // namespace gantry::agent
