#include "pixel_views.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace gantry::imaging {
namespace {

using dicom::Tag;

constexpr Tag kRedDescriptor{0x00281101};
constexpr Tag kRedTable{0x00281201};

std::size_t at(std::size_t pixel, std::size_t sample, std::size_t pixels, bool interleaved) {
    return interleaved ? 3 * pixel + sample : sample * pixels + pixel;
}

/// Red, green, blue of 8 bits, or Y, Cb, Cr as stored.
using Channels = std::array<Gray, 3>;

Channels emptyChannels(const PixelFormat& format) {
    Channels out;
    for (auto& channel : out)
        channel = {format.rows, format.columns, std::vector<std::uint8_t>(format.pixels())};
    return out;
}

// PS3.3 C.7.6.3.1.2: two pixels in four bytes, Y Y Cb Cr.
Result<Channels> subsampled(const std::string& bytes, const PixelFormat& format) {
    auto out = emptyChannels(format);
    if (bytes.size() < 2 * format.pixels())
        return fail(Errc::BadFormat, "there are fewer pixels than the header says");
    for (std::size_t i = 0; i < format.pixels(); ++i) {
        const auto* pair = bytes.data() + i / 2 * 4;
        out[0].pixels[i] = static_cast<std::uint8_t>(pair[i % 2]);
        out[1].pixels[i] = static_cast<std::uint8_t>(pair[2]);
        out[2].pixels[i] = static_cast<std::uint8_t>(pair[3]);
    }
    return out;
}

Channels colours(const std::string& bytes, const PixelFormat& format, bool interleaved) {
    auto out = emptyChannels(format);
    const auto wide = static_cast<std::size_t>(format.bits_allocated / 8);
    const int shift = std::max(format.bits_stored - 8, 0) % 8;
    for (std::size_t s = 0; s < 3; ++s)
        for (std::size_t i = 0; i < format.pixels(); ++i) {
            const auto place = at(i, s, format.pixels(), interleaved) * wide;
            const auto low = static_cast<unsigned char>(bytes[place]);
            const auto high = wide > 1 ? static_cast<unsigned char>(bytes[place + wide - 1]) : 0;
            const unsigned value =
                wide > 1 ? (high << 8 | low) >> (shift == 0 && format.bits_stored > 8 ? 8 : shift) : low;
            out[s].pixels[i] = static_cast<std::uint8_t>(std::min(value, 255U));
        }
    return out;
}

/// The palette's entries, 8 bits each (PS3.3 C.7.6.3.1.5). Segmented palettes are not read.
Result<std::array<std::vector<std::uint8_t>, 3>> palette(const dicom::DataSet& dataset) {
    std::array<std::vector<std::uint8_t>, 3> out;
    for (std::uint32_t s = 0; s < 3; ++s) {
        const auto* descriptor = dataset.find(Tag{kRedDescriptor.value + s});
        const auto* table = dataset.find(Tag{kRedTable.value + s});
        if (!descriptor || !table || descriptor->value.size() != 6)
            return fail(Errc::Unsupported, "the palette cannot be read");
        const auto bytes = asText(table->value);
        dicom::Element numbers = *descriptor;
        numbers.vr = "US";
        const auto parts = dicom::binaryNumbers(numbers, dataset.encoding);
        const auto entries = parts[0] == 0 ? 65536U : static_cast<std::size_t>(parts[0]);
        const bool words = bytes.size() >= 2 * entries;
        const auto high = dataset.encoding == dicom::Encoding::ExplicitBig ? 0U : 1U;
        const bool eight = parts[2] <= 8;
        for (std::size_t i = 0; i < entries && (words ? 2 * i + 1 : i) < bytes.size(); ++i)
            out[s].push_back(
                static_cast<std::uint8_t>(words ? bytes[2 * i + (eight ? 1 - high : high)] : bytes[i]));
        if (out[s].empty()) return fail(Errc::Unsupported, "the palette cannot be read");
    }
    return out;
}

std::int64_t storedValue(const std::string& bytes, std::size_t index, const PixelFormat& format) {
    const auto wide = static_cast<std::size_t>(format.bits_allocated / 8);
    std::uint64_t word = 0;
    for (std::size_t b = 0; b < wide; ++b)
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[index * wide + b])) << (8 * b);
    word >>= format.high_bit + 1 - format.bits_stored;
    word &= (std::uint64_t{1} << format.bits_stored) - 1;
    const std::uint64_t sign = format.is_signed ? std::uint64_t{1} << (format.bits_stored - 1) : 0;
    return static_cast<std::int64_t>(word ^ sign) - static_cast<std::int64_t>(sign);
}

