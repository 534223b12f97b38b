#include "written_vr.hpp"

namespace gantry::anonymizer {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;

namespace {

bool listsVr(std::string_view alternatives, Vr vr) {
    return alternatives.find(vr.text()) != std::string_view::npos;
}

/// A US of the item, or of the data set around it.
double numberOf(Tag tag, const DataSet& item, const DataSet& root, double otherwise) {
    for (const auto* dataset : {&item, &root})
        if (const auto* element = dataset->find(tag))
            if (const auto numbers = dicom::binaryNumbers(*element, dataset->encoding); !numbers.empty())
                return numbers.front();
    return otherwise;
}

/// Samples of more than a byte are words (PS3.5 8.1.2, 8.3).
Vr bytesOrWords(const Element& element, const DataSet& item, const DataSet& root) {
    constexpr Tag kBitsAllocated{0x00280100};
    constexpr Tag kWaveformBitsAllocated{0x54001004};
    constexpr int kWaveforms = 0x5400;
    const bool wave = element.tag.group() == kWaveforms;
    const bool pixels = element.tag == dicom::tags::kPixelData;
    if (!wave && !pixels) return "OW";
    return numberOf(wave ? kWaveformBitsAllocated : kBitsAllocated, item, root, 16) > 8 ? "OW" : "OB";
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

Vr settledVr(const Element& element, Vr vr, const DataSet& item, const DataSet& root) {
    constexpr Tag kPixelRepresentation{0x00280103};
    const auto* known = dicom::lookup(element.tag);
    if (item.encoding != dicom::Encoding::ImplicitLittle || known == nullptr) return vr;
    if (known->vr == "OB or OW") return bytesOrWords(element, item, root);
    if (listsVr(known->vr, "OW") && known->vr.size() > 2)
        return "OW";  // lookup tables: the length field is long
    if (known->vr == "US or SS") return numberOf(kPixelRepresentation, item, root, 0) == 1 ? "SS" : "US";
    return vr;
}

}  // namespace gantry::anonymizer
