#include "demo_pack.hpp"

#include "gantry/core/files.hpp"
#include "process.hpp"

namespace gantry::test {

namespace {

Result<std::string> withCoverage(std::string yaml, int min_coverage_mm) {
    constexpr std::string_view kShipped = "min_coverage: 550 mm";
    const auto at = yaml.find(kShipped);
    if (at == yaml.npos)
        return fail(Errc::BadFormat, "the demonstration pack has another coverage than 550 mm");
    return yaml.replace(at, kShipped.size(), "min_coverage: " + std::to_string(min_coverage_mm) + " mm");
}

}  // namespace

Result<std::filesystem::path> writeDemoPack(const std::filesystem::path& folder,
                                            std::optional<int> min_coverage_mm) {
    auto yaml = GANTRY_TRY(readFile(std::filesystem::path(GANTRY_SOURCE_DIR) / "packs" / "onc-demo-ct.yaml"));
    if (min_coverage_mm) yaml = GANTRY_TRY(withCoverage(std::move(yaml), *min_coverage_mm));
    const auto source = folder / "pack.yaml";
    GANTRY_CHECK(writeFileDurably(source, asBytes(yaml)));
    return buildPack(source, folder);
}

Result<std::filesystem::path> buildPack(const std::filesystem::path& source,
                                        const std::filesystem::path& folder) {
    const auto built = folder / "pack.json";
    const auto log = folder / "pack.log";
    const auto code = GANTRY_TRY(
        runToEnd({"gantry-central", {"pack", "build", source.string(), "--out", built.string()}, log, {}}));
    if (code != 0)
        return fail(Errc::ConfigInvalid, "gantry-central pack build: " + GANTRY_TRY(readFile(log)));
    return built;
}

}  // namespace gantry::test
