#include "images/pixels_alone.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::agent {
namespace {

using dicom::Element;
using dicom::Tag;

constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr std::string_view kJpegLsLossless = "1.2.840.10008.1.2.4.80";
constexpr std::size_t kPreambleBytes = 128;
constexpr std::size_t kPixelHeaderBytes = 12;
constexpr std::size_t kItemHeaderBytes = 8;

Error differs(std::string what) {
    return fail(Errc::BadFormat, std::move(what));
}

std::uint32_t little32(Bytes bytes, std::size_t at) {
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;) out = out << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return out;
}

bool equal(Bytes a, Bytes b) {
    return std::ranges::equal(a, b);
}

/// A file taken apart around its pixels.
struct Parts {
    MappedFile map;
    dicom::DicomFile file;
    const Element* pixels;
    Bytes before;        ///< of the data set
    Bytes pixel_header;  ///< of 12 bytes
    Bytes behind;

    static Result<Parts> of(const std::filesystem::path& path) {
        auto map = GANTRY_TRY(MappedFile::open(path));
        auto file = GANTRY_TRY(dicom::readFile(map.bytes()));
        Parts out{std::move(map), std::move(file), nullptr, {}, {}, {}};
        out.pixels = out.file.dataset.find(dicom::tags::kPixelData);
        if (!out.pixels || !out.file.trailing.empty()) return differs("it is not a file with pixels alone");
        const auto all = out.file.dataset_bytes;
        const auto at = out.pixels->value.data() - all.data();
        if (at < static_cast<std::ptrdiff_t>(kPixelHeaderBytes) ||
            at > static_cast<std::ptrdiff_t>(all.size()))
            return differs("its pixels cannot be found");
        const auto begin = static_cast<std::size_t>(at);
        const auto end = begin + out.pixels->value.size();
        out.before = all.first(begin - kPixelHeaderBytes);
        out.pixel_header = all.subspan(begin - kPixelHeaderBytes, kPixelHeaderBytes);
        out.behind = all.subspan(end);
        return out;
    }
};

/// All of the file header but the transfer syntax and its own length.
bool sameMeta(const Parts& a, const Parts& b) {
    const auto compared = [](const Element& element) {
        return element.tag != Tag{0x00020000} && element.tag != dicom::tags::kTransferSyntaxUid;
    };
    std::vector<const Element*> ones, others;
    for (const auto& element : a.file.meta.elements)
        if (compared(element)) ones.push_back(&element);
    for (const auto& element : b.file.meta.elements)
        if (compared(element)) others.push_back(&element);
    const auto same = [](const Element* x, const Element* y) {
        return x->tag == y->tag && x->vr == y->vr && equal(x->value, y->value);
    };
    return std::ranges::equal(ones, others, same) &&
           equal(a.map.bytes().first(kPreambleBytes), b.map.bytes().first(kPreambleBytes));
}

/// One JPEG-LS stream without loss and nothing else: no room for comments or application data.
class JpegLsStream {
public:
    JpegLsStream(Bytes bytes, std::uint16_t rows, std::uint16_t columns)
        : bytes_(bytes), rows_(rows), columns_(columns) {}

    bool isPlain() {
        constexpr unsigned kStart = 0xFFD8, kFrame = 0xFFF7, kParameters = 0xFFF8, kScan = 0xFFDA;
        if (number() != kStart) return false;
        bool framed = false;
        for (;;) {
            const auto marker = number();
            const auto length = number();  // ISO 14495-1 C.1: counts itself
            if (!marker || !length || *length < 2 || *length - 2u > bytes_.size() - at_) return false;
            const auto body = bytes_.subspan(at_, *length - 2u);
            at_ += body.size();
            if (*marker == kFrame && !framed && isFrame(body))
                framed = true;
            else if (*marker == kScan)
                return framed && isScan(body) && endsWell();
            else if (*marker != kParameters || !isParameters(body))
                return false;
        }
    }

private:
    std::optional<unsigned> number() {
        if (bytes_.size() - at_ < 2) return std::nullopt;
        const auto out = byte(bytes_, at_) << 8 | byte(bytes_, at_ + 1);
        at_ += 2;
        return out;
    }
    static unsigned byte(Bytes bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }
    static unsigned word(Bytes bytes, std::size_t at) { return byte(bytes, at) << 8 | byte(bytes, at + 1); }

