#include "view_job.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "file_range_json.hpp"

namespace gantry::imaging {
namespace {

namespace json = boost::json;

constexpr dicom::Tag kWindowCenter{0x00281050};
constexpr dicom::Tag kWindowWidth{0x00281051};
constexpr double kSteps = 65534;
constexpr std::size_t kSampled = 20'000;  // pixels that the automatic window looks at

/// Windows of the header, PS3.3 C.11.2.1.2.
json::array windowsOf(const dicom::DataSet& dataset) {
    const auto centers = dicom::parseDecimals(dataset.text(kWindowCenter));
    const auto widths = dicom::parseDecimals(dataset.text(kWindowWidth));
    json::array out;
    for (std::size_t i = 0; i < std::min(centers.size(), widths.size()); ++i)
        if (centers[i] && widths[i] && std::isfinite(*centers[i]) && *widths[i] >= 1)
            out.push_back(json::array{*centers[i], *widths[i]});
    return out;
}

/// From the 1st to the 99.5th percentile.
json::array automaticWindow(std::vector<float> sample) {
    if (sample.empty()) return {0, 1};
    std::ranges::sort(sample);
    const auto at = [&](double share) {
        return static_cast<double>(sample[static_cast<std::size_t>(share * static_cast<double>(sample.size() - 1))]);
    };
    constexpr double kLow = 0.01;
    constexpr double kHigh = 0.995;
    const auto low = at(kLow);
    const auto high = std::max(at(kHigh), low + 1e-6);
    return {(low + high) / 2, high - low};
}

void append16(std::string& out, double value) {
    const auto number = static_cast<unsigned>(std::clamp(std::lround(value), 0L, 65535L));
    out += static_cast<char>(number & 0xFF);
    out += static_cast<char>(number >> 8);
}

/// Values as 16 bits, with the line that leads back to them.
std::string grayBytes(const Frame& frame, json::object& says) {
    float low = std::numeric_limits<float>::max();
    float high = std::numeric_limits<float>::lowest();
    std::vector<float> sample;
    const auto step = frame.values.size() / kSampled + 1;
    for (std::size_t i = 0; i < frame.values.size(); ++i) {
        const auto value = frame.values[i];
        if (!std::isfinite(value) || (!frame.padded.empty() && frame.padded[i] != 0)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
        if (i % step == 0) sample.push_back(value);
    }
    if (low > high) low = high = 0;
    const auto range = static_cast<double>(high) - static_cast<double>(low);
    const bool whole = range <= kSteps && std::ranges::all_of(sample, [](float v) { return v == std::floor(v); });
    const double slope = whole || range == 0 ? 1 : range / kSteps;
    says["slope"] = slope;
    says["intercept"] = low;
    says["automatic"] = automaticWindow(std::move(sample));
    std::string out;
    out.reserve(frame.values.size() * 2);
    for (const auto value : frame.values)
        append16(out, std::isfinite(value) ? (static_cast<double>(value) - static_cast<double>(low)) / slope : 0);
    return out;
}

bool isPlainColour(const ImageFile& file, std::size_t frame) {
    const auto& format = file.frames()[frame].format;
    return format.samples == 3 && format.bits_allocated == 8 && file.storedPhotometric(frame).starts_with("RGB");
}

/// Three bytes a pixel.
std::string colourBytes(const ImageFile& file, std::string stored, std::size_t pixels) {
    if (file.storedInterleaved() || stored.size() < pixels * 3) return stored;
    std::string out(pixels * 3, '\0');
    for (std::size_t i = 0; i < pixels; ++i)
        for (std::size_t sample = 0; sample < 3; ++sample) out[i * 3 + sample] = stored[sample * pixels + i];
    return out;
}

}  // namespace

Result<ViewJob> parseViewJob(std::string_view text) try {
    const auto value = json::parse(text);
    const auto& object = value.as_object();
    return ViewJob{fileRangeFrom(object.at("file").as_object()), object.at("frame").to_number<std::size_t>()};
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the request is not as docs/formats/worker.md says");
}

Result<std::string> runViewJob(const ViewJob& job) {
    const auto file = GANTRY_TRY(ImageFile::open(job.file));
    if (job.frame >= file.frames().size()) return fail(Errc::NotFound, "there is no such frame");
    const auto& header = file.frames()[job.frame];
    json::object says{{"rows", header.format.rows},
                      {"columns", header.format.columns},
                      {"frames", file.frames().size()},
                      {"row_mm", header.row_mm},
                      {"column_mm", header.column_mm},
                      {"invert", header.format.photometric.starts_with("MONOCHROME1")},
                      {"windows", windowsOf(file.file().dataset)}};
    std::string bytes;
    if (isPlainColour(file, job.frame)) {
        says["samples"] = 3;
        bytes = colourBytes(file, GANTRY_TRY(file.stored(job.frame)), header.format.pixels());
    } else {
        says["samples"] = 1;
        const auto frame = GANTRY_TRY(file.brightness(job.frame));
        says["rows"] = frame.rows;
        says["columns"] = frame.columns;
        bytes = grayBytes(frame, says);
    }
    return json::serialize(says) + "\n" + bytes;
}

}  // namespace gantry::imaging
