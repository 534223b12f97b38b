#include "compressed_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "jpegls.hpp"

namespace gantry::imaging {
namespace {

using dicom::Element;
using dicom::Encoding;
using dicom::Tag;

constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr std::string_view kJpegLsLossless = "1.2.840.10008.1.2.4.80";
constexpr Tag kMetaLength{0x00020000};
constexpr Tag kExtendedOffsets{0x7FE00001};
constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
constexpr std::size_t kPixelHeaderBytes = 12;  // explicit VR with a 32-bit length
constexpr std::size_t kItemHeaderBytes = 8;

/// Kinds of images. Dose grids, segmentations and maps stay: their readers are seldom image viewers.
constexpr std::array<std::string_view, 12> kModalities = {"CT", "MR", "PT", "NM", "CR", "DX",
                                                          "MG", "XA", "RF", "IO", "US", "OT"};

Error stays(std::string why) {
    return fail(Errc::Unsupported, std::move(why));
}

/// Uncompressed pixels of a file, as they lie in it.
struct Native {
    const Element* element = nullptr;
    PixelFormat format;
    std::size_t frames = 0;
    std::size_t head_bytes = 0;  ///< of the data set, before the header of the pixel data
    Bytes frame(std::size_t index) const {
        return element->value.subspan(index * format.bytes(), format.bytes());
    }
};

Result<Native> nativePixels(const ImageFile& image) {
    const auto& file = image.file();
    const auto& pixels = image.pixelData();
    const auto& format = image.frames().front().format;
    if (file.transfer_syntax_uid != kExplicitLittle || pixels.encapsulated)
        return stays("it is compressed already, or in a byte order of its own");
    const auto modality = file.dataset.text(dicom::tags::kModality);
    if (std::ranges::find(kModalities, modality) == kModalities.end())
        return stays("objects of this modality stay as they are");
    const bool grey = format.photometric == "MONOCHROME1" || format.photometric == "MONOCHROME2";
    const bool whole = format.bits_allocated == 8 || format.bits_allocated == 16;
    if (format.samples != 1 || format.is_float || !grey || !whole)
        return stays("its pixels are not grey values of 8 or 16 bits");
    if (pixels.tag != dicom::tags::kPixelData || file.dataset.find(kExtendedOffsets) ||
        !file.trailing.empty())
        return stays("its pixel data is of an unusual form");
    Native out{&pixels, format, image.frames().size(), 0};
    const auto expected = format.bytes() * out.frames;
    const bool padded = expected % 2 != 0 && !pixels.value.empty() && pixels.value.back() == std::byte{0};
    if (pixels.value.size() != expected + (padded ? 1 : 0))
        return stays("it has more or fewer pixels than its header says");
    const auto at = pixels.value.data() - file.dataset_bytes.data();
    if (at < static_cast<std::ptrdiff_t>(kPixelHeaderBytes)) return stays("its pixel data cannot be found");
    out.head_bytes = static_cast<std::size_t>(at) - kPixelHeaderBytes;
    return out;
}

/// Pages of the file that were read and are not needed again.
void forget(Bytes bytes) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data()) / page * page;
    const auto end = (reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size()) / page * page;
    if (end > begin) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

/// Preamble and file header, all of it as it was but for the transfer syntax and its own length.
std::string headerWith(const dicom::DicomFile& file, Bytes whole, std::string_view transfer_syntax) {
    std::string group;
    dicom::Writer writer(group, Encoding::ExplicitLittle);
    for (const auto& element : file.meta.elements) {
        if (element.tag == kMetaLength) continue;
        if (element.tag == dicom::tags::kTransferSyntaxUid)
            writer.text(element.tag, "UI", transfer_syntax);
        else
            writer.element(element.tag, element.vr, element.value);
    }
    constexpr std::size_t kPreambleAndMark = 132;
    std::string out(asText(whole.first(kPreambleAndMark)));
    std::string length;
    for (int shift = 0; shift < 32; shift += 8) length += static_cast<char>(group.size() >> shift & 0xFF);
    dicom::Writer(out, Encoding::ExplicitLittle).text(kMetaLength, "UL", length);
    return out + group;
}

std::string itemHeader(std::size_t length) {
    std::string out;
    dicom::Writer(out, Encoding::ExplicitLittle)
        .header(dicom::tags::kItem, "UN", static_cast<std::uint32_t>(length));
    return out;
}

class Compressor {
public:
    Compressor(const ImageFile& image, const Native& native) : image_(image), native_(native) {}

    Result<> write(int fd) {
        const auto& file = image_.file();
        auto head = headerWith(file, image_.bytes(), kJpegLsLossless);
        head += asText(file.dataset_bytes.first(native_.head_bytes));
        dicom::Writer(head, Encoding::ExplicitLittle).header(dicom::tags::kPixelData, "OB", kUndefinedLength);
        const auto table_at = head.size() + kItemHeaderBytes;
        const std::string empty_table(native_.frames * sizeof(std::uint32_t), '\0');
        head += itemHeader(empty_table.size()) + empty_table;
        GANTRY_CHECK(writeAll(fd, asBytes(head)));
        std::string table;
        for (std::size_t i = 0; i < native_.frames; ++i) {
            for (int shift = 0; shift < 32; shift += 8) table += static_cast<char>(written_ >> shift & 0xFF);
            GANTRY_CHECK(writeFrame(fd, i));
        }
        std::string end;
        dicom::Writer(end, Encoding::ExplicitLittle).endSequence();
        end += asText(behindPixels());
        GANTRY_CHECK(writeAll(fd, asBytes(end)));
        return writeAllAt(fd, asBytes(table), table_at);
    }

private:
    Result<> writeFrame(int fd, std::size_t index) {
        const auto frame = native_.frame(index);
        const auto stream = encodeJpegLs(frame, native_.format);
        const auto back = stream ? decodeJpegLs(*stream, native_.format) : stream;
        const bool same = back && std::ranges::equal(asBytes(*back), frame);
        forget(frame);
        if (!same) return stays("a frame did not come back as it was");
        auto item = itemHeader(stream->size() + stream->size() % 2) + *stream;
        if (stream->size() % 2 != 0) item += '\0';
        written_ += item.size();
        if (written_ >= native_.element->value.size()) return stays("it would not be smaller");
        return writeAll(fd, asBytes(item));
    }

    Bytes behindPixels() const {
        const auto all = image_.file().dataset_bytes;
        return all.subspan(native_.head_bytes + kPixelHeaderBytes + native_.element->value.size());
    }

    const ImageFile& image_;
    const Native& native_;
    std::uint64_t written_ = 0;  // bytes of the fragments with their headers
};

}  // namespace

Result<> writeCompressed(const FileRange& original, const std::filesystem::path& out) {
    const auto image = GANTRY_TRY(ImageFile::open(original));
    const auto native = GANTRY_TRY(nativePixels(image));
    const auto file = GANTRY_TRY(openFile(out, OpenMode::CreateOrTruncate));
    auto done = Compressor(image, native).write(file.get());
    std::error_code ignored;
    if (!done) std::filesystem::remove(out, ignored);
    return done;
}

}  // namespace gantry::imaging
