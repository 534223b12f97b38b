#include "volumes.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "volume_positions.hpp"

namespace gantry::qc {
namespace {

using Planes = std::vector<std::uint32_t>;  ///< indices into FrameTable::frames()

struct Part {
    std::uint32_t value;
    Planes planes;
};

/// Parts one orientation's planes, dimension by dimension.
class Splitter {
public:
    Splitter(const FrameTable& table, DimensionValues& values, const Planes& planes)
        : table_(table), values_(values), positions_(table, planes) {}

    void split(const Planes& planes) { descend(planes, 0, {}, {}); }
    std::vector<Volume> take() { return std::move(volumes_); }

private:
    using Positions = std::vector<std::uint32_t>;  ///< ascending numbers of distinct positions

    /// @param siblings  positions of all images that repeat each other; empty until a split into repetitions
    void descend(const Planes& planes, std::size_t dimension, const std::vector<VolumeKey>& keys,
                 const Positions& siblings) {
        const auto whole = positions_.layout(planes);
        for (; dimension < splitDimensions().size(); ++dimension) {
            if (whole.duplicates == 0 && dimension > DimensionValues::kStackId)
                break;  // StackID alone parts what does not repeat
            for (const bool ranked : {false, true}) {
                if (ranked && !splitDimensions()[dimension].ranked) continue;
                const auto parts = partsBy(planes, dimension, ranked);
                const Outcome outcome = judge(parts);
                if (!accepted(whole, parts, outcome, dimension)) continue;
                const bool repetitions = splitDimensions()[dimension].kind != DimensionKind::Geometry &&
                                         outcome.repeats(whole) && siblings.empty();
                for (const Part& part : parts) {
                    auto longer = keys;
                    longer.push_back(key(dimension, ranked, part.value));
                    descend(part.planes, dimension + 1, longer, repetitions ? whole.positions : siblings);
                }
                return;
            }
        }
        finish(planes, keys, siblings);
    }

    VolumeKey key(std::size_t dimension, bool ranked, std::uint32_t value) {
        return {splitDimensions()[dimension].name,
                ranked ? "#" + std::to_string(value + 1) : values_.text(dimension, value)};
    }

    std::vector<Part> partsBy(const Planes& planes, std::size_t dimension, bool ranked) {
        const auto& value_of = values_.of(dimension);
        std::map<std::uint32_t, Planes> by_value;
        if (ranked)
            rank(planes, value_of, by_value);
        else
            for (const auto plane : planes) by_value[value_of[plane]].push_back(plane);
        std::vector<Part> parts;
        for (auto& [value, part] : by_value) parts.push_back({value, std::move(part)});
        return parts;
    }

    /// Equal values at one position keep one rank: what was sent twice stays a duplicate.
    void rank(Planes planes, const std::vector<std::uint32_t>& value_of,
              std::map<std::uint32_t, Planes>& by_rank) const {
        std::ranges::sort(planes, {},
                          [&](auto plane) { return std::pair(positions_.of(plane), value_of[plane]); });
        std::uint32_t place = 0;
        for (std::size_t i = 0; i < planes.size(); ++i) {
            if (i == 0 || positions_.of(planes[i]) != positions_.of(planes[i - 1]))
                place = 0;
            else if (value_of[planes[i]] != value_of[planes[i - 1]])
                ++place;
            by_rank[place].push_back(planes[i]);
        }
    }

    /// What a split would lead to.
    struct Outcome {
        std::int64_t duplicates = 0;
        std::int64_t missing = 0;
        std::size_t positions = 0;  ///< of all parts together
        std::size_t largest = 0;    ///< positions of the largest part
        std::size_t second = 0;     ///< of the next one
        double spacing_mm = 0;      ///< of the largest part
        /// Whether the parts lie mostly at the same places, rather than side by side.
        bool repeats(const Layout& whole) const { return 2 * positions >= 3 * whole.positions.size(); }
    };

