#include "frame_headers.hpp"

#include <cmath>

#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr Tag kImagePosition{0x00200032};
constexpr Tag kImageOrientation{0x00200037};
constexpr Tag kInstanceNumber{0x00200013};
constexpr Tag kSamplesPerPixel{0x00280002};
constexpr Tag kPhotometric{0x00280004};
constexpr Tag kPlanarConfiguration{0x00280006};
constexpr Tag kNumberOfFrames{0x00280008};
constexpr Tag kRows{0x00280010};
constexpr Tag kColumns{0x00280011};
constexpr Tag kPixelSpacing{0x00280030};
constexpr Tag kImagerPixelSpacing{0x00181164};
constexpr Tag kBitsAllocated{0x00280100};
constexpr Tag kBitsStored{0x00280101};
constexpr Tag kHighBit{0x00280102};
constexpr Tag kPixelRepresentation{0x00280103};
constexpr Tag kPixelPaddingValue{0x00280120};
constexpr Tag kRescaleIntercept{0x00281052};
constexpr Tag kRescaleSlope{0x00281053};
constexpr Tag kFloatPixelData{0x7FE00008};
constexpr Tag kSharedGroups{0x52009229};
constexpr Tag kPerFrameGroups{0x52009230};
constexpr Tag kEchoTime{0x00180081};
constexpr Tag kEffectiveEchoTime{0x00189082};
constexpr Tag kDiffusionBValue{0x00189087};
constexpr Tag kFrameType{0x00089007};

// A value in a data set or in an item of the macros that stand in it: functional groups nest one deep.
const Element* inGroup(const DataSet& group, Tag tag) {
    if (const auto* found = group.find(tag)) return found;
    for (const auto& element : group.elements)
        if (element.sequence && !element.items.empty())
            if (const auto* found = element.items.front().find(tag)) return found;
    return nullptr;
}

struct Lookup {
    const DataSet& top;
    const DataSet* shared = nullptr;
    const DataSet* per_frame = nullptr;

    const Element* find(Tag tag) const {
        if (per_frame)
            if (const auto* found = inGroup(*per_frame, tag)) return found;
        if (shared)
            if (const auto* found = inGroup(*shared, tag)) return found;
        return top.find(tag);
    }
    std::vector<double> numbers(Tag tag) const {
        const auto* element = find(tag);
        if (!element) return {};
        if (!dicom::isTextVr(element->vr)) return dicom::binaryNumbers(*element, top.encoding);
        std::vector<double> out;
        for (const auto& one : dicom::parseDecimals(asText(element->value)))
            out.push_back(one.value_or(std::nan("")));
        return out;
    }
    std::optional<double> number(Tag tag) const {
        const auto all = numbers(tag);
        if (all.empty() || !std::isfinite(all.front())) return std::nullopt;
        return all.front();
    }
    std::string text(Tag tag) const {
        const auto* element = find(tag);
        return element ? std::string(asText(element->value)) : std::string();
    }
};

int whole(const Lookup& look, Tag tag, int fallback) {
    const auto value = look.number(tag);
    if (!value || std::abs(*value) > 1e9) return fallback;
    return static_cast<int>(*value);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
    return text;
}

Result<PixelFormat> pixelFormat(const Lookup& look) {
    PixelFormat out;
    out.rows = whole(look, kRows, 0);
    out.columns = whole(look, kColumns, 0);
    out.samples = whole(look, kSamplesPerPixel, 1);
    out.bits_allocated = whole(look, kBitsAllocated, 0);
    out.bits_stored = whole(look, kBitsStored, out.bits_allocated);
    out.high_bit = whole(look, kHighBit, out.bits_stored - 1);
    out.is_signed = whole(look, kPixelRepresentation, 0) == 1;
    out.is_float = look.top.find(kFloatPixelData) != nullptr;
    out.interleaved = whole(look, kPlanarConfiguration, 0) == 0;
    out.photometric = trimmed(look.text(kPhotometric));
    if (const auto padding = look.number(kPixelPaddingValue); padding && std::abs(*padding) < 1e10)
        out.padding = static_cast<std::int64_t>(*padding);
    if (out.rows <= 0 || out.columns <= 0)
        return fail(Errc::BadFormat, "the header gives no rows or columns");
    if (out.rows > kMaxSide || out.columns > kMaxSide || out.pixels() > kMaxFramePixels)
        return fail(Errc::DicomLimit, "the image is larger than what is decoded here");
    const int allocated = out.bits_allocated;
    if (allocated != 1 && allocated != 8 && allocated != 16 && allocated != 32)
        return fail(Errc::BadFormat, "the header gives no usable Bits Allocated");
    if (out.bits_stored < 1 || out.bits_stored > allocated || out.high_bit < out.bits_stored - 1 ||
        out.high_bit >= allocated)
        return fail(Errc::BadFormat, "Bits Stored and High Bit contradict Bits Allocated");
    if (out.samples != 1 && out.samples != 3)
        return fail(Errc::BadFormat, "Samples per Pixel is neither 1 nor 3");
    return out;
}

