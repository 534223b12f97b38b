#include <algorithm>

#include "content_rules.hpp"
#include "values.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr std::string_view kWaveform = "numbers that describe the waveform";

constexpr Tag kNumberOfChannels{0x003A0005};
constexpr Tag kNumberOfSamples{0x003A0010};
constexpr Tag kMultiplexGroupLabel{0x003A0020};
constexpr Tag kChannelLabel{0x003A0203};
constexpr Tag kBitsAllocated{0x54001004};
constexpr Tag kChannelMinimum{0x54000110};
constexpr Tag kChannelMaximum{0x54000112};
constexpr Tag kPaddingValue{0x5400100A};
constexpr Tag kWaveformData{0x54001010};

std::uint64_t numberOf(const DataSet& item, Tag tag) {
    const auto* element = item.find(tag);
    if (!element || element->sequence) return 0;
    const auto numbers = dicom::binaryNumbers(*element, item.encoding);
    return numbers.empty() || numbers[0] < 0 || numbers[0] > 4294967295.0
               ? 0
               : static_cast<std::uint64_t>(numbers[0]);
}

ContentDecision bytesOf(Bytes bytes, std::string_view reason, Done done = Done::Kept) {
    ContentDecision decision;
    decision.as = ContentDecision::As::Bytes;
    decision.bytes = bytes;
    decision.done = done;
    decision.reason = reason;
    return decision;
}

/// Channels x samples x bits (PS3.3 C.10.9.1): what lies behind is not the waveform's.
ContentDecision samples(const Element& element, const DataSet& item) {
    const auto bits = numberOf(item, kBitsAllocated);
    const auto channels = numberOf(item, kNumberOfChannels);
    const auto count = numberOf(item, kNumberOfSamples);
    constexpr std::uint64_t kMostChannels = 65535;
    if ((bits != 8 && bits != 16 && bits != 32 && bits != 64) || channels == 0 || channels > kMostChannels)
        return withAction(Action::Z, "samples whose size nothing describes");
    const auto described = channels * count * (bits / 8);
    if (element.value.size() <= described + described % 2)
        return bytesOf(element.value.first(std::min<std::uint64_t>(element.value.size(), described)),
                       "samples as sent");
    return bytesOf(element.value.first(described), "bytes behind the last sample cut off", Done::Cleaned);
}

/// One sample each (of a channel, or for padding); of 8 bits with a pad byte.
Decided oneSample(const Element& element, const DataSet& item, bool knows_bits) {
    const auto bits = numberOf(item, kBitsAllocated);
    const auto size = element.value.size();
    const bool fits = knows_bits ? size == (bits + 8) / 16 * 2 : (size == 2 || size == 4);
    return fits ? bytesOf(element.value, kWaveform) : withAction(Action::X, "not the size of one sample");
}

}  // namespace

Decided decideWaveform(const Element& element, const DataSet& item, const ContentContext& context) {
    if (context.sop_class.family != Family::Waveform) return std::nullopt;
    const auto tag = element.tag;
    if (element.encapsulated) return withAction(Action::X, "samples in pieces");
    if (tag == kWaveformData) return samples(element, item);
    if (tag == kPaddingValue) return oneSample(element, item, true);
    if (tag == kChannelMinimum || tag == kChannelMaximum) return oneSample(element, item, false);
    if (tag == kChannelLabel || tag == kMultiplexGroupLabel) {
        auto cleaned = cleanedText(element, context);
        return cleaned.done == Done::Kept ? cleaned : withAction(Action::X, cleaned.reason);
    }
    if (profileRow(tag) && tag.group() != 0x5400) return std::nullopt;
    if (auto term = keepContentTerm(element)) return term;
    return keepUnlessText(element, kWaveform);
}

}  // namespace gantry::anonymizer
