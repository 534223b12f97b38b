#include <algorithm>
#include <iterator>

#include "code_items.hpp"
#include "content_codes.hpp"
#include "content_concepts.hpp"
#include "content_rules.hpp"
#include "text.hpp"
#include "values.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr std::string_view kKept = "content item kept: Clean Structured Content";

constexpr Tag kConceptName{0x0040A043};
constexpr Tag kConceptCode{0x0040A168};
constexpr Tag kMeasurementUnits{0x004008EA};
constexpr Tag kMeasuredValue{0x0040A300};
constexpr Tag kTextValue{0x0040A160};
constexpr Tag kDateTime{0x0040A120};
constexpr Tag kDate{0x0040A121};
constexpr Tag kPersonName{0x0040A123};
constexpr Tag kNumericValue{0x0040A30A};
constexpr Tag kTemplateIdentifier{0x0040DB00};
constexpr Tag kRequestedProcedureId{0x00401001};
constexpr Tag kRequestedProcedureDescription{0x00321060};
constexpr Tag kReferencedPerformedProcedureStep{0x00081111};
constexpr Tag kVerifyingObserver{0x0040A073};

// Content items, the containers they stand in, and the header of documents. Numbers, code strings, references
// and sequences; all of them standard.
constexpr std::uint32_t kTreeAttributes[] = {
    0x00080105,  // MappingResource
    0x00400440,  // ProtocolContextSequence
    0x00400441,  // ContentItemModifierSequence
    0x00400555,  // AcquisitionContextSequence
    0x00400610,  // SpecimenPreparationSequence
    0x00400612,  // SpecimenPreparationStepContentItemSequence
    0x004008EA,  // MeasurementUnitsCodeSequence
    0x0040A010,  // RelationshipType
    0x0040A040,  // ValueType
    0x0040A043,  // ConceptNameCodeSequence
    0x0040A050,  // ContinuityOfContent
    0x0040A073,  // VerifyingObserverSequence
    0x0040A0B0,  // ReferencedWaveformChannels
    0x0040A130,  // TemporalRangeType
    0x0040A132,  // ReferencedSamplePositions
    0x0040A138,  // ReferencedTimeOffsets
    0x0040A161,  // FloatingPointValue
    0x0040A162,  // RationalNumeratorValue
    0x0040A163,  // RationalDenominatorValue
    0x0040A168,  // ConceptCodeSequence
    0x0040A170,  // PurposeOfReferenceCodeSequence
    0x0040A180,  // AnnotationGroupNumber
    0x0040A195,  // ModifierCodeSequence
    0x0040A300,  // MeasuredValueSequence
    0x0040A301,  // NumericValueQualifierCodeSequence
    0x0040A30A,  // NumericValue
    0x0040A360,  // PredecessorDocumentsSequence
    0x0040A370,  // ReferencedRequestSequence
    0x0040A372,  // PerformedProcedureCodeSequence
    0x0040A375,  // CurrentRequestedProcedureEvidenceSequence
    0x0040A385,  // PertinentOtherEvidenceSequence
    0x0040A491,  // CompletionFlag
    0x0040A493,  // VerificationFlag
    0x0040A496,  // PreliminaryFlag
    0x0040A504,  // ContentTemplateSequence
    0x0040A525,  // IdenticalDocumentsSequence
    0x0040A730,  // ContentSequence
    0x0040B020,  // WaveformAnnotationSequence
    0x0040DB00,  // TemplateIdentifier
    0x0040DB73,  // ReferencedContentItemIdentifier
    0x00480301,  // PixelOriginInterpretation
    0x00700022,  // GraphicData
    0x00700023,  // GraphicType
};

constexpr PublicCode kOther = {"74964007", "SCT", "Other"};
constexpr PublicCode kUnknown = {"261665006", "SCT", "Unknown"};
constexpr PublicCode kNoUnits = {"1", "UCUM", "no units"};

ContentDecision withCode(PublicCode code, std::string_view reason) {
    ContentDecision decision;
    decision.as = ContentDecision::As::Code;
    decision.code = code;
    decision.done = Done::Replaced;
    decision.reason = reason;
    return decision;
}

/// Numbers and codes whose concept is a person's.
bool mayNotBeTold(const DataSet& item, const ContentContext& context) {
    switch (conceptTells(item)) {
        case Tells::Characteristic:
            return !context.policy.has(DeidOption::RetainPatientCharacteristics);
        case Tells::SubjectName:
        case Tells::SubjectId:
        case Tells::BirthDate:
        case Tells::Person:
            return true;
        default:
            return false;
    }
}

/// A code of no public scheme would leave the item without its name or value: the tree would not be one.
Decided codeOfItem(const Element& element, const DataSet& item, const ContentContext& context) {
    if (!element.sequence || element.items.empty()) return keepByVr(kKept);
    if (element.tag == kConceptCode && mayNotBeTold(item, context))
        return withCode(kUnknown, "a characteristic or a name of a person");
    const auto judged = judgeCode(element.items.front());
    if (judged.is_code && judged.is_public) return keepByVr(kKept);
    return withCode(element.tag == kMeasurementUnits ? kNoUnits : kOther, "a code of no public scheme");
}

/// Years of "a", "mo", "wk", "d"; 0 for other units.
double yearsOf(const DataSet& measured) {
    const auto* units = measured.find(kMeasurementUnits);
    const auto numbers = dicom::parseDecimals(measured.text(kNumericValue));
    if (!units || units->items.empty() || numbers.empty() || !numbers[0]) return 0;
    const auto unit = units->items.front().text({0x00080100});
    const double in_year = unit == "a" ? 1 : unit == "mo" ? 12 : unit == "wk" ? 52 : unit == "d" ? 365 : 0;
    return in_year > 0 ? *numbers[0] / in_year : 0;
}

