#include "pixel_fill.hpp"

#include <algorithm>
#include <limits>

namespace gantry::imaging {
namespace {

std::size_t wide(const PixelFormat& format) {
    return static_cast<std::size_t>(format.bits_allocated) / 8;
}

std::uint64_t wordAt(const std::string& bytes, std::size_t index, std::size_t width, bool big_endian) {
    std::uint64_t out = 0;
    for (std::size_t b = 0; b < width; ++b) {
        const auto shift = 8 * (big_endian ? width - 1 - b : b);
        out |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[index * width + b])) << shift;
    }
    return out;
}

void setWord(std::string& bytes, std::size_t index, std::size_t width, bool big_endian, std::uint64_t word) {
    if ((index + 1) * width > bytes.size()) return;
    for (std::size_t b = 0; b < width; ++b) {
        const auto shift = 8 * (big_endian ? width - 1 - b : b);
        bytes[index * width + b] = static_cast<char>(word >> shift & 0xFF);
    }
}

/// The pixel's own bits of a word.
std::uint64_t pixelBits(const PixelFormat& format) {
    return ((std::uint64_t{1} << format.bits_stored) - 1) << (format.high_bit + 1 - format.bits_stored);
}

std::int64_t signedValue(std::uint64_t word, const PixelFormat& format) {
    const auto value = (word & pixelBits(format)) >> (format.high_bit + 1 - format.bits_stored);
    const auto sign = format.is_signed ? std::uint64_t{1} << (format.bits_stored - 1) : 0;
    return static_cast<std::int64_t>(value ^ sign) - static_cast<std::int64_t>(sign);
}

/// Darkest, or for MONOCHROME1 and the like brightest, of the pixels that stay.
std::uint32_t darkestGray(const std::string& bytes, const PixelFormat& format, const Mask& blank) {
    const bool inverted = format.photometric == "MONOCHROME1";
    std::int64_t best =
        inverted ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < format.pixels() && (i + 1) * wide(format) <= bytes.size(); ++i) {
        if (blank.on[i]) continue;
        const auto here = wordAt(bytes, i, wide(format), false);
        const auto value = signedValue(here, format);
        if (inverted ? value <= best : value >= best) continue;
        best = value;
        word = here;
    }
    return static_cast<std::uint32_t>(word);
}

/// Index of the darkest entry; tables of 16 bits are compared as they are.
std::uint32_t darkestIndex(const dicom::DataSet& dataset) {
    const auto* red = dataset.find(dicom::Tag{0x00281201});
    const auto* green = dataset.find(dicom::Tag{0x00281202});
    const auto* blue = dataset.find(dicom::Tag{0x00281203});
    const auto* descriptor = dataset.find(dicom::Tag{0x00281101});
    if (!red || !green || !blue || !descriptor || descriptor->value.size() != 6) return 0;
    dicom::Element numbers = *descriptor;
    numbers.vr = "US";
    const auto parts = dicom::binaryNumbers(numbers, dataset.encoding);
    const auto entries = parts[0] == 0 ? std::size_t{65536} : static_cast<std::size_t>(parts[0]);
    const auto bytes_each = red->value.size() >= 2 * entries ? std::size_t{2} : std::size_t{1};
    const bool big = dataset.encoding == dicom::Encoding::ExplicitBig;
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    std::size_t out = 0;
    for (std::size_t i = 0; i < entries; ++i) {
        std::uint64_t sum = 0;
        for (const auto* table : {red, green, blue}) {
            if ((i + 1) * bytes_each > table->value.size()) return static_cast<std::uint32_t>(out);
            for (std::size_t b = 0; b < bytes_each; ++b)
                sum += std::to_integer<std::uint64_t>(table->value[i * bytes_each + b])
                       << (8 * (big ? bytes_each - 1 - b : b));
        }
        if (sum >= least) continue;
        least = sum;
        out = i;
    }
    return static_cast<std::uint32_t>(out + static_cast<std::size_t>(parts[1]));
}

}  // namespace

Layout storedLayout(const ImageFile& file, std::size_t frame) {
    Layout out{file.frames().at(frame).format, file.storedPhotometric(frame), file.storedInterleaved(), false,
               false};
    out.pairs =
        !file.pixelData().encapsulated && out.format.samples == 3 && out.photometric.ends_with("_422");
    return out;
}

std::array<std::uint32_t, 3> backgroundOf(const ImageFile& file, const std::string& stored, std::size_t frame,
                                          const Mask& blank) {
    const auto layout = storedLayout(file, frame);
    const auto& format = layout.format;
    if (layout.photometric == "PALETTE COLOR") return {darkestIndex(file.file().dataset), 0, 0};
    if (format.samples == 1) return {darkestGray(stored, format, blank), 0, 0};
    if (!layout.photometric.starts_with("YBR")) return {0, 0, 0};
    const auto middle = std::uint32_t{1} << (format.bits_stored - 1);
    const auto black = layout.photometric.starts_with("YBR_PARTIAL") ? middle / 8 : 0;
    return {black, middle, middle};
}

void blankPixels(std::string& bytes, const Layout& layout, const Mask& blank,
                 const std::array<std::uint32_t, 3>& background) {
    const auto width = wide(layout.format);
    const auto pixels = layout.format.pixels();
    for (std::size_t i = 0; i < pixels; ++i) {
        if (!blank.on[i]) continue;
        if (layout.pairs) {
            setWord(bytes, i / 2 * 4 + i % 2, width, layout.big_endian, background[0]);
            setWord(bytes, i / 2 * 4 + 2, width, layout.big_endian, background[1]);
            setWord(bytes, i / 2 * 4 + 3, width, layout.big_endian, background[2]);
            continue;
        }
        const auto samples = static_cast<std::size_t>(layout.format.samples);
        for (std::size_t s = 0; s < samples; ++s)
            setWord(bytes, layout.interleaved ? i * samples + s : s * pixels + i, width, layout.big_endian,
                    background[s]);
    }
}

void clearUnusedBits(std::string& bytes, const Layout& layout) {
    const auto width = wide(layout.format);
    const auto keep = pixelBits(layout.format);
    for (std::size_t i = 0; (i + 1) * width <= bytes.size(); ++i)
        setWord(bytes, i, width, layout.big_endian, wordAt(bytes, i, width, layout.big_endian) & keep);
}

}  // namespace gantry::imaging
