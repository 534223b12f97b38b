#include "volume_positions.hpp"

#include <algorithm>
#include <iterator>

#include "geometry_steps.hpp"

namespace gantry::qc {

PositionTable::PositionTable(const FrameTable& table, std::span<const std::uint32_t> planes) {
    const Vector3 normal = normalOf(table.plane(table.frames()[planes.front()]));
    std::vector<std::pair<double, std::uint32_t>> placed;
    placed.reserve(planes.size());
    for (const auto plane : planes) placed.emplace_back(along(normal, table.frames()[plane].position), plane);
    std::ranges::sort(placed);
    number_of_.reserve(placed.size());
    for (const auto& [z, plane] : placed) {
        if (positions_mm_.empty() || !(z - positions_mm_.back() < kDuplicateWithinMm))
            positions_mm_.push_back(z);
        number_of_.emplace(plane, static_cast<std::uint32_t>(positions_mm_.size() - 1));
    }
}

Layout PositionTable::layout(std::span<const std::uint32_t> planes) const {
    Layout layout;
    std::vector<std::uint32_t> numbers;
    numbers.reserve(planes.size());
    for (const auto plane : planes) numbers.push_back(of(plane));
    std::ranges::sort(numbers);
    std::size_t here = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        here = i > 0 && numbers[i] == numbers[i - 1] ? here + 1 : 1;
        layout.most_at_one_position = std::max(layout.most_at_one_position, here);
        if (here == 1)
            layout.positions.push_back(numbers[i]);
        else
            ++layout.duplicates;
    }
    Stack steps;
    for (const auto number : layout.positions) steps.positions_mm.push_back(positions_mm_[number]);
    judgeSteps(steps);
    layout.missing = steps.missing();
    layout.spacing_mm = steps.spacing_mm.value_or(0);
    return layout;
}

void PositionTable::missFrom(std::span<const std::uint32_t> siblings, std::span<const std::uint32_t> own,
                             Stack& stack) const {
    std::vector<std::uint32_t> lacking;
    std::ranges::set_difference(siblings, own, std::back_inserter(lacking));
    if (lacking.empty() || own.size() * 2 < siblings.size()) return;
    Stack whole;
    for (const auto number : siblings) whole.positions_mm.push_back(positions_mm_[number]);
    judgeSteps(whole);
    stack.spacing_mm = whole.spacing_mm;
    stack.holes = whole.holes;  // what none of them has
    for (std::size_t i = 0; i < lacking.size(); ++i) {
        const double z = positions_mm_[lacking[i]];
        const auto at = std::ranges::lower_bound(siblings, lacking[i]);
        const bool follows = i > 0 && *std::prev(at) == lacking[i - 1];
        if (follows) {
            stack.holes.back().to_mm = z;
            ++stack.holes.back().slices;
        } else {
            stack.holes.push_back({z, z, 1});
        }
    }
    std::ranges::sort(stack.holes, {}, &Hole::from_mm);
}

}  // namespace gantry::qc
