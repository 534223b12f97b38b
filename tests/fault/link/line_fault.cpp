#include "line_fault.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>

namespace gantry::test {
namespace {

using Kind = LineFault::Kind;

struct KindRow {
    Kind kind;
    std::string_view name;
    bool lasts;
};
constexpr std::array kKinds = {
    KindRow{Kind::Cut, "cut", false},
    KindRow{Kind::HalfClose, "half-close", false},
    KindRow{Kind::LoseAnswer, "lose-answer", false},
    KindRow{Kind::Stall, "stall", true},
    KindRow{Kind::Down, "down", true},
    KindRow{Kind::Flip, "flip", false},
    KindRow{Kind::FlipBack, "flip-back", false},
};

const KindRow& rowOf(Kind kind) {
    return *std::find_if(kKinds.begin(), kKinds.end(),
                         [kind](const KindRow& row) { return row.kind == kind; });
}

}  // namespace

std::string_view nameOf(Kind kind) {
    return rowOf(kind).name;
}

bool kindNamed(std::string_view name, Kind& kind) {
    const auto found =
        std::find_if(kKinds.begin(), kKinds.end(), [name](const KindRow& row) { return row.name == name; });
    if (found == kKinds.end()) return false;
    kind = found->kind;
    return true;
}

std::ostream& operator<<(std::ostream& out, const LineFault& fault) {
    out << nameOf(fault.kind) << " after " << fault.after_bytes << " bytes";
    if (rowOf(fault.kind).lasts) out << " for " << fault.lasts.count() << " ms";
    return out;
}

std::vector<LineFault> drawFaults(const FaultWish& wish) {
    std::mt19937_64 random(wish.seed);
    const auto upTo = [&random](std::uint64_t most) {
        return std::uniform_int_distribution<std::uint64_t>(0, most)(random);
    };
    std::vector<LineFault> faults(wish.count);
    const auto mean = wish.over_bytes / std::max<std::uint64_t>(wish.count, 1);
    const auto spread = static_cast<std::uint64_t>((wish.longest - wish.shortest).count());
    for (auto& fault : faults) {
        fault.kind = wish.kinds.at(upTo(wish.kinds.size() - 1));
        fault.after_bytes = upTo(2 * mean);
        fault.lasts = wish.shortest + std::chrono::milliseconds(upTo(spread));
    }
    return faults;
}

std::uint64_t faultSeed() {
    const char* given = std::getenv("GANTRY_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "GANTRY_SEED=" << seed << std::endl;
    return seed;
}

}  // namespace gantry::test