std::optional<FramePlane> planeOf(const Lookup& look) {
    const auto position = look.numbers(kImagePosition);
    const auto orientation = look.numbers(kImageOrientation);
    if (position.size() != 3 || orientation.size() != 6) return std::nullopt;
    FramePlane out;
    for (std::size_t i = 0; i < 3; ++i) {
        out.position[i] = position[i];
        out.row[i] = orientation[i];
        out.column[i] = orientation[i + 3];
        if (!std::isfinite(position[i]) || !std::isfinite(orientation[i]) ||
            !std::isfinite(orientation[i + 3]))
            return std::nullopt;
    }
    return out;
}

std::string groupOf(const Lookup& look, const FrameHeader& header) {
    const auto echo =
        look.find(kEffectiveEchoTime) ? look.number(kEffectiveEchoTime) : look.number(kEchoTime);
    auto out = std::to_string(header.format.rows) + "x" + std::to_string(header.format.columns);
    out += "|" + std::to_string(echo.value_or(0)) + "|" +
           std::to_string(look.number(kDiffusionBValue).value_or(0));
    out +=
        "|" + std::string(trimmed(look.text(look.find(kFrameType) ? kFrameType : dicom::tags::kImageType)));
    if (header.plane)
        for (const auto* axis : {&header.plane->row, &header.plane->column})
            for (const double cosine : *axis) out += "|" + std::to_string(std::lround(cosine * 100));
    return out;
}

FrameHeader headerOf(const Lookup& look, const PixelFormat& format, std::int64_t order) {
    FrameHeader out;
    out.format = format;
    out.slope = look.number(kRescaleSlope).value_or(1);
    out.intercept = look.number(kRescaleIntercept).value_or(0);
    if (out.slope == 0) out.slope = 1;
    auto spacing = look.numbers(kPixelSpacing);
    if (spacing.size() != 2) spacing = look.numbers(kImagerPixelSpacing);
    if (spacing.size() == 2 && spacing[0] > 0 && spacing[1] > 0 && spacing[0] < 1e4 && spacing[1] < 1e4) {
        out.row_mm = spacing[0];
        out.column_mm = spacing[1];
    }
    out.plane = planeOf(look);
    const auto image_type = look.text(dicom::tags::kImageType);
    for (const auto value : dicom::splitValues(image_type))
        out.mosaic |= value == "MOSAIC" || value == "VFRAME";
    out.group = groupOf(look, out);
    out.order = order;
    return out;
}

const DataSet* item(const DataSet& dataset, Tag sequence, std::size_t index) {
    const auto* element = dataset.find(sequence);
    return element && index < element->items.size() ? &element->items[index] : nullptr;
}

}  // namespace

Result<std::vector<FrameHeader>> frameHeaders(const DataSet& dataset) {
    Lookup look{dataset, item(dataset, kSharedGroups, 0), nullptr};
    const auto format = GANTRY_TRY(pixelFormat(look));
    const int count = std::max(whole(look, kNumberOfFrames, 1), 1);
    if (count > kMaxFramesPerFile)
        return fail(Errc::DicomLimit, "the object has more frames than are decoded here");
    const std::int64_t instance = whole(look, kInstanceNumber, 0);
    std::vector<FrameHeader> out;
    for (int i = 0; i < count; ++i) {
        look.per_frame = item(dataset, kPerFrameGroups, static_cast<std::size_t>(i));
        out.push_back(headerOf(look, format, instance * kMaxFramesPerFile + i));
    }
    return out;
}

}  // namespace gantry::imaging
