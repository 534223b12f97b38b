#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "content_rules.hpp"
#include "pixel_data.hpp"
#include "values.hpp"
#include "vocabulary.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr std::string_view kGraphics = "graphics kept: Clean Graphics";
constexpr std::string_view kShape = "numbers that describe a shape";

constexpr Tag kGraphicLayer{0x00700002};
constexpr Tag kUnformattedText{0x00700006};
constexpr Tag kGraphicLayerSequence{0x00700060};
constexpr Tag kCreationDate{0x00700082};
constexpr Tag kCreationTime{0x00700083};
constexpr Tag kCssFontName{0x00700229};
constexpr Tag kAlgorithmVersion{0x00660031};
constexpr Tag kAlgorithmName{0x00660036};

// Type 1 texts: REMOVED where they are not plain.
constexpr std::uint32_t kTexts[] = {
    0x00620005,  // SegmentLabel
    0x00620020,  // TrackingID
    0x00660106,  // TrackSetLabel
    0x00700207,  // GraphicGroupLabel
    0x0070030F,  // FiducialDescription
    0x00700310,  // FiducialIdentifier
};

/// Bytes that are numbers of one kind.
struct Binary {
    std::uint32_t tag;
    std::size_t width;  ///< bytes of one value, 0: as the list's VR says
    bool floats;
};
constexpr Binary kBinaries[] = {
    {0x00640009, 4, true},   // VectorGridData
    {0x00660016, 4, true},   // PointCoordinatesData
    {0x00660021, 4, true},   // VectorCoordinateData
    {0x00660023, 2, false},  // TrianglePointIndexList
    {0x00660024, 2, false},  // EdgePointIndexList
    {0x00660025, 2, false},  // VertexPointIndexList
    {0x00660029, 2, false},  // PrimitivePointIndexList
    {0x00660040, 4, false},  // LongPrimitivePointIndexList
    {0x00660041, 4, false},  // LongTrianglePointIndexList
    {0x00660042, 4, false},  // LongEdgePointIndexList
    {0x00660043, 4, false},  // LongVertexPointIndexList
    {0x00660103, 2, false},  // RecommendedDisplayCIELabValueList
    {0x00660125, 4, true},   // FloatingPointValues
    {0x00660129, 4, false},  // TrackPointIndexList
};

std::uint32_t numberAt(Bytes bytes, std::size_t at, bool big_endian) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto shift = 8 * (big_endian ? 3 - i : i);
        number |= std::to_integer<std::uint32_t>(bytes[at + i]) << shift;
    }
    return number;
}

bool isPrintable(std::byte byte) {
    return byte == std::byte{0} || (byte >= std::byte{0x20} && byte < std::byte{0x7F});
}

/// Coordinates lie within ten kilometres; there are fewer than 2^28 points. Most text is neither.
bool arePlausible(Bytes bytes, const Binary& binary, dicom::Encoding encoding) {
    constexpr float kFarthest = 1e7F;
    if (bytes.size() >= 8 && std::ranges::all_of(bytes, isPrintable) &&
        std::ranges::any_of(bytes, [](std::byte b) { return b != std::byte{0}; }))
        return false;
    constexpr std::uint32_t kMostPoints = 1u << 28;
    if (binary.width == 2) return true;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        const auto number = numberAt(bytes, at, encoding == dicom::Encoding::ExplicitBig);
        float value = 0;
        std::memcpy(&value, &number, sizeof value);
        if (binary.floats ? !(std::abs(value) <= kFarthest) : number > kMostPoints) return false;
    }
    return true;
}

/// PointCoordinatesData beside NumberOfSurfacePoints: three numbers each.
bool isOfStatedLength(const Element& element, const DataSet& item) {
    constexpr Tag kPointCoordinates{0x00660016};
    constexpr Tag kNumberOfSurfacePoints{0x00660015};
    const auto* count = item.find(kNumberOfSurfacePoints);
    if (element.tag != kPointCoordinates || !count) return true;
    const auto numbers = dicom::binaryNumbers(*count, item.encoding);
    return !numbers.empty() && numbers[0] * 12 == static_cast<double>(element.value.size());
}