/// MeasuredValueSequence, or NumericValue where it stands in the content item itself (PS3.3 10.2, C.10.10).
Decided measuredValue(const Element& element, const DataSet& item, const ContentContext& context) {
    if (mayNotBeTold(item, context)) return withAction(Action::Z, "a characteristic or a number of a person");
    if (conceptTells(item) != Tells::Characteristic) return keepByVr(kKept);
    const auto cap = context.policy.age_cap_years;
    const auto too_old = [&](const DataSet& measured) { return yearsOf(measured) >= cap + 1; };
    const bool capped = cap > 0 && (too_old(item) || std::ranges::any_of(element.items, too_old));
    return capped ? withAction(Action::Z, "an age above the cap") : keepByVr(kKept);
}

Decided textValue(const Element& element, const DataSet& item, const ContentContext& context) {
    const std::string sent(unpadded(asText(element.value)));
    if (sent.empty()) return withValue("", Done::Kept, kKept);
    const auto is_ours = [&] {
        return std::ranges::all_of(sent, [](char c) { return c >= 0x20 && c < 0x7F; }) &&
               !context.identifiers.standIn(sent);
    };
    switch (conceptTells(item)) {
        case Tells::Label:
            return cleanedText(element, context);
        case Tells::Product: {
            const auto checked = checkKept(element.tag, "LO", KeepAs::Device, element.value);
            if (checked.verdict == Checked::Verdict::Same && is_ours())
                return withValue(sent, Done::Kept, kKept);
            break;
        }
        case Tells::Device:
            if (context.policy.has(DeidOption::RetainDeviceIdentity) && is_ours())
                return withValue(sent, Done::Kept, "kept: Retain Device Identity");
            break;
        case Tells::SubjectId:
        case Tells::SubjectName:
            return withValue(context.subject.subject_id, Done::TrialValue, "the trial's own value");
        default:
            break;
    }
    return withValue("REMOVED", Done::Replaced, "text of a content item");
}

Decided templateIdentifier(const Element& element) {
    const auto text = unpadded(asText(element.value));
    constexpr std::size_t kLongest = 5;
    if (text.empty() || text.size() > kLongest || !std::ranges::all_of(text, isDigit)) return std::nullopt;
    return withValue(std::string(text), Done::Kept, kKept);
}

/// Values of content items, by the item's concept.
Decided valueOfItem(const Element& element, const DataSet& item, const ContentContext& context) {
    const auto tells = [&] { return conceptTells(item); };
    if (element.tag == kTextValue) return textValue(element, item, context);
    if (element.tag == kMeasuredValue || element.tag == kNumericValue)
        return measuredValue(element, item, context);
    if (element.tag == kTemplateIdentifier) return templateIdentifier(element);
    if (element.tag == kDate || element.tag == kDateTime) {
        if (tells() == Tells::BirthDate) return withAction(Action::D, "the subject's birth date");
    } else if (element.tag == kPersonName) {
        if (tells() == Tells::SubjectName)
            return withValue(context.subject.subject_id, Done::TrialValue, "the trial's own value");
    }
    return std::nullopt;
}

/// CodingSchemeIdentificationSequence (PS3.3 C.12.1): schemes that are public, and no others.
Decided codingScheme(const Element& element, const DataSet& item) {
    constexpr Tag kIdentifications{0x00080110};
    static constexpr Tag kDesignator{0x00080102};
    constexpr Tag kCodeValues[] = {{0x00080100}, {0x00080119}, {0x00080120}};
    if (element.tag == kIdentifications) {
        const bool known = std::ranges::all_of(
            element.items, [](const DataSet& scheme) { return isContentScheme(scheme.text(kDesignator)); });
        return known ? std::nullopt : Decided(withAction(Action::X, "schemes that are not public"));
    }
    const bool in_code = std::ranges::any_of(kCodeValues, [&](Tag tag) { return item.find(tag) != nullptr; });
    const auto designator = unpadded(asText(element.value));
    if (element.tag != kDesignator || in_code || !isContentScheme(designator)) return std::nullopt;
    return withValue(std::string(designator), Done::Kept, "a public coding scheme");
}

/// Type 2 in reports and what they refer to (PS3.3 C.17.1, 10.6): there and empty.
bool isEmptyInReports(Tag tag, const DataSet& item, const ContentContext& context) {
    if (context.sop_class.family != Family::Report) return false;
    if (tag == kReferencedPerformedProcedureStep) return true;
    return &item != &context.root && (tag == kRequestedProcedureId || tag == kRequestedProcedureDescription);
}

}  // namespace

Decided decideContentTree(const Element& element, const DataSet& item, const ContentContext& context) {
    if (!context.policy.has(DeidOption::CleanStructuredContent)) return std::nullopt;
    const auto tag = element.tag;
    if (isEmptyInReports(tag, item, context)) return withAction(Action::Z, "Basic Profile; it must be there");
    if (tag == kConceptName || tag == kConceptCode || tag == kMeasurementUnits)
        return codeOfItem(element, item, context);
    if (tag.group() == 0x0008)
        if (auto decided = codingScheme(element, item)) return decided;
    if (auto decided = valueOfItem(element, item, context)) return decided;
    if (std::ranges::find(kTreeAttributes, tag.value) == std::end(kTreeAttributes)) return std::nullopt;
    if (tag == kVerifyingObserver) return keepByVr("who verified is replaced in the items");
    if (auto term = keepContentTerm(element)) return term;
    return keepUnlessText(element, kKept);
}

}  // namespace gantry::anonymizer
