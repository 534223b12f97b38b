#pragma once
/// What DCMTK's dcmdump, a reader that is not ours, prints of a file.

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "raw_http.hpp"

namespace gantry::test {

/// Values of a tag "0018,9087" at every depth, in the order of the file, without brackets.
/// @param within  only where this sequence "0020,9113" was opened last; "" for anywhere
inline std::vector<std::string> dumped(const std::filesystem::path& file, const std::string& tag,
                                       const std::string& within = "") {
    const auto text = runCommand("dcmdump -q +L '" + file.string() + "' 2>/dev/null").output;
    std::vector<std::string> values;
    std::istringstream lines(text);
    std::string sequence;
    for (std::string line; std::getline(lines, line);) {
        const auto start = line.find('(');
        if (start == std::string::npos || line.size() < start + 16) continue;
        const auto name = line.substr(start + 1, 9);
        if (line.substr(start + 12, 2) == "SQ") sequence = name;
        if (name != tag || (!within.empty() && sequence != within)) continue;
        auto value = line.substr(start + 15, line.rfind('#') - start - 15);
        value.erase(value.find_last_not_of(' ') + 1);
        if (value == "(no value available)") value.clear();
        if (value.starts_with('[')) value = value.substr(1, value.size() - 2);
        values.push_back(value);
    }
    return values;
}

}  // namespace gantry::test
