#include "transform.hpp"

#include <algorithm>

#include "code_items.hpp"
#include "content_rules.hpp"
#include "gantry/anonymizer/own_output.hpp"
#include "iod_types.hpp"
#include "proof.hpp"
#include "transformer.hpp"
#include "trial_attributes.hpp"
#include "values.hpp"
#include "written_vr.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;

namespace {
constexpr std::string_view kAlreadyOurs = "already de-identified by this appliance for this subject";

/// Only explicit VR can hold compressed pixels, so that what comes in implicit VR goes out in explicit VR
/// too.
Encoding outputEncoding(const dicom::DicomFile& file) {
    const auto encoding = file.dataset.encoding;
    return encoding == Encoding::ImplicitLittle ? Encoding::ExplicitLittle : encoding;
}
}  // namespace

Transformer::Transformer(const TransformInput& input, OutputFile& output, ReportBuilder& report)
    : in_(input),
      out_(output),
      report_(report),
      writer_(output.text(), outputEncoding(input.file)),
      ours_(isOwnOutput(input.file, input.keys, input.subject)),
      days_back_(ours_ ? 0 : dateOffsetDays(input.keys, input.subject.subject_id)),
      identifiers_(input.file.dataset, input.policy.has(DeidOption::RetainInstitutionIdentity),
                   input.subject.subject_id),
      content_{input.file.dataset, input.sop_class, input.policy,
               input.subject,      identifiers_,    input.document},
      character_set_(input.file.dataset.text(dicom::tags::kSpecificCharacterSet)) {}

Result<TransformResult> Transformer::run() {
    GANTRY_CHECK(writeDataSet(in_.file.dataset, ReportBuilder::kRoot, 0));
    TransformResult result;
    const auto mapped = [&](Tag tag) { return outputUid(in_.file.dataset.text(tag)); };
    result.sop_instance_uid = mapped(dicom::tags::kSopInstanceUid);
    result.series_instance_uid = mapped(dicom::tags::kSeriesInstanceUid);
    result.study_instance_uid = mapped(dicom::tags::kStudyInstanceUid);
    if (characterSetIsSound()) {
        dicom::Writer head(result.character_set, outputEncoding(in_.file));
        head.text(dicom::tags::kSpecificCharacterSet, "CS", character_set_);
    }
    result.already_ours = ours_;
    if (ours_) report_.add(ReportBuilder::kRoot, trial::kDeidentificationMethod, Done::Kept, kAlreadyOurs);
    writeProof(result.character_set);
    return result;
}

void Transformer::writeProof(const std::string& head) {
    auto& text = out_.text();
    const auto before = head + text.substr(0, proof_at_);
    const auto behind_at = proof_at_ + kProofLetters;
    const auto behind = asBytes(text).subspan(behind_at, pixels_at_.value_or(text.size()) - behind_at);
    text.replace(proof_at_, kProofLetters, proofOf(in_.keys, in_.subject, asBytes(before), behind));
}

/// BurnedInAnnotation: NO is said if somebody looked, and is not repeated if nobody did.
bool Transformer::writeBurnedIn(const Element& element, const Place& place, Type type) {
    if (element.tag != trial::kBurnedInAnnotation || place.depth > 0 || ours_) return false;
    if (lookedAt()) return true;  // written with the trial's values
    const bool claimed = unpadded(asText(element.value)) == "NO";
    if (claimed && type == Type::Three)
        note(place, element.tag, Done::Removed, "nobody looked at the pixels");
    return claimed && type == Type::Three;
}

Result<> Transformer::writeElement(const Element& element, const Place& place) {
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
    const auto type = typeOf(tag, in_.sop_class.family, place.depth > 0);
    if (writeBurnedIn(element, place, type)) return {};
    auto action = rule.origin == Origin::NotListed ? withoutValue(type) : resolve(rule.action, type);
    const auto* known = dicom::lookup(tag);
    const bool sequence = known != nullptr && known->vr == "SQ";
    // A dummy of a sequence is the sequence with items that the same rules have cleaned.
    if (sequence && action == Action::D) action = Action::K;
    if (action == Action::X || action == Action::Z || action == Action::D) {
        substitute(element, place, action, rule.reason);
        return {};
    }
    if (sequence) {
        const auto* readable = asSequence(element, place);
        if (readable != nullptr) return writeSequence(*readable, place, type, rule.reason);
        reject(element, place, "a sequence that could not be read as one");
        return {};
    }
    auto vr = writtenVr(element);
    if (!vr) {
        reject(element, place, "sent with a VR of another kind than the dictionary says");
        return {};
    }
    if (element.sequence) {
        reject(element, place, "sent as a sequence, which it is not");
        return {};
    }
    vr = settledVr(element, *vr, place.dataset, in_.file.dataset);
    if (*vr == Vr("UI")) {
        writeUid(element, place, action == Action::K, rule.reason);
    } else if (action == Action::C && (*vr == Vr("DA") || *vr == Vr("DT"))) {
        writeShifted(element, place, *vr, rule.reason);
    } else if (action == Action::C) {
        writeCleaned(element, place, *vr, rule.reason);
    } else {
        return writeKept(element, place, *vr, rule);
    }
    return {};
}

/// What content_rules decided, ready to be written.
void Transformer::writeContent(const Element& element, const Place& place, const ContentDecision& decided) {
    const auto* known = dicom::lookup(element.tag);
    const auto vr = settledVr(element, writtenVr(element).value_or(known ? firstVr(*known) : element.vr),
                              place.dataset, in_.file.dataset);
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
            out_.text().append(asText(decided.bytes));  // the proof covers it
            if (decided.bytes.size() % 2 != 0) out_.text() += '\0';
            break;
        default:
            writer_.text(element.tag, vr, decided.value);
    }
}

/// Attributes of the trial inside items: the patient's name and number there are the subject too.
void Transformer::writeTrialElsewhere(Tag tag, const Place& place) {
    if (place.depth == 0) return;  // written in its place by writeDataSet
    const bool patient = tag == dicom::tags::kPatientName || tag == dicom::tags::kPatientId;
    note(place, tag, patient ? Done::TrialValue : Done::Removed, "the trial's own value");
    if (patient)
        writer_.text(tag, tag == dicom::tags::kPatientName ? Vr("PN") : Vr("LO"), in_.subject.subject_id);
}

void Transformer::substitute(const Element& element, const Place& place, Action action,
                             std::string_view reason) {
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

void Transformer::writeEmpty(Tag tag, Vr vr) {
    if (vr != Vr("SQ")) {
        writer_.text(tag, vr, "");
        return;
    }
    writer_.beginSequence(tag);
    writer_.endSequence();
}

void Transformer::reject(const Element& element, const Place& place, std::string_view reason) {
    substitute(element, place, withoutValue(typeOf(element.tag, in_.sop_class.family, place.depth > 0)),
               reason);
}

void Transformer::note(const Place& place, Tag tag, Done done, std::string_view reason) {
    report_.add(place.node, tag, done, reason);
}

Result<TransformResult> transform(const TransformInput& input, OutputFile& output, ReportBuilder& report) {
    return Transformer(input, output, report).run();
}

}  // namespace gantry::anonymizer
