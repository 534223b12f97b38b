#pragma once
/// What dciodvfy (dicom3tools) finds wrong with a file by the modules of its IOD.

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "raw_http.hpp"

namespace gantry::test {

/// Errors without the values that differ between an object and what was made of it; nothing where it gives up.
inline std::optional<std::set<std::string>> iodErrors(const std::filesystem::path& file) {
    const auto text = runCommand("dciodvfy -new -filename '" + file.string() + "' 2>&1 >/dev/null").output;
    for (const auto* gave_up : {"Assertion", "read failed", "Information Object Not found"})
        if (text.find(gave_up) != std::string::npos) return std::nullopt;
    std::istringstream lines(text);
    std::set<std::string> out;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("Error")) continue;
        const auto first = line.find(" - ");
        const auto value = line.find(" - Value", first == std::string::npos ? 0 : first + 1);
        out.insert(line.substr(0, std::min(value, line.find('='))));
    }
    return out;
}

}  // namespace gantry::test
