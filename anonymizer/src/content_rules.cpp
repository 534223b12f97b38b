#include "content_rules.hpp"

#include <algorithm>
#include <iterator>

#include "content_classes.hpp"
#include "plain_text.hpp"
#include "values.hpp"

namespace gantry::anonymizer {
namespace {

// Enumerated values and defined terms of PS3.3 C.10.4 to C.10.9, C.17.3, C.18, C.23 and C.27.
constexpr std::string_view kTerms[] = {
    // RelationshipType, ValueType, ContinuityOfContent, flags
    "CONTAINS", "HAS OBS CONTEXT", "HAS ACQ CONTEXT", "HAS CONCEPT MOD", "HAS PROPERTIES", "INFERRED FROM",
    "SELECTED FROM", "TEXT", "NUM", "CODE", "DATETIME", "DATE", "TIME", "UIDREF", "PNAME", "COMPOSITE",
    "IMAGE", "WAVEFORM", "SCOORD", "SCOORD3D", "TCOORD", "CONTAINER", "TABLE", "SEPARATE", "CONTINUOUS",
    "PARTIAL", "COMPLETE", "UNVERIFIED", "VERIFIED", "PRELIMINARY", "FINAL", "DCMR", "NUMERIC", "COORDINATES",
    // GraphicType, TemporalRangeType, PixelOriginInterpretation
    "POINT", "MULTIPOINT", "POLYLINE", "CIRCLE", "ELLIPSE", "INTERPOLATED", "POLYGON", "ELLIPSOID", "SEGMENT",
    "MULTISEGMENT", "BEGIN", "END", "FRAME", "VOLUME",
    // graphic annotation, displayed area
    "PIXEL", "DISPLAY", "MATRIX", "LEFT", "RIGHT", "CENTER", "Y", "N", "YES", "NO", "SCALE TO FIT",
    "TRUE SIZE", "MAGNIFY", "MULTILINE", "INFINITELINE", "CUTLINE", "RANGELINE", "RULER", "AXIS", "CROSSHAIR",
    "ARROW", "RECTANGLE", "SOLID", "DASHED", "NORMAL", "OFF", "OUTLINED", "TOP", "BOTTOM", "STIPPELED",
    "ISO_32000",
    // waveforms
    "ORIGINAL", "DERIVED", "SB", "UB", "MB", "AB", "SS", "US", "SL", "UL", "OK", "TEST DATA", "DISCONNECTED",
    "QUESTIONABLE", "INVALID", "UNCALIBRATED", "UNZEROED", "SOURCE", "POST", "MIXED", "ECG", "EPS", "HD",
    "RESP", "EEG", "EMG", "EOG", "POS",
    // surfaces, tracks, fiducials, registrations
    "TRIANGLE", "LINE", "FACET", "EDGE", "SURFACE", "WIREFRAME", "POINTS", "RIGID", "RIGID_SCALE", "AFFINE",
    "SHAPE", "RULE", "VERTEX", "UNKNOWN"};

}  // namespace

ContentDecision withAction(Action action, std::string_view reason) {
    ContentDecision decision;
    decision.rule = {action, Origin::Option, reason};
    return decision;
}

ContentDecision keepByVr(std::string_view reason) {
    return withAction(Action::K, reason);
}

ContentDecision withValue(std::string value, Done done, std::string_view reason) {
    ContentDecision decision;
    decision.as = ContentDecision::As::Value;
    decision.value = std::move(value);
    decision.done = done;
    decision.reason = reason;
    return decision;
}

Decided keepUnlessText(const dicom::Element& element, std::string_view reason) {
    const auto* known = dicom::lookup(element.tag);
    if (known == nullptr || known->retired || known->vr.size() < 2) return std::nullopt;
    constexpr std::string_view kVrs[] = {"SQ", "CS", "DS", "IS", "US", "SS", "UL",      "SL",
                                         "FL", "FD", "UV", "SV", "AT", "AS", "US or SS"};
    if (known->vr == "UI") return withAction(Action::U, "a UID that is not the standard's own");
    if (std::ranges::find(kVrs, known->vr) == std::end(kVrs)) return std::nullopt;
    return keepByVr(reason);
}

Decided keepContentTerm(const dicom::Element& element) {
    const auto* known = dicom::lookup(element.tag);
    if (known == nullptr || known->vr != "CS") return std::nullopt;
    const auto text = unpadded(asText(element.value));
    const auto is_term = [](std::string_view component) {
        return component.empty() || std::ranges::find(kTerms, component) != std::end(kTerms);
    };
    if (!std::ranges::all_of(dicom::splitValues(text), is_term)) return std::nullopt;
    return withValue(std::string(text), Done::Kept, "a term of the standard");
}

ContentDecision cleanedText(const dicom::Element& element, const ContentContext& context) {
    const std::string sent(unpadded(asText(element.value)));
    const auto plain = plainPartOf(sent, context.policy);
    if (plain == sent && !context.identifiers.standIn(sent))
        return withValue(sent, Done::Kept, "plain words, numbers and units");
    if (!plain.empty() && !context.identifiers.standIn(plain))
        return withValue(plain, Done::Cleaned, "words that are not plain left out");
    return withValue("REMOVED", Done::Replaced, "text that is not made of plain words, numbers and units");
}

Decided decideContent(const dicom::Element& element, const dicom::DataSet& item,
                      const ContentContext& context) {
    switch (element.tag.group()) {
        case 0x0008:
        case 0x0032:
        case 0x0048:
            return decideContentTree(element, item, context);
        case 0x0040: {
            auto decided = decideDocument(element, context);
            return decided ? decided : decideContentTree(element, item, context);
        }
        case 0x0062:
        case 0x0064:
        case 0x0066:
            return decideGraphics(element, item, context);
        case 0x0070: {
            auto decided = decideContentTree(element, item, context);
            return decided ? decided : decideGraphics(element, item, context);
        }
        case 0x003A:
        case 0x5400:
            return decideWaveform(element, item, context);
        case 0x0042:
            return decideDocument(element, context);
        case 0x0028: {
            auto decided = decideDocument(element, context);
            return decided ? decided : decidePalette(element, item, context);
        }
        case 0x7FE0:
            if (contentClass(context.sop_class.uid) == nullptr) return std::nullopt;
            return withAction(Action::X, "pixels in an object of a kind that has none");
        default:
            return std::nullopt;
    }
}

}  // namespace gantry::anonymizer
