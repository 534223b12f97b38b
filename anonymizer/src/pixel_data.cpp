#include "pixel_data.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "jpeg_segments.hpp"
#include "rle_segments.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;

constexpr Tag kSamplesPerPixel{0x00280002};
constexpr Tag kPhotometricInterpretation{0x00280004};
constexpr Tag kNumberOfFrames{0x00280008};
constexpr Tag kRows{0x00280010};
constexpr Tag kColumns{0x00280011};
constexpr Tag kBitsAllocated{0x00280100};
constexpr Tag kLutData{0x00283006};
constexpr Tag kPixelPresentation{0x00089205};

std::uint64_t numberOf(const DataSet& dataset, Tag tag, std::uint64_t otherwise) {
    const auto* element = dataset.find(tag);
    if (!element || element->sequence) return otherwise;
    if (dicom::isTextVr(element->vr)) {
        const auto numbers = dicom::parseDecimals(dataset.text(tag));
        return numbers.empty() || !numbers[0] || *numbers[0] < 1 || *numbers[0] > 1e9
                   ? otherwise
                   : static_cast<std::uint64_t>(*numbers[0]);
    }
    const auto numbers = dicom::binaryNumbers(*element, dataset.encoding);
    return numbers.empty() ? otherwise : static_cast<std::uint64_t>(numbers[0]);
}

/// Twice the samples a pixel takes in memory, so that 4:2:0 is a whole number.
std::uint64_t halfSamples(const DataSet& dataset) {
    const auto photometric = dataset.text(kPhotometricInterpretation);
    if (photometric.ends_with("_422")) return 4;
    if (photometric.ends_with("_420")) return 3;
    return 2 * numberOf(dataset, kSamplesPerPixel, 1);
}

Result<std::uint64_t> nativeLength(const DataSet& dataset) {
    const auto rows = numberOf(dataset, kRows, 0);
    const auto columns = numberOf(dataset, kColumns, 0);
    const auto bits = numberOf(dataset, kBitsAllocated, 0);
    const auto frames = numberOf(dataset, kNumberOfFrames, 1);
    const auto half_samples = halfSamples(dataset);
    if (rows == 0 || columns == 0 || bits == 0 || bits > 64 || half_samples == 0)
        return fail(Errc::Unsupported, "pixel data whose size nothing in the object describes");
    // Rows and columns are 16-bit numbers, frames at most 1e9: the product fits.
    const auto samples = (rows * columns * half_samples + 1) / 2;
    if (frames > (std::uint64_t{1} << 56) / (samples * bits + 1))
        return fail(Errc::Unsupported, "pixel data of an impossible size");
    return (samples * frames * bits + 7) / 8;
}

PixelPieces whole(Bytes bytes) {
    PixelPieces out;
    out.pieces.push_back({bytes, false});
    out.padded = bytes.size() % 2 != 0;
    out.length = bytes.size() + (out.padded ? 1 : 0);
    return out;
}

Result<PixelPieces> planNative(const Element& pixels, const DataSet& dataset) {
    const auto described = GANTRY_TRY(nativeLength(dataset));
    if (pixels.value.size() <= described + described % 2) {
        // The pad byte is ours too.
        return whole(pixels.value.first(std::min<std::uint64_t>(pixels.value.size(), described)));
    }
    auto out = whole(pixels.value.first(described));
    out.note = "bytes behind the last frame cut off";
    return out;
}

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

enum class StreamKind { Jpeg, Jpeg2000, RunLength, Closed };

/// By transfer syntax, PS3.5 A.4. Closed: video, references, private.
StreamKind streamKind(std::string_view syntax) {
    constexpr std::string_view kRoot = "1.2.840.10008.1.2.";
    if (!startsWith(syntax, kRoot)) return StreamKind::Closed;
    const auto rest = syntax.substr(kRoot.size());
    if (rest == "5") return StreamKind::RunLength;
    for (const std::string_view jpeg2000 : {"4.90", "4.91", "4.92", "4.93", "4.201", "4.202", "4.203"})
        if (rest == jpeg2000) return StreamKind::Jpeg2000;
    if (rest.size() == 4 && (startsWith(rest, "4.5") || startsWith(rest, "4.6") || rest == "4.70" ||
                             rest == "4.80" || rest == "4.81"))
        return StreamKind::Jpeg;
    return StreamKind::Closed;
}

std::uint32_t itemLength(Bytes at) {
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length |= std::to_integer<std::uint32_t>(at[4 + i]) << (8 * i);
    return length;
}

