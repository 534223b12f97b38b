#include "transform.hpp"

#include <algorithm>

#include "code_items.hpp"
#include "content_rules.hpp"
#include "iod_types.hpp"
#include "transformer.hpp"
#include "trial_attributes.hpp"
#include "values.hpp"
#include "written_vr.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;

Transformer::Transformer(const TransformInput& input, OutputFile& output, ReportBuilder& report)
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

Result<TransformResult> Transformer::run() {
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

Result<> Transformer::writeElement(const Element& element, const Place& place) {
    const auto tag = element.tag;
    if (tag == Tag{0x00280301} && place.depth == 0 && lookedAt()) return {};  // BurnedInAnnotation, ours
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
    const auto action = rule.origin == Origin::NotListed ? withoutValue(type) : resolve(rule.action, type);
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
void Transformer::writeContent(const Element& element, const Place& place, const ContentDecision& decided) {
    const auto* known = dicom::lookup(element.tag);
    const auto vr = writtenVr(element, place.dataset.encoding).value_or(known ? firstVr(*known) : element.vr);
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
    substitute(element, place, withoutValue(typeOf(element.tag, in_.sop_class.family)), reason);
}

void Transformer::note(const Place& place, Tag tag, Done done, std::string_view reason) {
    report_.add(place.node, tag, done, reason);
}

Result<TransformResult> transform(const TransformInput& input, OutputFile& output, ReportBuilder& report) {
    return Transformer(input, output, report).run();
}

}  // namespace gantry::anonymizer
