#include "web/pictures.hpp"

#include <charconv>
#include <vector>

#include "images/measure_names.hpp"
#include "images/pixel_looks.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kStudies = "/api/v1/studies/";
constexpr std::string_view kSuffix = ".png";
constexpr std::uint64_t kLargest = 4u << 20;

std::vector<std::string_view> segmentsOf(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        const auto end = path.find('/');
        out.push_back(path.substr(0, end));
        path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    }
    return out;
}

bool readNumber(std::string_view text, std::int64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

std::optional<PictureAsked> pixelsAsked(const std::vector<std::string_view>& parts) {
    PictureAsked out;
    if (!readNumber(parts[0], out.study) || !readNumber(parts[2], out.pixels_of)) return std::nullopt;
    return out;
}

/// Only of an image that has one.
Result<std::filesystem::path> pixelsFile(Database& db, const Config& config, const PictureAsked& asked) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT 1 FROM pixel_look WHERE study_id = ? AND instance_id = ? AND has_picture = 1"));
    select.bind(asked.study).bind(asked.pixels_of);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such picture");
    return pixelPicture(config.data_directory, asked.study, asked.pixels_of);
}

}  // namespace

std::optional<PictureAsked> pictureAsked(std::string_view path) {
    if (!path.starts_with(kStudies) || !path.ends_with(kSuffix)) return std::nullopt;
    path.remove_prefix(kStudies.size());
    path.remove_suffix(kSuffix.size());
    const auto parts = segmentsOf(path);
    PictureAsked out;
    if (parts.size() == 3 && parts[1] == "pixels") return pixelsAsked(parts);
    if (parts.size() < 4 || parts[1] != "series" || !dicom::isValidUid(parts[2])) return std::nullopt;
    if (!readNumber(parts[0], out.study)) return std::nullopt;
    out.series_instance_uid = parts[2];
    out.check = parts.back();
    if (parts.size() == 4 && out.check == "thumbnail") return out;
    if (parts.size() == 5 && parts[3] == "pictures" && isMeasureName(out.check)) return out;
    return std::nullopt;
}

Result<http::Response> pictureAnswer(Catalogue& catalogue, const Config& config, const PictureAsked& asked) {
    const auto file = GANTRY_TRY(catalogue.read([&](Database& db) {
        if (asked.pixels_of != 0) return pixelsFile(db, config, asked);
        return pictureFile(db, config.data_directory, asked.study, asked.series_instance_uid, asked.check);
    }));
    auto png = readFile(file, kLargest);
    // Retention, or a new measurement that is being put in place.
    if (!png) return fail(Errc::NotFound, "there is no such picture");
    http::Response response;
    response.headers = {{"Content-Type", "image/png"}, {"Cache-Control", "no-store"}};
    response.body = *std::move(png);
    return response;
}

}  // namespace gantry::agent
