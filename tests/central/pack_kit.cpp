#include "pack_kit.hpp"

#include <algorithm>

namespace gantry::test {

CommandOutcome packOutput(const std::string& arguments) {
    return runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central pack " + arguments);
}

CommandOutcome pack(const std::string& arguments) {
    return packOutput(arguments + " 2>&1");
}

std::filesystem::path shippedPack(const std::string& name) {
    return std::filesystem::path(GANTRY_SOURCE_DIR) / "packs" / (name + ".yaml");
}

std::vector<std::filesystem::path> shippedPacks() {
    std::vector<std::filesystem::path> packs;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(GANTRY_SOURCE_DIR) / "packs"))
        if (entry.path().extension() == ".yaml") packs.push_back(entry.path());
    std::ranges::sort(packs);
    return packs;
}

std::filesystem::path written(const TemporaryDirectory& folder, const std::string& name,
                              const std::string& text) {
    const auto path = folder.path() / name;
    must(writeFileDurably(path, asBytes(text)));
    return path;
}

std::string smallPackWith(const std::string& from, const std::string& to) {
    std::string yaml = kSmallPack;
    const auto at = yaml.find(from);
    REQUIRE(at != std::string::npos);
    return yaml.replace(at, from.size(), to);
}

}  // namespace gantry::test
