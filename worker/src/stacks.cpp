#include "gantry/imaging/stacks.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace gantry::imaging {
namespace {

constexpr double kSamePlaceMm = 0.01;

// Along the normal of the frame's own plane; frames of one group have one orientation.
double along(const FramePlane& plane) {
    const auto& r = plane.row;
    const auto& c = plane.column;
    const Vector3 normal = {r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]};
    return normal[0] * plane.position[0] + normal[1] * plane.position[1] + normal[2] * plane.position[2];
}

struct Placed {
    std::size_t index;
    double mm;
    std::int64_t order;
};

// What a frame is put in order by; frames of one group are all of one kind.
std::string_view kindOf(const FrameHeader& header) {
    return header.tile ? "|tiles" : header.plane ? "" : "|unplaced";
}

// Slices of a mosaic follow each other in it, and mosaics of one group show the same slices again.
double placeOf(const FrameHeader& header) {
    if (header.tile) return *header.tile;
    return header.plane ? along(*header.plane) : static_cast<double>(header.order);
}

// The n-th frame of each position goes to the n-th stack.
void splitRepeats(std::vector<Placed> frames, std::vector<FrameStack>& out) {
    std::ranges::sort(frames, [](const Placed& a, const Placed& b) {
        return std::pair(a.mm, a.order) < std::pair(b.mm, b.order);
    });
    std::vector<FrameStack> stacks;
    std::size_t repeat = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const bool same = i > 0 && frames[i].mm - frames[i - 1].mm < kSamePlaceMm;
        repeat = same ? repeat + 1 : 0;
        if (stacks.size() <= repeat) stacks.emplace_back();
        stacks[repeat].push_back(frames[i].index);
    }
    for (auto& stack : stacks) out.push_back(std::move(stack));
}

}  // namespace

std::vector<FrameStack> stacksOf(std::span<const FrameHeader> headers) {
    std::map<std::string, std::vector<Placed>> groups;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto& header = headers[i];
        groups[header.group + std::string(kindOf(header))].push_back({i, placeOf(header), header.order});
    }
    std::vector<FrameStack> out;
    for (auto& [group, frames] : groups) splitRepeats(std::move(frames), out);
    const auto firstOrder = [&](const FrameStack& stack) { return headers[stack.front()].order; };
    std::ranges::stable_sort(out, [&](const FrameStack& a, const FrameStack& b) {
        return a.size() != b.size() ? a.size() > b.size() : firstOrder(a) < firstOrder(b);
    });
    return out;
}

}  // namespace gantry::imaging
