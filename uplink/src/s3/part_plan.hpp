#pragma once
/// How an object is cut into parts.

#include <cstdint>

#include "gantry/core/result.hpp"

namespace gantry::uplink::s3 {

inline constexpr std::uint64_t kLeastPart =
    5ull << 20;  ///< of all parts but the last; Amazon S3 user guide, limits
inline constexpr std::uint64_t kMostPart = 5ull << 30;

struct PartPlan {
    std::uint64_t object_bytes = 0;
    std::uint64_t part_bytes = kLeastPart;

    int count() const;  ///< at least 1: an empty object has one empty part
    std::uint64_t offsetOf(int number) const { return static_cast<std::uint64_t>(number - 1) * part_bytes; }
    std::uint64_t bytesOf(int number) const;
};

/// Parts of `wanted` bytes, or larger ones, in steps of 1 MiB, where more than `most_parts` of those would be
/// needed.
/// @errors PeerRefused: larger than `most_parts` of the largest parts
Result<PartPlan> planParts(std::uint64_t object_bytes, std::uint64_t wanted, int most_parts);

}  // namespace gantry::uplink::s3