    // ISO 14495-1 C.2.2: precision, lines, samples a line, one component.
    bool isFrame(Bytes body) const {
        constexpr std::size_t kOneComponent = 9;
        return body.size() == kOneComponent && word(body, 1) == rows_ && word(body, 3) == columns_ &&
               byte(body, 5) == 1;
    }
    // C.2.4.1.1: coding parameters, of a fixed size; mapping tables and oversize images are other kinds.
    static bool isParameters(Bytes body) {
        constexpr std::size_t kCoding = 11;
        return body.size() == kCoding && byte(body, 0) == 1;
    }
    // C.2.3: one component, no mapping table, no loss, not interleaved.
    static bool isScan(Bytes body) {
        constexpr std::size_t kOneComponent = 6;
        return body.size() == kOneComponent && byte(body, 0) == 1 && byte(body, 2) == 0 &&
               byte(body, 3) == 0 && byte(body, 4) == 0 && byte(body, 5) == 0;
    }
    // A marker is FF and a byte from 80 on (A.1); the only one behind the scan is the end of the image. FF
    // before it fills up to an even length.
    bool endsWell() const {
        constexpr std::byte kMark{0xFF};
        for (auto i = at_; i + 1 < bytes_.size(); ++i) {
            if (bytes_[i] != kMark || byte(bytes_, i + 1) < 0x80 || bytes_[i + 1] == kMark) continue;
            const auto rest = bytes_.subspan(i + 2);
            const bool pad = rest.size() == 1 && rest[0] == std::byte{0};
            return byte(bytes_, i + 1) == 0xD9 && (rest.empty() || pad);
        }
        return false;
    }

    Bytes bytes_;
    std::uint16_t rows_, columns_;
    std::size_t at_ = 0;
};

std::uint16_t sizeOf(const dicom::DataSet& dataset, Tag tag) {
    const auto* element = dataset.find(tag);
    if (!element) return 0;
    const auto numbers = dicom::binaryNumbers(*element, dataset.encoding);
    return numbers.size() == 1 ? static_cast<std::uint16_t>(numbers[0]) : std::uint16_t{0};
}

/// An offset table that tells the truth, then one fragment for each frame.
bool holdsStreamsAlone(const Parts& parts) {
    const auto rows = sizeOf(parts.file.dataset, Tag{0x00280010});
    const auto columns = sizeOf(parts.file.dataset, Tag{0x00280011});
    const auto frames = dicom::parseDecimals(parts.file.dataset.text(Tag{0x00280008}));
    const auto count = frames.empty() ? 1 : frames[0].value_or(0);
    const auto value = parts.pixels->value;
    std::vector<std::uint32_t> offsets;
    std::size_t first = 0, seen = 0;
    for (std::size_t at = 0; at < value.size();) {
        if (value.size() - at < kItemHeaderBytes || little32(value, at) != 0xE000FFFE) return false;
        const auto length = little32(value, at + 4);
        if (length > value.size() - at - kItemHeaderBytes) return false;
        const auto item = value.subspan(at + kItemHeaderBytes, length);
        if (at == 0) {
            if (item.size() % 4 != 0) return false;
            for (std::size_t i = 0; i < item.size(); i += 4) offsets.push_back(little32(item, i));
            first = kItemHeaderBytes + length;
        } else {
            const bool told = seen < offsets.size() && offsets[seen] == at - first;
            if (!told || !JpegLsStream(item, rows, columns).isPlain()) return false;
            ++seen;
        }
        at += kItemHeaderBytes + length;
    }
    return seen == offsets.size() && static_cast<double>(seen) == count;
}

bool hasHeader(const Parts& parts, std::string_view vr_and_length) {
    constexpr std::string_view kTag("\xE0\x7F\x10\x00", 4);
    return asText(parts.pixel_header) == std::string(kTag) + std::string(vr_and_length);
}

}  // namespace

Result<> checkPixelsAlone(const std::filesystem::path& original, const std::filesystem::path& compressed) {
    constexpr std::string_view kUndefined("OB\0\0\xFF\xFF\xFF\xFF", 8);
    constexpr std::string_view kDelimiter("\xFE\xFF\xDD\xE0\0\0\0\0", 8);
    const auto was = GANTRY_TRY(Parts::of(original));
    const auto is = GANTRY_TRY(Parts::of(compressed));
    if (was.file.transfer_syntax_uid != kExplicitLittle || is.file.transfer_syntax_uid != kJpegLsLossless)
        return differs("it is in another transfer syntax than was asked for");
    if (!sameMeta(was, is)) return differs("its file header differs");
    if (!equal(was.before, is.before)) return differs("what stands before the pixels differs");
    const auto behind = std::string(kDelimiter) + std::string(asText(was.behind));
    if (!is.pixels->encapsulated || !hasHeader(is, kUndefined) || asText(is.behind) != behind)
        return differs("what stands around the pixels differs");
    if (!holdsStreamsAlone(is)) return differs("something else than pixels stands among the pixels");
    return {};
}

}  // namespace gantry::agent
