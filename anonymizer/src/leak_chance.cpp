#include "leak_chance.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

constexpr std::size_t kSample = 4u << 20;
constexpr std::size_t kBytes = 256;
constexpr std::size_t kLongestContext = 64;  // characters looked at on each side
constexpr double kPrior = 0.5;               // added to each count, so that nothing is impossible

unsigned value(std::byte b) {
    return std::to_integer<unsigned>(b);
}
bool isPrintable(unsigned byte) {
    return byte >= 0x20 && byte < 0x7F;
}

}  // namespace

ChanceModel::ChanceModel(Bytes region)
    : region_(region), singles_(kBytes), next_(kBytes * kBytes), next_but_one_(kBytes * kBytes) {
    const auto sample = region.first(std::min(region.size(), kSample));
    sampled_ = static_cast<double>(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const auto byte = value(sample[i]);
        ++singles_[byte];
        if (i >= 1) ++next_[value(sample[i - 1]) * kBytes + byte];
        if (i >= 2) ++next_but_one_[value(sample[i - 2]) * kBytes + byte];
    }
    double printable = 0;
    for (unsigned byte = 0; byte < kBytes; ++byte)
        if (isPrintable(byte)) printable += singles_[byte];
    printable_share_ = (printable + kPrior) / (sampled_ + 1);
}

double ChanceModel::conditional(const std::vector<std::uint32_t>& pairs, unsigned before,
                                unsigned byte) const {
    return (pairs[before * kBytes + byte] + kPrior) / (singles_[before] + kPrior * kBytes);
}

std::size_t ChanceModel::printableAround(std::size_t begin, std::size_t length) const {
    std::size_t around = 0;
    for (auto i = begin; i > 0 && around < kLongestContext && isPrintable(value(region_[i - 1])); --i)
        ++around;
    const auto end = begin + length;
    for (auto i = end; i < region_.size() && i < end + kLongestContext && isPrintable(value(region_[i])); ++i)
        ++around;
    return around;
}

double ChanceModel::expected(const Pattern& pattern, std::size_t begin) const {
    const bool wide = pattern.shape == Shape::Wide;
    const std::size_t stride = wide ? 2 : 1;
    const auto& pairs = wide ? next_but_one_ : next_;
    const auto length = pattern.bytes.size();
    double probability = 1;
    for (std::size_t i = 0; i < length; ++i) {
        const auto lower = static_cast<unsigned char>(pattern.bytes[i]);
        double either = 0;
        for (const unsigned byte : {unsigned{lower}, unsigned{lower} - 0x20u}) {
            if (byte != lower && !isAsciiLetter(pattern.bytes[i])) continue;
            either += i < stride ? (singles_[byte] + kPrior) / (sampled_ + kPrior * kBytes)
                                 : conditional(pairs, value(region_[begin + i - stride]), byte);
        }
        probability *= std::min(either, 1.0);
    }
    if (!wide)
        for (auto around = printableAround(begin, length); around > 0; --around)
            probability *= printable_share_;
    return probability * static_cast<double>(region_.size());
}

bool isRampOrRun(const Pattern& pattern) {
    const std::size_t stride = pattern.shape == Shape::Wide ? 2 : 1;
    std::vector<int> characters;
    // Of UTF-16 the byte that is not the zero one, whichever comes first.
    const std::size_t first = stride == 2 && pattern.bytes[0] == '\0' ? 1 : 0;
    for (std::size_t i = first; i < pattern.bytes.size(); i += stride)
        characters.push_back(static_cast<unsigned char>(pattern.bytes[i]));
    if (std::set<int>(characters.begin(), characters.end()).size() <= 2) return true;
    for (std::size_t i = 2; i < characters.size(); ++i)
        if (characters[i] - characters[i - 1] != characters[1] - characters[0]) return false;
    return true;
}

}  // namespace gantry::anonymizer::leak
