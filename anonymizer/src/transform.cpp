#include "transform.hpp"

#include <algorithm>

#include "code_items.hpp"
#include "content_rules.hpp"
#include "iod_types.hpp"
#include "keep_list.hpp"
#include "known_identifiers.hpp"
#include "pixel_data.hpp"
#include "text.hpp"
#include "trial_attributes.hpp"
#include "trial_values.hpp"
#include "values.hpp"
#include "vocabulary.hpp"
#include "written_vr.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;
using Node = ReportBuilder::Node;

constexpr Tag kCodeMeaning{0x00080104};
constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
constexpr std::size_t kMaxShortLength = 0xFFFE;  // of a value with a 16-bit length field

/// Where an element stands.
struct Place {
    const DataSet& dataset;
    Node node;
    int depth;
    const CodeJudgement& code;
};

bool hasHighBytes(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\x1B'; });
}

class Transformer {
public:
    Transformer(const TransformInput& input, OutputFile& output, ReportBuilder& report)
        : in_(input),
          out_(output),
          report_(report),
          writer_(output.text(), input.file.dataset.encoding),
          days_back_(dateOffsetDays(input.keys, input.subject.subject_id)),
          device_retained_(input.policy.has(DeidOption::RetainDeviceIdentity)),
          identifiers_(input.file.dataset, input.policy.has(DeidOption::RetainInstitutionIdentity)),
          content_{input.file.dataset, input.sop_class, input.policy,
                   input.subject,      identifiers_,    input.document},
          character_set_(input.file.dataset.text(dicom::tags::kSpecificCharacterSet)) {}

    Result<TransformResult> run() {
        GANTRY_CHECK(writeDataSet(in_.file.dataset, ReportBuilder::kRoot, 0));
        TransformResult result;
        const auto mapped = [&](Tag tag) { return outputUid(in_.file.dataset.text(tag)); };
        result.sop_instance_uid = mapped(dicom::tags::kSopInstanceUid);
        result.series_instance_uid = mapped(dicom::tags::kSeriesInstanceUid);
        result.study_instance_uid = mapped(dicom::tags::kStudyInstanceUid);
        if (needs_character_set_) {
            dicom::Writer head(result.character_set, in_.file.dataset.encoding);
            head.text(dicom::tags::kSpecificCharacterSet, "CS", character_set_);
        }
        return result;
    }

private:
    // ---- data sets and items

    Result<> writeDataSet(const DataSet& dataset, Node node, int depth) {
        std::vector<const Element*> elements;
        elements.reserve(dataset.elements.size());
        for (const auto& element : dataset.elements) elements.push_back(&element);
        std::ranges::stable_sort(elements, {}, [](const Element* e) { return e->tag; });
        const auto code = judgeCode(dataset);
        const Place place{dataset, node, depth, code};
        const auto trial = depth == 0 ? trialValues(in_.subject, in_.policy) : std::vector<TrialValue>{};
        auto next_trial = trial.begin();
        Tag last{0xFFFFFFFF};
        for (const auto* element : elements) {
            for (; next_trial != trial.end() && next_trial->tag < element->tag; ++next_trial)
                writeTrial(*next_trial);
            if (element->tag == last) {
                note(place, element->tag, Done::Removed, "the attribute stands there twice");
                continue;
            }
            last = element->tag;
            GANTRY_CHECK(writeElement(*element, place));
        }
        for (; next_trial != trial.end(); ++next_trial) writeTrial(*next_trial);
        return {};
    }

    void writeTrial(const TrialValue& value) {
        report_.add(ReportBuilder::kRoot, value.tag, Done::TrialValue, "the trial's own value");
        if (value.tag != trial::kDeidentificationMethodCodes) {
            writer_.text(value.tag, value.vr, value.text);
            return;
        }
        writer_.beginSequence(value.tag);
        for (const auto& code : methodCodes(in_.policy)) writeCode(code.value, "DCM", code.meaning);
        writer_.endSequence();
    }

    // ---- one element

    Result<> writeElement(const Element& element, const Place& place) {
        const auto tag = element.tag;
        const auto content = decideContent(element, place.dataset, content_);
        if (content && content->as != ContentDecision::As::Rule) {
            writeContent(element, place, *content);
            return {};
        }
        const auto rule = content ? content->rule : actionFor(tag, in_.policy);
        if (rule.origin == Origin::Trial) {
            writeTrialElsewhere(tag, place);
            return {};
        }
        const auto type = typeOf(tag, in_.sop_class.family);
        const auto action =
            rule.origin == Origin::NotListed ? withoutValue(type) : resolve(rule.action, type);
        if (action == Action::X || action == Action::Z || action == Action::D) {
            substitute(element, place, action, rule.reason);
            return {};
        }
        const auto vr = writtenVr(element, place.dataset.encoding);
        if (!vr) {
            reject(element, place, "sent with a VR of another kind than the dictionary says");
            return {};
        }
        if (*vr == Vr("SQ")) return writeSequence(element, place, type, rule.reason);
        if (element.sequence) {
            reject(element, place, "sent as a sequence, which it is not");
            return {};
        }
        if (*vr == Vr("UI")) {
            writeUid(element, place, action == Action::K, rule.reason);
        } else if (action == Action::C) {
            writeShifted(element, place, *vr, rule.reason);
        } else {
            return writeKept(element, place, *vr, rule);
        }
        return {};
    }

