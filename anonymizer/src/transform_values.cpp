#include "transformer.hpp"

#include <algorithm>

#include "code_schemes.hpp"
#include "descriptions.hpp"
#include "iod_types.hpp"
#include "text.hpp"
#include "trial_attributes.hpp"
#include "value_parts.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

namespace {

constexpr Tag kCodingSchemeDesignator{0x00080102};
constexpr Tag kCodingSchemeVersion{0x00080103};
constexpr Tag kCodeMeaning{0x00080104};
constexpr std::size_t kMaxShortLength = 0xFFFE;  // of a value with a 16-bit length field

bool hasHighBytes(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\x1B'; });
}

}  // namespace

std::string Transformer::outputUid(std::string_view uid) const {
    const bool legal = dicom::isValidUid(uid);
    if (legal && (ours_ || in_.policy.has(DeidOption::RetainUids))) return std::string(uid);
    return mapUid(in_.keys, uid, in_.policy.uid_root);
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

/// One DA or DT. Ranges are for queries alone (PS3.5 6.2), and the gate lets none out.
std::optional<std::string> Transformer::shifted(std::string_view value, Vr vr) const {
    return vr == Vr("DA") ? shiftDate(value, days_back_) : shiftDateTime(value, days_back_);
}

void Transformer::writeShifted(const Element& element, const Place& place, Vr vr, std::string_view reason) {
    std::string out;
    bool first = true;
    for (const auto value : dicom::splitValues(unpadded(asText(element.value)))) {
        if (!first) out += '\\';
        first = false;
        if (value.empty()) continue;
        const auto moved = shifted(value, vr);
        if (!moved) {
            reject(element, place, "no whole date that could be moved");
            return;
        }
        out += *moved;
    }
    note(place, element.tag, Done::DateShifted, reason);
    writer_.text(element.tag, vr, out);
}

void Transformer::writeCleaned(const Element& element, const Place& place, Vr vr, std::string_view reason,
                               bool products) {
    std::string out;
    const auto text = identifiers_.cutFrom(unpadded(asText(element.value)));
    const bool lines = vr == Vr("ST") || vr == Vr("LT") || vr == Vr("UT");
    const auto components = lines ? std::vector<std::string_view>{text} : dicom::splitValues(text);
    for (const auto component : components) {
        const auto cleaned = cleanedDescription(component, in_.policy.words, products);
        if (cleaned.empty()) continue;
        if (!out.empty()) out += '\\';
        out += cleaned;
    }
    if (out.empty()) {
        reject(element, place, "nothing was left of the description");
        return;
    }
    const bool changed = out != unpadded(asText(element.value));
    note(place, element.tag, changed ? Done::Cleaned : Done::Kept, reason);
    writer_.text(element.tag, vr, out);
}

Result<> Transformer::writeKept(const Element& element, const Place& place, Vr vr, const Rule& rule) {
    const auto kept = rule.origin == Origin::KeepList ? keeping(element.tag, in_.policy.keep) : Keeping{};
    switch (kept.as) {
        case KeepAs::PixelBytes:
            return writePixelBytes(element, place, vr);
        case KeepAs::LookupTable:
            writeLookupTable(element, place, vr);
            return {};
        case KeepAs::NumberList:
            writeNumberList(element, place, vr);
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
    const auto checked = checkKept(element.tag, vr, kept.as, element.value, in_.policy.age_cap_years);
    if (!checked.ok()) {
        if (kept.as == KeepAs::Technical || kept.as == KeepAs::Device)
            writeCleaned(element, place, vr, "words that are not technical cut", kept.as == KeepAs::Device);
        else
            reject(element, place, checked.reason);
        return {};
    }
    const bool corrected = checked.verdict == Checked::Verdict::Corrected;
    writeChecked(element, place, vr, corrected ? checked.corrected : sameBytes(element, place, vr),
                 corrected ? Done::Cleaned : Done::Kept, corrected ? checked.reason : rule.reason);
    return {};
}

/// The value as it is; numbers in the byte order of the output where the item has another.
std::string Transformer::sameBytes(const Element& element, const Place& place, Vr vr) const {
    std::string bytes(asText(element.value));
    const bool big = place.dataset.encoding == dicom::Encoding::ExplicitBig && element.vr != Vr("UN");
    if (big == (in_.file.dataset.encoding == dicom::Encoding::ExplicitBig) || dicom::isTextVr(vr))
        return bytes;
    const auto width = vr == Vr("AT") ? 2 : widthOf(vr);
    for (std::size_t at = 0; width > 1 && at + width <= bytes.size(); at += width)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + width));
    return bytes;
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
    }
    if (!dicom::hasLongLength(vr) && value.size() > kMaxShortLength) {
        reject(element, place, "the value is too long for its VR");
        return;
    }
    note(place, element.tag, done, reason);
    writer_.text(element.tag, vr, coded ? withoutUids(value) : value);
}

/// UIDs inside of text that an option keeps are mapped like others.
std::string Transformer::withoutUids(const std::string& text) const {
    constexpr std::size_t kShortest = 12;
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && (isDigit(text[end]) || text[end] == '.')) ++end;
        auto run = std::string_view(text).substr(i, end - i);
        while (run.ends_with('.')) run.remove_suffix(1);
        const bool uid =
            run.size() >= kShortest && std::ranges::count(run, '.') >= 4 && dicom::isValidUid(run);
        out += uid ? outputUid(run) : std::string(run);
        i += run.size();
        if (run.empty()) out += text[i++];
    }
    return out;
}

/// A version of a scheme: "01", "20220914", "1.4". Longer ones could be anything.
bool Transformer::isSchemeVersion(std::string_view text) {
    constexpr std::size_t kLongest = 4;
    return text.size() <= kLongest && allOf(text, [](char c) { return isDigit(c) || c == '.'; });
}

void Transformer::writeCodePart(const Element& element, const Place& place, Vr vr) {
    const auto value = unpadded(asText(element.value));
    const bool scheme_alone = element.tag == kCodingSchemeDesignator && !place.code.is_code;
    if (place.depth > 0 && scheme_alone && isPublicScheme(value)) {  // CodingSchemeIdentificationSequence
        writeChecked(element, place, vr, std::string(value), Done::Kept, "a public coding scheme");
        return;
    }
    if (!place.code.is_public || place.depth == 0 ||
        (element.tag == kCodingSchemeVersion && !isSchemeVersion(value))) {
        reject(element, place, "a code outside of a coded entry");
        return;
    }
    const auto sent = unpadded(asText(element.value));
    if (element.tag != kCodeMeaning) {
        writeChecked(element, place, vr, std::string(sent), Done::Kept, "a code of a public scheme");
        return;
    }
    const bool names = !place.code.is_standard_meaning && identifiers_.standIn(place.code.meaning);
    const auto meaning = names ? std::string("-") : place.code.meaning;
    note(place, element.tag, sent != meaning ? Done::Cleaned : Done::Kept,
         "the meaning that belongs to the code");
    writer_.text(element.tag, vr, meaning);
}

bool Transformer::characterSetIsSound() const {
    const auto terms = dicom::splitValues(character_set_);
    return !character_set_.empty() && std::ranges::all_of(terms, isCharacterSet);
}

void Transformer::judgeCharacterSet(const Element& element, const Place& place) {
    if (place.depth == 0) {
        const bool sound = characterSetIsSound();
        note(place, element.tag, sound ? Done::Kept : Done::Removed,
             sound ? "how text is written" : "no defined term");
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
