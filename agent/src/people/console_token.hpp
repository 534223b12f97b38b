#pragma once
/// What shows that a caller works at this machine, as gantryctl does: a secret in a file that only gantryd's account
/// and root can read. New at each start.

#include <filesystem>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::agent {

/// Below the data directory.
std::filesystem::path consoleTokenFile(const std::filesystem::path& data_directory);
/// Writes a new one, mode 0600. @return it
Result<std::string> makeConsoleToken(const std::filesystem::path& data_directory);

}  // namespace gantry::agent
