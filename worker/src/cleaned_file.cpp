#include "cleaned_file.hpp"

#include <algorithm>
#include <vector>

#include "compressed.hpp"
#include "jpeg_blocks.hpp"
#include "pixel_fill.hpp"

namespace gantry::imaging {
namespace {

using dicom::Element;
using dicom::Tag;

constexpr Tag kPhotometric{0x00280004};
constexpr Tag kPlanarConfiguration{0x00280006};
constexpr Tag kLossyImageCompression{0x00282110};
constexpr Tag kExtendedOffsets{0x7FE00001};
constexpr Tag kExtendedLengths{0x7FE00002};
constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr std::string_view kExplicitBig = "1.2.840.10008.1.2.2";
constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
constexpr std::size_t kStep = 16u << 20;  ///< so much is copied at a time

bool isBlockJpeg(std::string_view syntax) {
    for (const auto* one : {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53",
                            "1.2.840.10008.1.2.4.55"})
        if (syntax == one) return true;
    return false;
}

/// Syntaxes that cannot be without loss.
bool alwaysLoses(std::string_view syntax) {
    return isBlockJpeg(syntax) || syntax == "1.2.840.10008.1.2.4.81";
}

std::size_t headerBytes(const Element& element) {
    return dicom::hasLongLength(element.vr) ? 12 : 8;
}

/// A data set of explicit little endian with some elements written anew or left out.
class Patched {
public:
    explicit Patched(const dicom::DicomFile& file) : file_(file) {}

    void replace(Tag tag, dicom::Vr vr, std::string_view value) {
        std::string text;
        dicom::Writer(text, dicom::Encoding::ExplicitLittle).text(tag, vr, value);
        cuts_.push_back({tag, std::move(text)});
    }
    void leaveOut(Tag tag) { cuts_.push_back({tag, ""}); }

    /// Everything before the pixel data.
    Result<std::string> head(const Element& pixels) {
        std::ranges::stable_sort(cuts_, {}, &Cut::tag);
        const auto all = asText(file_.dataset_bytes);
        std::string out;
        std::size_t at = 0;
        for (const auto& cut : cuts_) {
            const auto* element = file_.dataset.find(cut.tag);
            const auto* place = element ? element : following(cut.tag);
            const auto from = GANTRY_TRY(startOf(*(place ? place : &pixels)));
            if (from < at) return fail(Errc::BadFormat, "the elements are not in their order");
            out += all.substr(at, from - at);
            out += cut.text;
            at = element ? from + headerBytes(*element) + element->value.size() : from;
        }
        const auto end = GANTRY_TRY(startOf(pixels));
        if (end < at) return fail(Errc::BadFormat, "the elements are not in their order");
        return out.append(all.substr(at, end - at));
    }
    /// Everything behind it.
    std::string_view tail(const Element& pixels) const {
        const auto all = asText(file_.dataset_bytes);
        const auto end = static_cast<std::size_t>(pixels.value.data() - file_.dataset_bytes.data()) +
                         pixels.value.size() + (pixels.undefined_length ? 8 : 0);
        return end >= all.size() ? std::string_view() : all.substr(end);
    }

private:
    struct Cut {
        Tag tag;
        std::string text;
    };
    const Element* following(Tag tag) const {
        for (const auto& element : file_.dataset.elements)
            if (element.tag > tag) return &element;
        return nullptr;
    }
    Result<std::size_t> startOf(const Element& element) const {
        const auto* begin = file_.dataset_bytes.data();
        const auto at = element.value.data() - begin - static_cast<std::ptrdiff_t>(headerBytes(element));
        if (!element.value.data() || at < 0 ||
            at > static_cast<std::ptrdiff_t>(file_.dataset_bytes.size()) - 4)
            return fail(Errc::BadFormat, "an element cannot be found again");
        return static_cast<std::size_t>(at);
    }
    const dicom::DicomFile& file_;
    std::vector<Cut> cuts_;
};

class Cleaner {
public:
    Cleaner(const ImageFile& file, const Mask& blank, bool clear_unused)
        : file_(file), blank_(blank), clear_unused_(clear_unused) {}

