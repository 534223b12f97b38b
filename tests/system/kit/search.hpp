#pragma once
/// Looking into what came out, byte by byte.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::test {

/// Regular files below `folder`, sorted by path. Empty where there is no such folder.
std::vector<std::filesystem::path> filesBelow(const std::filesystem::path& folder);

/// Those of `needles` that stand in the bytes of `file`, as they are or as UTF-8 of their ISO 8859-1 bytes,
/// in either case of their letters.
Result<std::vector<std::string>> foundIn(const std::filesystem::path& file,
                                         std::span<const std::string> needles);

}  // namespace gantry::test
