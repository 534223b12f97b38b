#include "demo_pack.hpp"

namespace gantry::test {

Result<std::filesystem::path> writeDemoPack(const std::filesystem::path& folder,
                                            std::optional<int> min_coverage_mm) {
    (void)min_coverage_mm;
    return folder / "pack.json";
}

}  // namespace gantry::test
