#include <algorithm>
#include <map>

#include "safe_private.hpp"
#include "transformer.hpp"
#include "value_parts.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

namespace {

constexpr std::string_view kUnsafe = "private, and not in the table of safe private attributes";
constexpr std::string_view kSafe = "kept: Retain Safe Private";

/// Blanks around it do not count (LO).
std::string_view creatorName(Bytes value) {
    return trimmed(unpadded(asText(value)));
}

bool isNumberVr(Vr vr) {
    return widthOf(vr) > 0 && vr != Vr("OB") && vr != Vr("OW");
}

/// The VR a safe attribute is written by: as sent among numbers, the table's among texts and for UN.
std::optional<Vr> privateVr(const Element& element, Vr listed) {
    if (element.sequence || listed == Vr("SQ"))
        return listed == Vr("SQ") ? std::optional(listed) : std::nullopt;
    if (element.vr == listed || element.vr == Vr("UN")) return listed;
    if (dicom::isTextVr(element.vr) && dicom::isTextVr(listed)) return listed;
    return isNumberVr(element.vr) && isNumberVr(listed) ? std::optional(element.vr) : std::nullopt;
}

}  // namespace

Result<> Transformer::writePrivateGroup(std::span<const Element* const> group, const Place& place) {
    std::map<std::uint16_t, std::string_view> creators;
    for (const auto* element : group)
        if (isPrivateCreator(element->tag) && !element->sequence)
            creators.emplace(element->tag.element(), creatorName(element->value));
    auto& text = out_.text();
    const auto start = text.size();
    std::map<std::uint16_t, std::string_view> used;
    Tag last{0};
    for (const auto* element : group) {
        if (isPrivateCreator(element->tag)) continue;
        const auto block = static_cast<std::uint16_t>(element->tag.element() >> 8);
        const auto creator = creators.find(block);
        const auto listed =
            creator == creators.end() ? std::nullopt : safePrivateVr(creator->second, element->tag);
        const auto before = text.size();
        if (listed && element->tag != last)
            GANTRY_CHECK(writePrivate(*element, place, *listed));
        else
            note(place, element->tag, Done::Removed, kUnsafe);
        last = element->tag;
        if (text.size() > before) used.insert(*creator);
    }
    const auto written = text.substr(start);
    text.resize(start);
    for (const auto* element : group) {
        if (!isPrivateCreator(element->tag)) continue;
        const auto mine = used.find(element->tag.element());
        note(place, element->tag, mine == used.end() ? Done::Removed : Done::Kept,
             mine == used.end() ? kUnsafe : kSafe);
        if (mine == used.end()) continue;
        writer_.text(element->tag, "LO", mine->second);
        used.erase(mine);
    }
    text += written;
    return {};
}

Result<> Transformer::writePrivate(const Element& sent, const Place& place, Vr listed) {
    const auto* sequence = listed == Vr("SQ") ? asSequence(sent, place) : nullptr;
    const Element& element = sequence ? *sequence : sent;
    const auto vr = privateVr(element, listed);
    if (!vr || *vr == Vr("OB") || *vr == Vr("OW") || *vr == Vr("UN")) {
        note(place, element.tag, Done::Removed,
             "a safe private attribute in a form that cannot be looked into");
        return {};
    }
    if (*vr == Vr("SQ")) return writeSequence(element, place, Type::Three, kSafe);
    if (*vr == Vr("UI")) {
        writeUid(element, place, false, kSafe);
        return {};
    }
    if (*vr == Vr("DA") || *vr == Vr("DT")) return writePrivateDate(element, place, *vr);
    const auto checked =
        checkKept(element.tag, *vr, KeepAs::Technical, element.value, in_.policy.age_cap_years);
    if (!checked.ok()) {
        if (dicom::usesCharacterSet(*vr))
            writeCleaned(element, place, *vr, "words that are not technical cut");
        else
            note(place, element.tag, Done::Removed, checked.reason);
        return {};
    }
    const bool corrected = checked.verdict == Checked::Verdict::Corrected;
    writeChecked(element, place, *vr, corrected ? checked.corrected : sameBytes(element, place, *vr),
                 corrected ? Done::Cleaned : Done::Kept, corrected ? checked.reason : kSafe);
    return {};
}

Result<> Transformer::writePrivateDate(const Element& element, const Place& place, Vr vr) {
    if (in_.policy.has(DeidOption::RetainLongitudinalModifiedDates)) {
        writeShifted(element, place, vr, kSafe);
    } else if (in_.policy.has(DeidOption::RetainLongitudinalFullDates) &&
               checkKept(element.tag, vr, KeepAs::No, element.value).ok()) {
        note(place, element.tag, Done::Kept, kSafe);
        writer_.text(element.tag, vr, unpadded(asText(element.value)));
    } else {
        note(place, element.tag, Done::Removed, "dates do not leave without an option for them");
    }
    return {};
}

}  // namespace gantry::anonymizer