/// One offset for each frame, the first 0, ascending, within the data (PS3.5 A.4). Other tables say something
/// else.
bool isOffsetTable(Bytes table, std::uint64_t frames, std::size_t pixel_bytes) {
    if (table.size() != frames * 4) return false;
    std::uint32_t last = 0;
    for (std::size_t at = 0; at < table.size(); at += 4) {
        std::uint32_t offset = 0;
        for (std::size_t i = 4; i-- > 0;)
            offset = offset << 8 | std::to_integer<std::uint32_t>(table[at + i]);
        if (at == 0 ? offset != 0 : offset <= last || offset >= pixel_bytes) return false;
        last = offset;
    }
    return true;
}

Result<PixelPieces> planEncapsulated(const Element& pixels, const dicom::DicomFile& file) {
    const auto kind = streamKind(file.transfer_syntax_uid);
    if (kind == StreamKind::Closed)
        return fail(Errc::Unsupported, "pixel data in a transfer syntax whose streams are not looked into");
    const auto frame_pixels = numberOf(file.dataset, kRows, 0) * numberOf(file.dataset, kColumns, 0);
    std::vector<Bytes> blanked;
    SegmentFinder finder(kind == StreamKind::Jpeg2000);
    constexpr std::size_t kItemHeader = 8;
    static constexpr std::array<unsigned char, kItemHeader> kEmptyItem = {0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0};
    PixelPieces out;
    bool offset_table = true;  // the first item, PS3.5 A.4
    const auto* at = pixels.value.data();
    for (auto rest = pixels.value; rest.size() >= kItemHeader;) {
        const auto length = std::min<std::size_t>(itemLength(rest), rest.size() - kItemHeader);
        const auto item = rest.subspan(kItemHeader, length);
        rest = rest.subspan(kItemHeader + length);
        if (std::exchange(offset_table, false)) {
            const auto frames = numberOf(file.dataset, kNumberOfFrames, 1);
            if (item.empty() || isOffsetTable(item, frames, pixels.value.size())) continue;
            out.pieces.push_back({std::as_bytes(std::span(kEmptyItem)), false});
            at = rest.data();
            out.note = "an offset table that is none left out";
        } else if (!item.empty() &&
                   (kind == StreamKind::RunLength ? !findRleSlack(item, frame_pixels, blanked)
                                                  : !finder.look(item, blanked))) {
            return fail(Errc::Unsupported, "compressed pixel data that does not begin as its syntax says");
        }
    }
    const auto* end = pixels.value.data() + pixels.value.size();
    for (const auto& range : blanked) {
        if (range.data() > at) out.pieces.push_back({Bytes(at, range.data()), false});
        out.pieces.push_back({range, true});
        at = range.data() + range.size();
    }
    if (at < end) out.pieces.push_back({Bytes(at, end), false});
    out.length = pixels.value.size();
    if (!blanked.empty())
        out.note = "comments, application segments and slack of the compressed stream blanked";
    return out;
}

/// Descriptor (entries, first value, bits) of each table.
Tag descriptorOf(Tag table) {
    constexpr Tag kLutDescriptor{0x00283002};
    constexpr std::uint32_t kPaletteDataToDescriptor = 0x100;  // (0028,1201) to (0028,1101)
    return table == kLutData ? kLutDescriptor : Tag{table.value - kPaletteDataToDescriptor};
}

}  // namespace

Result<PixelPieces> planPixelData(const Element& pixels, const dicom::DicomFile& file) {
    return pixels.encapsulated ? planEncapsulated(pixels, file) : planNative(pixels, file.dataset);
}

bool isTableUsed(const Element& table, const DataSet& image) {
    const auto presentation = image.text(kPixelPresentation);
    return table.tag == kLutData || image.text(kPhotometricInterpretation) == "PALETTE COLOR" ||
           presentation == "COLOR" || presentation == "MIXED";
}

bool isTableOfStatedLength(const Element& table, const DataSet& dataset) {
    const auto* descriptor = dataset.find(descriptorOf(table.tag));
    if (!descriptor || descriptor->value.size() != 6) return false;
    Element unsigned_view = *descriptor;
    unsigned_view.vr = "US";  // the number of entries is unsigned whatever the VR says
    const auto numbers = dicom::binaryNumbers(unsigned_view, dataset.encoding);
    constexpr double kMostEntries = 65536;
    const auto entries = static_cast<std::size_t>(numbers[0] == 0 ? kMostEntries : numbers[0]);
    const auto length = table.value.size();
    return length == entries * 2 || (numbers[2] <= 8 && length == entries + entries % 2);
}

}  // namespace gantry::anonymizer
