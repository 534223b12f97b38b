#include "s3/part_plan.hpp"

#include <algorithm>

namespace gantry::uplink::s3 {
namespace {

constexpr std::uint64_t kStep = 1ull << 20;

std::uint64_t roundedUp(std::uint64_t value, std::uint64_t step) {
    return value / step + (value % step == 0 ? 0 : 1);
}

}  // namespace

int PartPlan::count() const {
    return static_cast<int>(std::max<std::uint64_t>(1, roundedUp(object_bytes, part_bytes)));
}

std::uint64_t PartPlan::bytesOf(int number) const {
    return std::min(part_bytes, object_bytes - std::min(object_bytes, offsetOf(number)));
}

Result<PartPlan> planParts(std::uint64_t object_bytes, std::uint64_t wanted, int most_parts) {
    const auto most = static_cast<std::uint64_t>(most_parts);
    const auto needed = roundedUp(roundedUp(object_bytes, most), kStep) * kStep;
    const auto part_bytes = std::max({wanted, kLeastPart, needed});
    if (part_bytes > kMostPart && object_bytes > most * kMostPart)
        return fail(Errc::PeerRefused, "the object is larger than S3 takes in so many parts");
    return PartPlan{object_bytes, std::min(part_bytes, kMostPart)};
}

}  // namespace gantry::uplink::s3