Decided binaryOf(const Element& element, const DataSet& item) {
    const auto* binary = std::ranges::find(kBinaries, element.tag.value, &Binary::tag);
    if (binary == std::end(kBinaries) || element.sequence || element.encapsulated) return std::nullopt;
    if (element.value.size() % binary->width != 0 || !isOfStatedLength(element, item) ||
        !arePlausible(element.value, *binary, item.encoding))
        return withAction(Action::X, "bytes that are not the numbers they should be");
    ContentDecision decision;
    decision.as = ContentDecision::As::Bytes;
    decision.bytes = element.value;
    decision.reason = kShape;
    return decision;
}

/// Names of layers tie annotations to layers: those that are no known words are numbered as the layers are.
Decided graphicLayer(const Element& element, const ContentContext& context) {
    const auto name = unpadded(asText(element.value));
    if (isKnownCodeString(name)) return withValue(std::string(name), Done::Kept, kGraphics);
    std::size_t index = 0;
    if (const auto* layers = context.root.find(kGraphicLayerSequence))
        for (; index < layers->items.size(); ++index)
            if (layers->items[index].text(kGraphicLayer) == name) break;
    return withValue("LAYER" + std::to_string(index + 1), Done::Replaced, "the name of a layer");
}

Decided productText(const Element& element, const ContentContext& context) {
    const auto text = unpadded(asText(element.value));
    const bool known = isDeviceText(text) && !context.identifiers.standIn(text);
    return known ? withValue(std::string(text), Done::Kept, "needed to read the object; its value is checked")
                 : withValue("REMOVED", Done::Replaced, "text of other than technical words");
}

/// Type 1 in presentation states: X of the table leaves an object that is none.
Decided creation(const Element& element, const ContentContext& context) {
    if (context.sop_class.family != Family::Presentation ||
        actionFor(element.tag, context.policy).action != Action::X)
        return std::nullopt;
    return withAction(Action::D, "Basic Application Confidentiality Profile");
}

}  // namespace

Decided decideGraphics(const Element& element, const DataSet& item, const ContentContext& context) {
    const auto tag = element.tag;
    const bool shape = context.sop_class.family == Family::Segmentation;
    if (!shape && tag.group() != 0x0070) return std::nullopt;
    if (!shape && tag == kUnformattedText &&
        (context.policy.has(DeidOption::CleanGraphics) ||
         context.policy.has(DeidOption::CleanStructuredContent)))
        return cleanedText(element, context);
    if (!shape && !context.policy.has(DeidOption::CleanGraphics)) return std::nullopt;
    if (tag == kGraphicLayer) return graphicLayer(element, context);
    if (tag == kCreationDate || tag == kCreationTime) return creation(element, context);
    if (tag == kAlgorithmName || tag == kAlgorithmVersion) return productText(element, context);
    if (tag == kCssFontName) return withValue("sans-serif", Done::Replaced, "a font that every viewer has");
    if (std::ranges::find(kTexts, tag.value) != std::end(kTexts)) return cleanedText(element, context);
    if (tag.group() == 0x0062) return std::nullopt;
    if (auto binary = binaryOf(element, item)) return binary;
    const auto* row = profileRow(tag);
    constexpr Tag kGraphicAnnotation{0x00700001};
    if (row && tag != kGraphicAnnotation) return std::nullopt;
    if (auto term = keepContentTerm(element)) return term;
    return keepUnlessText(element, shape ? kShape : kGraphics);
}

Decided decidePalette(const Element& element, const DataSet& item, const ContentContext& context) {
    constexpr Tag kFirst{0x00281201}, kLast{0x00281203};
    if (context.sop_class.family != Family::Presentation || element.tag < kFirst || element.tag > kLast ||
        !isTableOfStatedLength(element, item))
        return std::nullopt;
    ContentDecision decision;
    decision.as = ContentDecision::As::Bytes;
    decision.bytes = element.value;
    decision.reason = "a lookup table of the length its descriptor states";
    return decision;
}

}  // namespace gantry::anonymizer
