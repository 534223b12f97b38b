#include "job.hpp"

#include <boost/json.hpp>

#include "file_range_json.hpp"
#include "gantry/imaging/picture.hpp"

namespace gantry::imaging {
namespace {

namespace json = boost::json;

// A picture that cannot be made is no reason to lose the measure.
bool write(const std::filesystem::path& path, const Result<std::string>& png) {
    return png && writeFileDurably(path, asBytes(*png)).has_value();
}

Window seen(Window window, const FrameHeader& header) {
    window.inverted = header.format.photometric == "MONOCHROME1";
    return window;
}

bool writePicture(FrameSource& source, const Survey& survey, std::string_view check, const Place& place,
                  const std::filesystem::path& path) {
    const auto frame = source.frame(place.frame);
    if (!frame) return false;
    const auto window = seen(windowFor(check, survey), source.headers()[place.frame]);
    return write(path, pictureOf(*frame, window, kPictureSide, place.box));
}

bool writeThumbnail(FrameSource& source, const Survey& survey, const std::filesystem::path& path) {
    if (survey.frames == 0) return false;
    const auto frame = source.picture(survey.middle_frame);
    if (!frame) return false;
    const auto& header = source.headers()[survey.middle_frame];
    const auto window =
        header.format.samples == 1 ? Window{survey.window_low, survey.window_high} : Window{0, 255};
    return write(path, pictureOf(*frame, seen(window, header), kThumbnailSide));
}

}  // namespace

Result<Job> parseJob(std::string_view text) try {
    const auto value = json::parse(text);
    const auto& object = value.as_object();
    Job out;
    out.modality = std::string(object.at("modality").as_string());
    out.out = std::string(object.at("out").as_string());
    for (const auto& one : object.at("files").as_array()) out.files.push_back(fileRangeFrom(one.as_object()));
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the request is not as docs/formats/worker.md says");
}

std::string runJob(const Job& job) {
    SeriesSource source(job.files);
    const auto found = survey(source, job.modality);
    json::object measures;
    for (const auto& [check, measured] : found.measures) {
        json::object entry{{"value", measured.value}};
        const auto name = check + ".png";
        if (measured.place && worthAPicture(check, measured.value) &&
            writePicture(source, found, check, *measured.place, job.out / name))
            entry["picture"] = name;
        measures[check] = std::move(entry);
    }
    json::object reasons;
    for (const auto& [check, reason] : found.reasons) reasons[check] = reason;
    const bool thumbnail = writeThumbnail(source, found, job.out / "thumbnail.png");
    return json::serialize(json::value{{"frames", found.frames},
                                       {"pixels_sha256", found.pixels_sha256},
                                       {"thumbnail", thumbnail ? "thumbnail.png" : ""},
                                       {"measures", std::move(measures)},
                                       {"reasons", std::move(reasons)}});
}

}  // namespace gantry::imaging