    /// What content_rules decided, ready to be written.
    void writeContent(const Element& element, const Place& place, const ContentDecision& decided) {
        const auto* known = dicom::lookup(element.tag);
        const auto vr =
            writtenVr(element, place.dataset.encoding).value_or(known ? firstVr(*known) : element.vr);
        note(place, element.tag, decided.done, decided.reason);
        switch (decided.as) {
            case ContentDecision::As::Code:
                writer_.beginSequence(element.tag);
                writeCode(decided.code.value, decided.code.scheme, decided.code.meaning);
                writer_.endSequence();
                break;
            case ContentDecision::As::Bytes:
                writer_.header(element.tag, vr,
                               static_cast<std::uint32_t>(decided.bytes.size() + decided.bytes.size() % 2));
                appendBytes(decided.bytes);
                if (decided.bytes.size() % 2 != 0) out_.text() += '\0';
                break;
            default:
                writer_.text(element.tag, vr, decided.value);
        }
    }

    void writeCode(std::string_view value, std::string_view scheme, std::string_view meaning) {
        writer_.beginItem();
        writer_.text({0x00080100}, "SH", value);
        writer_.text({0x00080102}, "SH", scheme);
        writer_.text(kCodeMeaning, "LO", meaning);
        writer_.endItem();
    }

    /// Attributes of the trial inside items: the patient's name and number there are the subject too.
    void writeTrialElsewhere(Tag tag, const Place& place) {
        if (place.depth == 0) return;  // written in its place by writeDataSet
        const bool patient = tag == dicom::tags::kPatientName || tag == dicom::tags::kPatientId;
        note(place, tag, patient ? Done::TrialValue : Done::Removed, "the trial's own value");
        if (patient)
            writer_.text(tag, tag == dicom::tags::kPatientName ? Vr("PN") : Vr("LO"), in_.subject.subject_id);
    }

    void substitute(const Element& element, const Place& place, Action action, std::string_view reason) {
        const auto* known = dicom::lookup(element.tag);
        const Vr vr = known && known->vr.size() >= 2 ? firstVr(*known) : element.vr;
        const auto dummy = action == Action::D ? dummyFor(vr) : std::string();
        if (action == Action::X) {
            note(place, element.tag, Done::Removed, reason);
        } else if (action == Action::D && vr == Vr("UI")) {
            writeUid(element, place, false, reason);
        } else if (dummy.empty()) {
            note(place, element.tag, Done::Emptied, reason);
            writeEmpty(element.tag, vr);
        } else {
            note(place, element.tag, Done::Replaced, reason);
            writer_.text(element.tag, vr, dummy);
        }
    }

    void writeEmpty(Tag tag, Vr vr) {
        if (vr != Vr("SQ")) {
            writer_.text(tag, vr, "");
            return;
        }
        writer_.beginSequence(tag);
        writer_.endSequence();
    }

    void reject(const Element& element, const Place& place, std::string_view reason) {
        substitute(element, place, withoutValue(typeOf(element.tag, in_.sop_class.family)), reason);
    }

    // ---- sequences

    Result<> writeSequence(const Element& element, const Place& place, Type type, std::string_view reason) {
        if (!element.sequence) {
            reject(element, place, "a sequence that could not be read as one");
            return {};
        }
        auto& text = out_.text();
        const auto before = text.size();
        const auto node = report_.inside(place.node, element.tag);
        writer_.beginSequence(element.tag);
        std::size_t written = 0;
        for (const auto& item : element.items) {
            const auto code = judgeCode(item);
            if (code.is_code && !code.is_public) continue;
            if (item.encoding != in_.file.dataset.encoding &&
                in_.file.dataset.encoding == Encoding::ExplicitBig)
                continue;  // binary numbers would have to be turned round
            ++written;
            writer_.beginItem();
            GANTRY_CHECK(writeDataSet(item, node, place.depth + 1));
            writer_.endItem();
        }
        writer_.endSequence();
        if (written < element.items.size())
            note(place, element.tag, Done::Cleaned, "items whose code is of no public scheme left out");
        if (written == 0 && !element.items.empty() && type == Type::Three) {
            text.resize(before);
            note(place, element.tag, Done::Removed, "no item was left");
            return {};
        }
        note(place, element.tag, Done::Kept, reason);
        return {};
    }

