#include "gantry/uplink/back_off.hpp"

#include <algorithm>
#include <memory>
#include <random>

namespace gantry::uplink {
namespace {

BackOff::Random systemRandom() {
    auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
    return [engine] { return std::uniform_real_distribution<double>(0.0, 1.0)(*engine); };
}

}  // namespace

BackOff::BackOff(std::chrono::milliseconds first, std::chrono::milliseconds cap, Random random)
    : first_(first), cap_(cap), random_(std::move(random)) {}

BackOff::BackOff(std::chrono::milliseconds first, std::chrono::milliseconds cap)
    : BackOff(first, cap, systemRandom()) {}

std::chrono::milliseconds BackOff::next(std::chrono::milliseconds at_least) {
    constexpr std::uint32_t kMostDoublings = 30;
    const auto doublings = std::min(failures_, kMostDoublings);
    if (failures_ < UINT32_MAX) ++failures_;
    const bool at_cap = first_.count() > (cap_.count() >> doublings);
    const auto bound = at_cap ? cap_.count() : first_.count() << doublings;
    const auto wait =
        std::chrono::milliseconds(static_cast<std::int64_t>(random_() * static_cast<double>(bound)));
    return std::max(wait, at_least);
}

}  // namespace gantry::uplink
