#include "transformer.hpp"

#include <algorithm>

#include "iod_types.hpp"
#include "text.hpp"
#include "trial_attributes.hpp"
#include "values.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

namespace {

constexpr Tag kCodeMeaning{0x00080104};
constexpr std::size_t kMaxShortLength = 0xFFFE;  // of a value with a 16-bit length field

bool hasHighBytes(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\x1B'; });
}

}  // namespace

std::string Transformer::outputUid(std::string_view uid) const {
    if (in_.policy.has(DeidOption::RetainUids) && dicom::isValidUid(uid)) return std::string(uid);
    return isPlainWellKnown(uid) ? std::string(uid) : mapUid(in_.keys, uid);
}

/// The standard's own UIDs are short numbers under its root; anything else under that root is mapped too.
bool Transformer::isPlainWellKnown(std::string_view uid) {
    constexpr std::size_t kLongest = 40;
    constexpr std::size_t kLongestComponent = 5;
    if (!isWellKnownUid(uid) || !dicom::isValidUid(uid) || uid.size() > kLongest) return false;
    std::size_t run = 0;
    for (const char c : uid) {
        run = c == '.' ? 0 : run + 1;
        if (run > kLongestComponent) return false;
    }
    return true;
}

void Transformer::writeUid(const Element& element, const Place& place, bool keep, std::string_view reason) {
    std::string out;
    bool changed = false;
    bool first = true;
    for (const auto uid : dicom::splitValues(unpadded(asText(element.value)))) {
        if (!first) out += '\\';
        first = false;
        if (uid.empty()) continue;
        const auto written = keep && dicom::isValidUid(uid) ? std::string(uid) : outputUid(uid);
        changed |= written != uid;
        out += written;
    }
    note(place, element.tag, changed ? Done::UidMapped : Done::Kept, reason);
    writer_.text(element.tag, "UI", out);
}

void Transformer::writeShifted(const Element& element, const Place& place, Vr vr, std::string_view reason) {
    std::string out;
    bool first = true;
    for (const auto value : dicom::splitValues(unpadded(asText(element.value)))) {
        if (!first) out += '\\';
        first = false;
        if (value.empty()) continue;
        const auto moved = vr == Vr("DA") ? shiftDate(value, days_back_) : shiftDateTime(value, days_back_);
        if (!moved) {
            reject(element, place, "no whole date that could be moved");
            return;
        }
        out += *moved;
    }
    note(place, element.tag, Done::DateShifted, reason);
    writer_.text(element.tag, vr, out);
}

Result<> Transformer::writeKept(const Element& element, const Place& place, Vr vr, const Rule& rule) {
    const auto kept = rule.origin == Origin::KeepList ? keeping(element.tag) : Keeping{};
    switch (kept.as) {
        case KeepAs::PixelBytes:
            return writePixelBytes(element, place, vr);
        case KeepAs::LookupTable:
            writeLookupTable(element, place, vr);
            return {};
        case KeepAs::CodeItem:
            writeCodePart(element, place, vr);
            return {};
        case KeepAs::CharacterSet:
            judgeCharacterSet(element, place);
            return {};
        default:
            break;
    }
    const auto checked = checkKept(element.tag, vr, kept.as, element.value, device_retained_);
    if (!checked.ok()) {
        reject(element, place, checked.reason);
        return {};
    }
    const bool corrected = checked.verdict == Checked::Verdict::Corrected;
    writeChecked(element, place, vr, corrected ? checked.corrected : std::string(asText(element.value)),
                 corrected ? Done::Cleaned : Done::Kept, corrected ? checked.reason : rule.reason);
    return {};
}

void Transformer::writeChecked(const Element& element, const Place& place, Vr vr, const std::string& value,
                               Done done, std::string_view reason) {
    const bool coded = dicom::usesCharacterSet(vr);
    if (coded && identifiers_.standIn(value)) {
        reject(element, place, "the text repeats an identifier of the patient or of staff");
        return;
    }
    if (coded && hasHighBytes(value)) {
        if (!characterSetIsSound()) {
            reject(element, place, "text beyond ASCII without a character set that explains it");
            return;
        }
        needs_character_set_ = true;
    }
    if (!dicom::hasLongLength(vr) && value.size() > kMaxShortLength) {
        reject(element, place, "the value is too long for its VR");
        return;
    }
    note(place, element.tag, done, reason);
    writer_.text(element.tag, vr, value);
}

void Transformer::writeCodePart(const Element& element, const Place& place, Vr vr) {
    if (!place.code.is_public || place.depth == 0) {
        reject(element, place, "a code outside of a coded entry");
        return;
    }
    const auto sent = unpadded(asText(element.value));
    if (element.tag != kCodeMeaning) {
        writeChecked(element, place, vr, std::string(sent), Done::Kept, "a code of a public scheme");
        return;
    }
    const bool changed = sent != place.code.meaning;
    note(place, element.tag, changed ? Done::Cleaned : Done::Kept, "the meaning that belongs to the code");
    writer_.text(element.tag, vr, place.code.meaning);
}

bool Transformer::characterSetIsSound() const {
    const auto terms = dicom::splitValues(character_set_);
    return !character_set_.empty() && std::ranges::all_of(terms, isCharacterSet);
}

void Transformer::judgeCharacterSet(const Element& element, const Place& place) {
    if (place.depth == 0) {
        note(place, element.tag, Done::Kept, "written where text that stays needs it");
        return;
    }
    const auto terms = dicom::splitValues(unpadded(asText(element.value)));
    if (!std::ranges::all_of(terms, isCharacterSet)) {
        reject(element, place, "no defined term");
        return;
    }
    note(place, element.tag, Done::Kept, "text inside the item may need it");
    writer_.text(element.tag, "CS", unpadded(asText(element.value)));
}

}  // namespace gantry::anonymizer