    // ---- values

    std::string outputUid(std::string_view uid) const {
        if (in_.policy.has(DeidOption::RetainUids) && dicom::isValidUid(uid)) return std::string(uid);
        return isPlainWellKnown(uid) ? std::string(uid) : mapUid(in_.keys, uid);
    }

    /// The standard's own UIDs are short numbers under its root; anything else under that root is mapped too.
    static bool isPlainWellKnown(std::string_view uid) {
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

    void writeUid(const Element& element, const Place& place, bool keep, std::string_view reason) {
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

    void writeShifted(const Element& element, const Place& place, Vr vr, std::string_view reason) {
        std::string out;
        bool first = true;
        for (const auto value : dicom::splitValues(unpadded(asText(element.value)))) {
            if (!first) out += '\\';
            first = false;
            if (value.empty()) continue;
            const auto moved =
                vr == Vr("DA") ? shiftDate(value, days_back_) : shiftDateTime(value, days_back_);
            if (!moved) {
                reject(element, place, "no whole date that could be moved");
                return;
            }
            out += *moved;
        }
        note(place, element.tag, Done::DateShifted, reason);
        writer_.text(element.tag, vr, out);
    }

    Result<> writeKept(const Element& element, const Place& place, Vr vr, const Rule& rule) {
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

    void writeChecked(const Element& element, const Place& place, Vr vr, const std::string& value, Done done,
                      std::string_view reason) {
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

    void writeCodePart(const Element& element, const Place& place, Vr vr) {
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
        note(place, element.tag, changed ? Done::Cleaned : Done::Kept,
             "the meaning that belongs to the code");
        writer_.text(element.tag, vr, place.code.meaning);
    }

    // ---- bytes

    void writeLookupTable(const Element& element, const Place& place, Vr vr) {
        if (!isTableUsed(element, in_.file.dataset) || !isTableOfStatedLength(element, place.dataset)) {
            reject(element, place, "a table that the image does not use or whose length is not as stated");
            return;
        }
        note(place, element.tag, Done::Kept, "a lookup table of the stated length");
        writer_.element(element.tag, vr, element.value);
    }

    Result<> writePixelBytes(const Element& element, const Place& place, Vr vr) {
        if (place.depth > 0) {
            reject(element, place, "pixel data inside of an item");
            return {};
        }
        const bool table = element.tag < Tag{0x7FE00008};
        if (table &&
            (in_.file.dataset.find(dicom::tags::kPixelData) == nullptr || element.value.size() % 8 != 0)) {
            reject(element, place, "an offset table without frames");
            return {};
        }
        if (table) {
            note(place, element.tag, Done::Kept, "where the frames begin");
            writer_.element(element.tag, vr, element.value);
            return {};
        }
        const auto plan = GANTRY_TRY(planPixelData(element, in_.file));
        if (!element.encapsulated && plan.length >= kUndefinedLength)
            return fail(Errc::Unsupported, "native pixel data of 4 GiB and more");
        note(place, element.tag, plan.note.empty() ? Done::Kept : Done::Cleaned,
             plan.note.empty() ? "pixel bytes as sent" : plan.note);
        writer_.header(element.tag, vr,
                       element.encapsulated ? kUndefinedLength : static_cast<std::uint32_t>(plan.length));
        for (const auto& piece : plan.pieces)
            piece.blanked ? out_.text().append(piece.bytes.size(), '\0') : appendBytes(piece.bytes);
        if (plan.padded) out_.text() += '\0';
        if (element.encapsulated) writer_.endSequence();
        return {};
    }

    std::string& appendBytes(Bytes bytes) {
        constexpr std::size_t kWorthCopying = 64u << 10;
        if (bytes.size() < kWorthCopying) return out_.text().append(asText(bytes));
        out_.copy(bytes);
        return out_.text();
    }

    // ---- character set

    bool characterSetIsSound() const {
        const auto terms = dicom::splitValues(character_set_);
        return !character_set_.empty() && std::ranges::all_of(terms, isCharacterSet);
    }

    void judgeCharacterSet(const Element& element, const Place& place) {
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

    void note(const Place& place, Tag tag, Done done, std::string_view reason) {
        report_.add(place.node, tag, done, reason);
    }

    const TransformInput& in_;
    OutputFile& out_;
    ReportBuilder& report_;
    dicom::Writer writer_;
    int days_back_;
    bool device_retained_;
    KnownIdentifiers identifiers_;
    ContentContext content_;
    std::string_view character_set_;
    bool needs_character_set_ = false;
};

}  // namespace

Result<TransformResult> transform(const TransformInput& input, OutputFile& output, ReportBuilder& report) {
    return Transformer(input, output, report).run();
}

}  // namespace gantry::anonymizer
