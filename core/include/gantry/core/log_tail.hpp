#pragma once
/// The last lines of the log of this process, for who asks at the page. They hold no patient data, as no line does.

#include <string>
#include <vector>

namespace gantry::log {

inline constexpr std::size_t kKeptLines = 1000;

/// Oldest first, without line feeds; at most kKeptLines. Thread-safe.
std::vector<std::string> tail();

}  // namespace gantry::log