    Result<> write(const std::filesystem::path& path) {
        out_ = GANTRY_TRY(openFile(path, OpenMode::CreateOrTruncate));
        const auto& syntax = file_.file().transfer_syntax_uid;
        if (!file_.pixelData().encapsulated)
            return dicom::isDeflated(syntax) ? writeInflated() : writeInPlace(file_.bytes());
        if (isBlockJpeg(syntax) && !clear_unused_ && writeBlocks()) return {};
        // What was written of the attempt is overwritten.
        out_ = GANTRY_TRY(openFile(path, OpenMode::CreateOrTruncate));
        return writeDecoded();
    }

private:
    std::size_t frameBytes(const Layout& layout) const {
        return layout.pairs ? layout.format.pixels() * 2 : layout.format.bytes();
    }

    Result<std::array<std::uint32_t, 3>> background() const {
        const auto frame = file_.frames().size() / 2;
        return backgroundOf(file_, GANTRY_TRY(file_.stored(frame)), frame, blank_);
    }

    /// A copy, and the frames written over it.
    Result<> writeInPlace(Bytes whole) {
        for (auto rest = whole; !rest.empty(); rest = rest.subspan(std::min(rest.size(), kStep))) {
            const auto step = rest.first(std::min(rest.size(), kStep));
            GANTRY_CHECK(writeAll(out_.get(), step));
            file_.release(step);
        }
        const auto pixels = file_.pixelData().value;
        const auto start = static_cast<std::uint64_t>(pixels.data() - whole.data());
        return writeFramesAt(start);
    }

    Result<> writeInflated() {
        const auto& file = file_.file();
        const auto meta = dicom::fileMeta(file.dataset.text(dicom::tags::kSopClassUid),
                                          file.dataset.text(dicom::tags::kSopInstanceUid), kExplicitLittle);
        GANTRY_CHECK(writeAll(out_.get(), asBytes(meta)));
        GANTRY_CHECK(writeAll(out_.get(), asBytes(file.inflated)));
        const auto* begin = reinterpret_cast<const std::byte*>(file.inflated.data());
        return writeFramesAt(meta.size() +
                             static_cast<std::uint64_t>(file_.pixelData().value.data() - begin));
    }

    Result<> writeFramesAt(std::uint64_t start) {
        const auto fill = GANTRY_TRY(background());
        const auto pixels = file_.pixelData().value;
        for (std::size_t i = 0; i < file_.frames().size(); ++i) {
            auto layout = storedLayout(file_, i);
            layout.big_endian = file_.file().transfer_syntax_uid == kExplicitBig;
            const auto size = frameBytes(layout);
            if (pixels.size() / size <= i)
                return fail(Errc::BadFormat, "there are fewer pixels than the header says");
            const auto place = pixels.subspan(i * size, size);
            std::string bytes(asText(place));
            file_.release(place);
            change(bytes, layout, fill);
            GANTRY_CHECK(writeAllAt(out_.get(), asBytes(bytes), start + i * size));
        }
        return {};
    }

    void change(std::string& bytes, const Layout& layout, const std::array<std::uint32_t, 3>& fill) const {
        blankPixels(bytes, layout, blank_, fill);
        if (clear_unused_ && layout.format.samples == 1) clearUnusedBits(bytes, layout);
    }

    Result<> writeBlocks() {
        const auto frames = file_.frames().size();
        Patched patched(file_.file());
        if (file_.file().dataset.find(kExtendedOffsets)) patched.leaveOut(kExtendedOffsets);
        if (file_.file().dataset.find(kExtendedLengths)) patched.leaveOut(kExtendedLengths);
        auto head = GANTRY_TRY(patched.head(file_.pixelData()));
        const auto whole = asText(file_.bytes());
        const auto meta = static_cast<std::size_t>(file_.file().dataset_bytes.data() - file_.bytes().data());
        GANTRY_CHECK(writeAll(out_.get(), asBytes(whole.substr(0, meta))));
        dicom::Writer writer(head, dicom::Encoding::ExplicitLittle);
        writer.header(dicom::tags::kPixelData, "OB", kUndefinedLength);
        // An empty table is right for streams that a 32-bit offset does not reach; blocks only grow shorter.
        const auto pixels = file_.pixelData().value;
        const bool with_table = pixels.size() < kUndefinedLength - 8 * frames;
        writer.header(dicom::tags::kItem, "UN", with_table ? static_cast<std::uint32_t>(4 * frames) : 0);
        const auto table_at = meta + head.size();
        if (with_table) head.append(4 * frames, '\0');
        GANTRY_CHECK(writeAll(out_.get(), asBytes(head)));
        const auto offsets = GANTRY_TRY(writeStreams(frames));
        if (with_table) GANTRY_CHECK(writeAllAt(out_.get(), asBytes(offsets), table_at));
        return finish(patched);
    }