Result<Channels> throughPalette(const ImageFile& file, const std::string& bytes, const PixelFormat& format) {
    const auto tables = GANTRY_TRY(palette(file.file().dataset));
    auto first_view = *file.file().dataset.find(kRedDescriptor);
    first_view.vr = "US";
    const auto first =
        static_cast<std::int64_t>(dicom::binaryNumbers(first_view, file.file().dataset.encoding)[1]);
    auto out = emptyChannels(format);
    for (std::size_t i = 0; i < format.pixels(); ++i) {
        const auto index = std::max<std::int64_t>(storedValue(bytes, i, format) - first, 0);
        for (std::size_t s = 0; s < 3; ++s)
            out[s].pixels[i] = tables[s][std::min(static_cast<std::size_t>(index), tables[s].size() - 1)];
    }
    return out;
}

Gray windowed(const std::vector<double>& values, const PixelFormat& format, double low, double high) {
    Gray out{format.rows, format.columns, {}};
    out.pixels.reserve(values.size());
    const double scale = 255 / std::max(high - low, 1e-9);
    for (const double value : values)
        out.pixels.push_back(static_cast<std::uint8_t>(std::clamp((value - low) * scale, 0.0, 255.0)));
    return out;
}

std::vector<double> valuesOf(const std::string& bytes, const PixelFormat& format) {
    std::vector<double> out(format.pixels());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(storedValue(bytes, i, format));
    return out;
}

struct Range {
    double low, high;  ///< without what one pixel in five hundred reaches beyond
    double least, most;
};
Range rangeOf(std::vector<double> values) {
    const auto part = [&](double share) {
        const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), values.begin() + place, values.end());
        return values[static_cast<std::size_t>(place)];
    };
    constexpr double kBeyond = 0.002;
    const double low = part(kBeyond), high = part(1 - kBeyond);
    const auto [least, most] = std::ranges::minmax(values);
    return {low, high, least, most};
}

/// The frame's range without what a few pixels reach beyond, and the whole range when that is far wider:
/// letters over a radiograph, and letters that are far brighter than everything.
std::vector<Gray> windowedViews(const std::vector<double>& values, const PixelFormat& format) {
    const auto range = rangeOf(values);
    constexpr double kFarWider = 1.3;
    std::vector<Gray> out;
    if (range.high > range.low) out.push_back(windowed(values, format, range.low, range.high));
    if (out.empty() || range.most - range.least > kFarWider * (range.high - range.low))
        out.push_back(windowed(values, format, range.least, range.most));
    return out;
}

/// Whether more than a few pixels of it differ from its most frequent value.
bool saysSomething(const Gray& view) {
    std::array<std::size_t, 256> counts{};
    for (const auto pixel : view.pixels) counts[pixel] += 1;
    const auto usual = std::ranges::max_element(counts) - counts.begin();
    constexpr int kDifferent = 12;
    constexpr std::size_t kFew = 16;
    std::size_t different = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (std::abs(static_cast<int>(i) - static_cast<int>(usual)) > kDifferent) different += counts[i];
    return different > kFew;
}

std::vector<Gray> colourViews(Channels channels, bool luminance_first) {
    std::vector<Gray> out;
    if (luminance_first) {
        out.push_back(std::move(channels[0]));
        for (auto* one : {&channels[1], &channels[2]})
            if (saysSomething(*one)) out.push_back(std::move(*one));
        return out;
    }
    Gray brightness = channels[0], colourful = channels[0];
    for (std::size_t i = 0; i < brightness.pixels.size(); ++i) {
        const int r = channels[0].pixels[i], g = channels[1].pixels[i], b = channels[2].pixels[i];
        brightness.pixels[i] = static_cast<std::uint8_t>((299 * r + 587 * g + 114 * b) / 1000);
        colourful.pixels[i] = static_cast<std::uint8_t>(std::max({r, g, b}) - std::min({r, g, b}));
    }
    const bool coloured = saysSomething(colourful);
    out.push_back(std::move(brightness));
    if (!coloured) return out;
    out.push_back(std::move(colourful));
    for (auto& one : channels) out.push_back(std::move(one));
    return out;
}

