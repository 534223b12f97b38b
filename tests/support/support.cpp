#include "support.hpp"

#include <cstdlib>
#include <iostream>

namespace gantry::test {

TemporaryDirectory temporaryDirectory() {
    return must(TemporaryDirectory::create(std::filesystem::temp_directory_path(), "gantry-test-"));
}

std::optional<std::filesystem::path> sharedFolder() {
    const char* named = std::getenv("GANTRY_SHARED");
    const auto folder = named ? std::filesystem::path(named)
                              : std::filesystem::path(GANTRY_SOURCE_DIR).parent_path() / "shared";
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder / "data", ignored)) return std::nullopt;
    return folder;
}

void skipLoudly(const std::string& reason) {
    std::cerr << "SKIPPED: " << reason << '\n';
    WARN("skipped: " << reason);
}

}  // namespace gantry::test