    /// One after the other, so that one frame is in memory; the Basic Offset Table that belongs to them (PS3.5 A.4).
    Result<std::string> writeStreams(std::size_t frames) {
        const auto pixels = file_.pixelData().value;
        std::string offsets;
        std::uint64_t at = 0;
        for (std::size_t i = 0; i < frames; ++i) {
            const auto jpeg = GANTRY_TRY(codeStream(pixels, i, frames));
            auto stream = GANTRY_TRY(blankJpegBlocks(jpeg, file_.frames()[i].format, blank_));
            if (stream.size() % 2 != 0) stream += '\0';
            std::string item;
            dicom::Writer(item, dicom::Encoding::ExplicitLittle)
                .element(dicom::tags::kItem, "UN", asBytes(stream));
            GANTRY_CHECK(writeAll(out_.get(), asBytes(item)));
            for (int shift = 0; shift < 32; shift += 8) offsets += static_cast<char>(at >> shift & 0xFF);
            at += item.size();
            file_.release(pixels);
        }
        if (at >= kUndefinedLength) return fail(Errc::Unsupported, "compressed pixels of 4 GiB and more");
        return offsets;
    }

    Result<> finish(const Patched& patched) {
        std::string end;
        if (file_.pixelData().encapsulated && !decoded_)
            dicom::Writer(end, dicom::Encoding::ExplicitLittle).endSequence();
        end += patched.tail(file_.pixelData());
        return writeAll(out_.get(), asBytes(end));
    }

    Result<> writeDecoded() {
        decoded_ = true;
        const auto& file = file_.file();
        const auto frames = file_.frames().size();
        auto first = GANTRY_TRY(file_.stored(0));
        const auto layout = storedLayout(file_, 0);
        const auto length = static_cast<std::uint64_t>(first.size()) * frames;
        if (length >= kUndefinedLength) return fail(Errc::Unsupported, "native pixel data of 4 GiB and more");
        Patched patched(file);
        if (file.dataset.find(kExtendedOffsets)) patched.leaveOut(kExtendedOffsets);
        if (file.dataset.find(kExtendedLengths)) patched.leaveOut(kExtendedLengths);
        patched.replace(kPhotometric, "CS", layout.photometric);
        if (layout.format.samples == 3)
            patched.replace(kPlanarConfiguration, "US",
                            layout.interleaved ? std::string_view("\0\0", 2) : std::string_view("\1\0", 2));
        if (alwaysLoses(file.transfer_syntax_uid) && !file.dataset.find(kLossyImageCompression))
            patched.replace(kLossyImageCompression, "CS", "01");
        auto head = dicom::fileMeta(file.dataset.text(dicom::tags::kSopClassUid),
                                    file.dataset.text(dicom::tags::kSopInstanceUid), kExplicitLittle);
        head += GANTRY_TRY(patched.head(file_.pixelData()));
        dicom::Writer(head, dicom::Encoding::ExplicitLittle)
            .header(dicom::tags::kPixelData, layout.format.bits_allocated > 8 ? "OW" : "OB",
                    static_cast<std::uint32_t>(length + length % 2));
        GANTRY_CHECK(writeAll(out_.get(), asBytes(head)));
        const auto fill = GANTRY_TRY(background());
        for (std::size_t i = 0; i < frames; ++i) {
            auto bytes = GANTRY_TRY(file_.stored(i));
            if (bytes.size() != first.size() || file_.storedPhotometric(i) != layout.photometric)
                return fail(Errc::Unsupported, "frames that are not alike");
            change(bytes, layout, fill);
            GANTRY_CHECK(writeAll(out_.get(), asBytes(bytes)));
        }
        if (length % 2 != 0) GANTRY_CHECK(writeAll(out_.get(), asBytes(std::string_view("\0", 1))));
        return finish(patched);
    }

    const ImageFile& file_;
    const Mask& blank_;
    bool clear_unused_;
    bool decoded_ = false;
    UniqueFd out_;
};

}  // namespace

Result<> writeCleaned(const ImageFile& file, const Mask& blank, bool clear_unused,
                      const std::filesystem::path& out) {
    if (file.frames().front().format.bits_allocated == 1)
        return fail(Errc::Unsupported, "text in bitmaps of one bit a pixel is not blanked");
    return Cleaner(file, blank, clear_unused).write(out);
}

}  // namespace gantry::imaging