    Outcome judge(const std::vector<Part>& parts) const {
        Outcome outcome;
        for (const Part& part : parts) {
            const auto layout = positions_.layout(part.planes);
            const std::size_t size = layout.positions.size();
            outcome.duplicates += layout.duplicates;
            outcome.missing += layout.missing;
            outcome.positions += size;
            if (size > outcome.largest) outcome.spacing_mm = layout.spacing_mm;
            outcome.second = std::max(outcome.second, std::min(outcome.largest, size));
            outcome.largest = std::max(outcome.largest, size);
        }
        return outcome;
    }

    bool accepted(const Layout& whole, const std::vector<Part>& parts, const Outcome& outcome,
                  std::size_t dimension) {
        if (parts.size() < 2 || !announced(parts, dimension)) return false;
        if (dimension == DimensionValues::kStackId && declaredThroughout(parts)) return true;
        if (outcome.duplicates >= whole.duplicates || outcome.missing < whole.missing) return false;
        const bool two_alike = 2 * outcome.second >= whole.positions.size() && outcome.repeats(whole);
        if (splitDimensions()[dimension].kind == DimensionKind::Implied)
            return two_alike && outcome.spacing_mm <= 1.05 * whole.spacing_mm;
        return two_alike || parts.size() <= whole.most_at_one_position;
    }

    bool announced(const std::vector<Part>& parts, std::size_t dimension) {
        return std::ranges::all_of(parts, [&](const Part& part) {
            return std::ranges::all_of(part.planes, [&](std::uint32_t plane) {
                return values_.announced(dimension, plane, parts.size());
            });
        });
    }

    /// Each instance has every stack: no stack can be the rest of another one that lost images.
    bool declaredThroughout(const std::vector<Part>& parts) const {
        std::set<std::uint32_t> all;
        std::vector<std::size_t> counts;
        for (const Part& part : parts) {
            std::set<std::uint32_t> instances;
            for (const auto plane : part.planes) instances.insert(table_.frames()[plane].instance);
            counts.push_back(instances.size());
            all.merge(instances);
        }
        return std::ranges::all_of(counts, [&](std::size_t count) { return count == all.size(); });
    }

    void finish(const Planes& planes, const std::vector<VolumeKey>& keys, const Positions& siblings) {
        Volume& volume = volumes_.emplace_back();
        volume.keys = keys;
        volume.frames = static_cast<int>(planes.size());
        std::vector<SlicePlane> slices;
        const auto matrix = table_.frames()[planes.front()].matrix;
        volume.matrix = table_.matrices()[matrix];
        for (const auto plane : planes) {
            slices.push_back(table_.plane(table_.frames()[plane]));
            volume.one_matrix = volume.one_matrix && table_.frames()[plane].matrix == matrix;
        }
        auto stack = buildStack(slices);
        if (!stack) {
            volume.no_stack = stack.error().context;
            return;
        }
        volume.stack = *std::move(stack);
        if (!siblings.empty())
            positions_.missFrom(siblings, positions_.layout(planes).positions, *volume.stack);
    }

    const FrameTable& table_;
    DimensionValues& values_;
    PositionTable positions_;
    std::vector<Volume> volumes_;
};

}  // namespace

std::vector<Volume> splitVolumes(const FrameTable& table, DimensionValues& values) {
    std::map<std::uint32_t, Planes> by_orientation;
    for (std::uint32_t i = 0; i < table.frames().size(); ++i)
        by_orientation[table.frames()[i].orientation].push_back(i);
    std::vector<Planes> groups;
    for (auto& [orientation, planes] : by_orientation) groups.push_back(std::move(planes));
    std::ranges::sort(groups, {}, [&](const Planes& planes) {
        const SlicePlane plane = table.plane(table.frames()[planes.front()]);
        return std::pair(plane.row, plane.column);
    });
    std::vector<Volume> volumes;
    for (const Planes& planes : groups) {
        Splitter splitter(table, values, planes);
        splitter.split(planes);
        for (Volume& volume : splitter.take()) volumes.push_back(std::move(volume));
    }
    return volumes;
}

}  // namespace gantry::qc
