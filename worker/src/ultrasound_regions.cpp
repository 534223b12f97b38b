#include "ultrasound_regions.hpp"

#include <algorithm>
#include <optional>

namespace gantry::imaging {
namespace {

using dicom::Tag;

constexpr Tag kRegions{0x00186011};
constexpr Tag kMinX0{0x00186018};
constexpr Tag kMinY0{0x0018601A};
constexpr Tag kMaxX1{0x0018601C};
constexpr Tag kMaxY1{0x0018601E};

std::optional<int> numberOf(const dicom::DataSet& item, Tag tag) {
    const auto* element = item.find(tag);
    if (!element) return std::nullopt;
    const auto numbers = dicom::binaryNumbers(*element, item.encoding);
    constexpr double kMost = 65535;
    if (numbers.size() != 1 || numbers[0] < 0 || numbers[0] > kMost) return std::nullopt;
    return static_cast<int>(numbers[0]);
}

}  // namespace

std::vector<Box> ultrasoundRegions(const dicom::DataSet& dataset, int rows, int columns) {
    const auto* sequence = dataset.find(kRegions);
    if (!sequence) return {};
    std::vector<Box> out;
    for (const auto& item : sequence->items) {
        const auto x0 = numberOf(item, kMinX0), y0 = numberOf(item, kMinY0);
        const auto x1 = numberOf(item, kMaxX1), y1 = numberOf(item, kMaxY1);
        if (!x0 || !y0 || !x1 || !y1 || *x1 <= *x0 || *y1 <= *y0 || *x0 >= columns || *y0 >= rows) return {};
        out.push_back({*y0, std::min(*y1, rows - 1), *x0, std::min(*x1, columns - 1)});
    }
    return out;
}

std::vector<Box> outsideOf(const std::vector<Box>& regions, int rows, int columns) {
    // Bands of rows in which nothing changes, and in each of them what no region covers.
    std::vector<int> cuts{0, rows};
    for (const auto& region : regions) {
        cuts.push_back(region.first_row);
        cuts.push_back(region.last_row + 1);
    }
    std::ranges::sort(cuts);
    std::vector<Box> out;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        if (cuts[i] >= cuts[i + 1]) continue;
        std::vector<std::pair<int, int>> inside;
        for (const auto& region : regions)
            if (region.first_row <= cuts[i] && region.last_row >= cuts[i])
                inside.emplace_back(region.first_column, region.last_column);
        std::ranges::sort(inside);
        int next = 0;
        for (const auto& [first, last] : inside) {
            if (first > next) out.push_back({cuts[i], cuts[i + 1] - 1, next, first - 1});
            next = std::max(next, last + 1);
        }
        if (next < columns) out.push_back({cuts[i], cuts[i + 1] - 1, next, columns - 1});
    }
    return out;
}

}  // namespace gantry::imaging