/// One byte a pixel, black and white. A bitmap of colours has one view: what is set in any of them.
Gray bitmap(const std::string& bytes, const PixelFormat& format) {
    Gray out{format.rows, format.columns, std::vector<std::uint8_t>(format.pixels())};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (bytes[i] != 0) out.pixels[i % out.pixels.size()] = 255;
    return out;
}

Result<std::vector<Gray>> viewsOfBytes(const ImageFile& file, const std::string& bytes, std::size_t frame) {
    const auto& format = file.frames().at(frame).format;
    if (format.is_float) return fail(Errc::Unsupported, "floating point pixels are not looked at");
    if (format.bits_allocated == 1) return std::vector<Gray>{bitmap(bytes, format)};
    const auto photometric = file.storedPhotometric(frame);
    if (format.samples == 1)
        return photometric == "PALETTE COLOR"
                   ? Result<std::vector<Gray>>(
                         colourViews(GANTRY_TRY(throughPalette(file, bytes, format)), false))
                   : Result<std::vector<Gray>>(windowedViews(valuesOf(bytes, format), format));
    const bool luminance = photometric.starts_with("YBR");
    const bool half = !file.pixelData().encapsulated && photometric.ends_with("_422");
    if (half) return colourViews(GANTRY_TRY(subsampled(bytes, format)), true);
    return colourViews(colours(bytes, format, file.storedInterleaved()), luminance);
}

}  // namespace

Result<std::vector<Gray>> viewsOf(const ImageFile& file, std::size_t frame) {
    const auto bytes = GANTRY_TRY(file.stored(frame));
    return viewsOfBytes(file, bytes, frame);
}

Result<std::vector<float>> brightnessOf(const ImageFile& file, std::size_t frame) {
    const auto& format = file.frames().at(frame).format;
    const auto bytes = GANTRY_TRY(file.stored(frame));
    if (format.samples == 1 && format.bits_allocated > 1 && format.photometric != "PALETTE COLOR") {
        const auto values = valuesOf(bytes, format);
        return std::vector<float>(values.begin(), values.end());
    }
    const auto views = GANTRY_TRY(viewsOfBytes(file, bytes, frame));
    return std::vector<float>(views.front().pixels.begin(), views.front().pixels.end());
}

void Projection::add(const std::vector<float>& brightness) {
    if (count_ == 0) {
        brightest_ = darkest_ = brightness;
        sums_.assign(brightness.begin(), brightness.end());
        count_ = 1;
        return;
    }
    if (brightness.size() != sums_.size()) return;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        const auto pixel = brightness[i];
        brightest_[i] = std::max(brightest_[i], pixel);
        darkest_[i] = std::min(darkest_[i], pixel);
        sums_[i] += pixel;
    }
    count_ += 1;
}

std::vector<Gray> Projection::views(const PixelFormat& format) const {
    std::vector<Gray> out;
    if (count_ == 0) return out;
    std::vector<double> mean = sums_;
    for (auto& value : mean) value /= count_;
    for (const auto& values : {std::vector<double>(brightest_.begin(), brightest_.end()),
                               std::vector<double>(darkest_.begin(), darkest_.end()), mean})
        for (auto& view : windowedViews(values, format)) out.push_back(std::move(view));
    return out;
}

Result<> eachView(const ImageFile& file, const std::function<void(const Gray&)>& look) {
    constexpr std::size_t kMostProjected = 3000;
    const auto count = file.frames().size();
    std::vector<std::size_t> frames{count / 2};
    for (const auto frame : {std::size_t{0}, count - 1})
        if (std::ranges::find(frames, frame) == frames.end()) frames.push_back(frame);
    for (const auto frame : frames)
        for (const auto& view : GANTRY_TRY(viewsOf(file, frame))) look(view);
    if (count <= 2) return {};
    Projection projection;
    const auto step = count / kMostProjected + 1;
    for (std::size_t frame = 0; frame < count; frame += step)
        projection.add(GANTRY_TRY(brightnessOf(file, frame)));
    for (const auto& view : projection.views(file.frames().front().format)) look(view);
    return {};
}

}  // namespace gantry::imaging
