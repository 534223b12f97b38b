#include "facts_values.hpp"

#include <algorithm>
#include <charconv>

#include "gantry/core/facts.hpp"
#include "private_attributes.hpp"

namespace gantry {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Vr;

constexpr dicom::Tag kPixelRepresentation{0x00280103};
constexpr std::size_t kMaxNumbers = 64;  // of one binary value; longer ones are tables, not facts

std::string decimal(double number) {
    char text[32];
    const auto [end, ec] = std::to_chars(text, text + sizeof text, number);
    return ec == std::errc() ? std::string(text, end) : std::string();
}

std::string joined(const std::vector<double>& numbers) {
    std::string out;
    for (const double number : numbers) {
        if (!out.empty()) out += '\\';
        out += decimal(number);
    }
    return out;
}

std::string_view withoutPadding(std::string_view text) {
    const auto last = text.find_last_not_of(std::string_view(" \0", 2));
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

bool isPrintable(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

const dicom::DictionaryEntry* standardEntry(const Element& element) {
    return element.tag.isPrivate() ? nullptr : dicom::lookup(element.tag);
}

/// What UN most likely is: as standard or vendor state, or text if it reads as text.
Vr vrOfUnknown(const Element& element, std::string_view name) {
    if (const auto* entry = standardEntry(element)) return {entry->vr[0], entry->vr[1]};
    if (const auto stated = private_attributes::vrOf(name)) return *stated;
    return isPrintable(withoutPadding(asText(element.value))) ? Vr("LT") : Vr("UN");
}

/// Pixels of the image may be signed, and so may be attributes that are a pixel's value (PS3.5 A.1, PS3.6).
bool hasSignedPixels(const DataSet& dataset) {
    const auto* representation = dataset.find(kPixelRepresentation);
    if (!representation) return false;
    const auto numbers = dicom::binaryNumbers(*representation, dataset.encoding);
    return numbers.size() == 1 && numbers.front() == 1;
}

/// The value representation that the sender meant, where the bytes do not say it.
Vr meantVr(const DataSet& dataset, const Element& element, std::string_view name) {
    const bool unknown = element.vr == Vr("UN");
    const Vr vr = unknown ? vrOfUnknown(element, name) : element.vr;
    const bool told = !unknown && dataset.encoding != dicom::Encoding::ImplicitLittle;
    const auto* entry = standardEntry(element);
    const bool either = !told && entry && entry->vr.starts_with("US or SS");
    return either && hasSignedPixels(dataset) ? Vr("SS") : vr;
}

}  // namespace

std::string factName(const DataSet& dataset, const Element& element) {
    if (!element.tag.isPrivate()) return dicom::nameOf(element.tag);
    const auto block = static_cast<std::uint16_t>(element.tag.element() >> 8);
    if (block < 0x10) return dicom::toString(element.tag);
    const auto creator = dataset.text(dicom::makeTag(element.tag.group(), block));
    auto name = dicom::toString(element.tag);  // "(0019,100C)" becomes "(0019,0C):SIEMENS MR HEADER"
    return name.substr(0, 6) + name.substr(8) + ":" + dicom::toUtf8(creator, "", Vr("LO"));
}

std::optional<std::string> factText(const DataSet& dataset, const Element& element, std::string_view name,
                                    std::string_view character_set) {
    if (element.value.empty()) return "";
    const auto bulk = element.tag.isPrivate() ? std::nullopt : std::optional<std::string>("present");
    if (element.value.size() > kMaxFactLength) return bulk;
    const Vr vr = meantVr(dataset, element, name);
    if (dicom::isTextVr(vr)) return dicom::toUtf8(withoutPadding(asText(element.value)), character_set, vr);
    Element typed;
    typed.vr = vr;
    typed.value = element.value;
    const auto numbers = dicom::binaryNumbers(typed, dataset.encoding);
    if (numbers.empty() || numbers.size() > kMaxNumbers) return bulk;
    return joined(numbers);
}

}  // namespace gantry
