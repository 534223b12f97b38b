#include "gantry/imaging/image_file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>

#include "compressed.hpp"
#include "frame_headers.hpp"
#include "mosaic.hpp"

namespace gantry::imaging {
namespace {

constexpr dicom::Tag kFloatPixelData{0x7FE00008};
constexpr std::string_view kBigEndian = "1.2.840.10008.1.2.2";

// PS3.6 table A-1.
constexpr std::string_view kRle = "1.2.840.10008.1.2.5";
bool isJpeg2000(std::string_view uid) {
    return uid == "1.2.840.10008.1.2.4.90" || uid == "1.2.840.10008.1.2.4.91";
}
bool isDcmtks(std::string_view uid) {
    for (const auto* one : {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53",
                            "1.2.840.10008.1.2.4.55", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
                            "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})
        if (uid == one) return true;
    return false;
}

// Bits of a bitmap, the first pixel in the lowest bit (PS3.5 8.2), to a byte each.
std::string unpackBits(Bytes bytes, std::size_t first_bit, std::size_t count) {
    std::string out(count, '\0');
    for (std::size_t i = 0; i < count; ++i) {
        const auto bit = first_bit + i;
        out[i] = static_cast<char>(std::to_integer<unsigned>(bytes[bit / 8]) >> (bit % 8) & 1U);
    }
    return out;
}

template <class Word>
Word wordAt(const std::string& bytes, std::size_t index) {
    Word out;
    std::memcpy(&out, bytes.data() + index * sizeof(Word), sizeof(Word));
    return out;
}

// Bits Stored below High Bit; what else the word holds is no pixel (PS3.5 8.1.1).
struct Stored {
    int shift;
    std::uint64_t mask;
    std::uint64_t sign;
    explicit Stored(const PixelFormat& format)
        : shift(format.high_bit + 1 - format.bits_stored),
          mask((std::uint64_t{1} << format.bits_stored) - 1),
          sign(format.is_signed ? std::uint64_t{1} << (format.bits_stored - 1) : 0) {}
    std::int64_t value(std::uint64_t word) const {
        const auto cut = word >> shift & mask;
        return static_cast<std::int64_t>(cut ^ sign) - static_cast<std::int64_t>(sign);
    }
};

template <class Word>
void rescale(const std::string& bytes, const FrameHeader& header, Frame& out) {
    const Stored stored(header.format);
    const auto& padding = header.format.padding;
    for (std::size_t i = 0; i < out.values.size(); ++i) {
        const auto value = stored.value(wordAt<Word>(bytes, i));
        out.values[i] = static_cast<float>(static_cast<double>(value) * header.slope + header.intercept);
        if (padding && value == *padding) {
            if (out.padded.empty()) out.padded.resize(out.values.size(), 0);
            out.padded[i] = 1;
        }
    }
}

void swapWords(std::string& bytes, std::size_t width) {
    for (std::size_t i = 0; i + width <= bytes.size(); i += width)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + width));
}

}  // namespace

struct ImageFile::State {
    MappedFile map;
    dicom::DicomFile file;
    const dicom::Element* pixels = nullptr;  // of `file`
    std::vector<FrameHeader> frames;
    std::optional<DcmtkFrames> dcmtk;  // made at the first compressed frame
};

ImageFile::ImageFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ImageFile::ImageFile(ImageFile&&) noexcept = default;
ImageFile& ImageFile::operator=(ImageFile&&) noexcept = default;
ImageFile::~ImageFile() = default;

Result<ImageFile> ImageFile::open(const FileRange& range) {
    auto map = GANTRY_TRY(MappedFile::open(range.path, range.offset, range.length));
    auto file = GANTRY_TRY(dicom::readFile(map.bytes()));
    auto state = std::unique_ptr<State>(new State{std::move(map), std::move(file), nullptr, {}, {}});
    state->pixels = state->file.dataset.find(dicom::tags::kPixelData);
    if (!state->pixels) state->pixels = state->file.dataset.find(kFloatPixelData);
    if (!state->pixels) return fail(Errc::Unsupported, "the object has no images");
    state->frames = GANTRY_TRY(frameHeaders(state->file.dataset));
    if (state->frames.size() == 1 && state->frames.front().mosaic)
        noteTiles(state->file, state->frames.front());
    return ImageFile(std::move(state));
}

const std::vector<FrameHeader>& ImageFile::frames() const {
    return state_->frames;
}

const dicom::DicomFile& ImageFile::file() const {
    return state_->file;
}
const dicom::Element& ImageFile::pixelData() const {
    return *state_->pixels;
}
Bytes ImageFile::bytes() const {
    return state_->map.bytes();
}

void ImageFile::release(Bytes read) const {
    constexpr std::size_t kLarge = 64u << 20;  // a long cine is not kept in memory; it is in the page cache
    const auto whole = bytes();
    const std::less<const std::byte*> before;
    if (whole.size() <= kLarge || before(read.data(), whole.data()) ||
        before(whole.data() + whole.size(), read.data() + read.size()))
        return;
    releasePages(read);
}

std::string ImageFile::storedPhotometric(std::size_t frame) const {
    const auto& photometric = state_->frames.at(frame).format.photometric;
    if (!state_->pixels->encapsulated) return photometric;
    // PS3.5 8.2.4: the code stream's own transform, undone by decoding.
    if (isJpeg2000(state_->file.transfer_syntax_uid))
        return photometric == "YBR_RCT" || photometric == "YBR_ICT" ? "RGB" : photometric;
    if (state_->dcmtk && !state_->dcmtk->photometric().empty()) return state_->dcmtk->photometric();
    return photometric;
}

bool ImageFile::storedInterleaved() const {
    const bool dcmtks = state_->pixels->encapsulated && isDcmtks(state_->file.transfer_syntax_uid);
    return dcmtks || state_->frames.front().format.interleaved;
}

Result<std::string> ImageFile::stored(std::size_t frame) const {
    const auto& format = state_->frames.at(frame).format;
    const auto& syntax = state_->file.transfer_syntax_uid;
    const auto value = state_->pixels->value;
    if (state_->pixels->encapsulated) {
        if (isJpeg2000(syntax))
            return decodeJpeg2000(GANTRY_TRY(codeStream(value, frame, state_->frames.size())), format);
        if (syntax == kRle)
            return decodeRle(GANTRY_TRY(codeStream(value, frame, state_->frames.size())), format);
        if (!isDcmtks(syntax)) return fail(Errc::Unsupported, "this compression is not decoded here");
        if (!state_->dcmtk) state_->dcmtk = GANTRY_TRY(DcmtkFrames::open(state_->map.bytes()));
        return state_->dcmtk->frame(frame, format.bytes());
    }
    const auto short_data = [] {
        return fail(Errc::BadFormat, "there are fewer pixels than the header says");
    };
    if (format.bits_allocated == 1) {
        const auto count = format.pixels() * static_cast<std::size_t>(format.samples);
        if (value.size() < ((frame + 1) * count + 7) / 8) return short_data();
        return unpackBits(value, frame * count, count);
    }
    // PS3.3 C.7.6.3.1.2: two pixels of YBR_FULL_422 take four samples.
    const bool pairs = format.samples == 3 && format.photometric.ends_with("_422");
    const auto size = pairs ? format.bytes() / 3 * 2 : format.bytes();
    if (value.size() / size <= frame) return short_data();
    const auto place = value.subspan(frame * size, size);
    auto out = std::string(asText(place));
    release(place);
    if (syntax == kBigEndian) swapWords(out, static_cast<std::size_t>(format.bits_allocated / 8));
    return out;
}

Result<Frame> ImageFile::frame(std::size_t frame) const {
    const auto& header = state_->frames.at(frame);
    const auto& format = header.format;
    if (format.samples != 1 || format.photometric == "PALETTE COLOR")
        return fail(Errc::Unsupported, "the images are in colour");
    const auto bytes = GANTRY_TRY(stored(frame));
    Frame out{format.rows, format.columns, header.row_mm, header.column_mm, {}, {}};
    out.values.resize(format.pixels());
    if (format.is_float) {
        for (std::size_t i = 0; i < out.values.size(); ++i) {
            const auto value = std::bit_cast<float>(wordAt<std::uint32_t>(bytes, i));
            out.values[i] = std::isfinite(value) ? value : 0;
        }
    } else if (format.bits_allocated <= 8) {
        rescale<std::uint8_t>(bytes, header, out);
    } else if (format.bits_allocated == 16) {
        rescale<std::uint16_t>(bytes, header, out);
    } else {
        rescale<std::uint32_t>(bytes, header, out);
    }
    return out;
}

Result<Frame> ImageFile::brightness(std::size_t frame) const {
    const auto& header = state_->frames.at(frame);
    const auto& format = header.format;
    if (format.samples == 1) return this->frame(frame);
    const bool luminance = format.photometric.starts_with("YBR");
    const bool subsampled = luminance && format.photometric.find("422") != std::string::npos;
    const bool encapsulated = state_->pixels->encapsulated;
    const bool interleaved = storedInterleaved();
    if (format.bits_allocated != 8 || (subsampled && !encapsulated))
        return fail(Errc::Unsupported, "colour of this kind is not shown");
    const auto bytes = GANTRY_TRY(stored(frame));
    Frame out{format.rows, format.columns, header.row_mm, header.column_mm, {}, {}};
    out.values.resize(format.pixels());
    for (std::size_t i = 0; i < out.values.size(); ++i) {
        const auto sample = [&](std::size_t s) {
            return static_cast<float>(
                static_cast<unsigned char>(bytes[interleaved ? 3 * i + s : s * out.values.size() + i]));
        };
        // The weights of PS3.3 C.7.6.3.1.2 for the Y of YBR_FULL.
        out.values[i] = luminance ? sample(0) : 0.299F * sample(0) + 0.587F * sample(1) + 0.114F * sample(2);
    }
    return out;
}

}  // namespace gantry::imaging
