#pragma once
/// Positions along the normal of planes that share an orientation, numbered in ascending order, so that
/// groups of planes are compared by number.

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "frame_table.hpp"
#include "gantry/qc/geometry.hpp"

namespace gantry::qc {

/// How a group of planes fills space.
struct Layout {
    std::vector<std::uint32_t> positions;  ///< numbers of the distinct ones, ascending
    int duplicates = 0;
    int missing = 0;
    double spacing_mm = 0;  ///< 0 below two positions
    std::size_t most_at_one_position = 0;
};

class PositionTable {
public:
    /// @param planes  indices into table.frames(), one orientation, at least one
    PositionTable(const FrameTable& table, std::span<const std::uint32_t> planes);

    std::size_t count() const { return positions_mm_.size(); }
    std::uint32_t of(std::uint32_t plane) const { return number_of_.at(plane); }
    Layout layout(std::span<const std::uint32_t> planes) const;

    /// Counts as holes of `stack` what `own` lacks of `siblings`, if it has at least half of them; what lacks
    /// more was meant to be smaller.
    void missFrom(std::span<const std::uint32_t> siblings, std::span<const std::uint32_t> own,
                  Stack& stack) const;

private:
    std::vector<double> positions_mm_;
    std::unordered_map<std::uint32_t, std::uint32_t> number_of_;
};

}  // namespace gantry::qc
