#include "written_vr.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Vr;

namespace {

bool listsVr(std::string_view alternatives, Vr vr) {
    return alternatives.find(vr.text()) != std::string_view::npos;
}

}  // namespace

Vr firstVr(const dicom::DictionaryEntry& known) {
    return {known.vr[0], known.vr[1]};
}

std::optional<Vr> writtenVr(const Element& element) {
    const auto* known = dicom::lookup(element.tag);
    if (known == nullptr || known->vr.size() < 2) return std::nullopt;
    if (listsVr(known->vr, element.vr)) return element.vr;
    const auto wanted = firstVr(*known);
    if (element.sequence) return wanted == Vr("SQ") ? std::optional(wanted) : std::nullopt;
    const bool both_text = dicom::isTextVr(element.vr) && dicom::isTextVr(wanted);
    // UN hides the VR, not the bytes (PS3.5 6.2.2).
    const bool unknown = element.vr == Vr("UN") && wanted != Vr("SQ");
    const bool bytes =
        (element.vr == Vr("OB") || element.vr == Vr("OW")) && (wanted == Vr("OB") || wanted == Vr("OW"));
    return both_text || unknown || bytes ? std::optional(wanted) : std::nullopt;
}

}  // namespace gantry::anonymizer
