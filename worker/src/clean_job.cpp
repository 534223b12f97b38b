#include "clean_job.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "cleaned_file.hpp"
#include "file_range_json.hpp"
#include "gantry/imaging/picture.hpp"

namespace gantry::imaging {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds kLongestReading{4000};  ///< for each instance

Box boxFrom(const json::value& value) {
    const auto& object = value.as_object();
    const auto number = [&](const char* name) { return object.at(name).to_number<int>(); };
    const auto bounded = [](int v) {
        constexpr int kMost = 1 << 20;
        return std::min(std::max(v, -1), kMost);
    };
    const int x = bounded(number("x")), y = bounded(number("y"));
    return {y, y + bounded(number("height")) - 1, x, x + bounded(number("width")) - 1};
}

std::vector<Box> boxesFrom(const json::value& value) {
    std::vector<Box> out;
    for (const auto& one : value.as_array()) out.push_back(boxFrom(one));
    return out;
}

json::object toJson(const Finding& finding) {
    const auto& box = finding.box;
    json::object out{{"x", box.first_column},
                     {"y", box.first_row},
                     {"width", box.last_column - box.first_column + 1},
                     {"height", box.last_row - box.first_row + 1},
                     {"kind", finding.kind}};
    if (!finding.spared.empty()) out["spared"] = finding.spared;
    return out;
}

bool writePicture(const Gray& gray, bool inverted, const std::filesystem::path& path) {
    Frame frame{gray.rows, gray.columns, 1, 1, {gray.pixels.begin(), gray.pixels.end()}, {}};
    const auto png = pictureOf(frame, {0, 255, inverted}, kCleanPictureSide);
    return png && writeFileDurably(path, asBytes(*png)).has_value();
}

json::object cannot(const Error& error) {
    return {{"state", "cannot"},
            {"reason", error.context},
            {"boxes", json::array()},
            {"frames", 0},
            {"picture", false}};
}

json::object clean(const CleanTask& task, TextReader& reader) {
    const auto file = ImageFile::open(task.original);
    if (!file) return cannot(file.error());
    reader.restart();
    const auto plan = planPixels(*file, task.wish, reader);
    if (!plan) return cannot(plan.error());
    const bool changes = plan->blanksAny() || task.clear_unused_bits;
    const bool doubtful = !plan->doubt.empty();
    if (changes && !doubtful)
        if (const auto written = writeCleaned(*file, plan->blank, task.clear_unused_bits, task.out); !written)
            return cannot(written.error());
    const bool inverted = file->frames().front().format.photometric == "MONOCHROME1";
    const bool picture = !task.picture.empty() && (!plan->findings.empty() || doubtful) &&
                         writePicture(plan->shown, inverted, task.picture);
    json::array boxes;
    constexpr std::size_t kMostBoxes = 500;
    for (const auto& finding : plan->findings)
        if (boxes.size() < kMostBoxes) boxes.push_back(toJson(finding));
    const auto* state = doubtful ? "doubtful" : changes ? "blanked" : "clean";
    return {{"state", state},
            {"reason", plan->doubt},
            {"boxes", std::move(boxes)},
            {"frames", file->frames().size()},
            {"rows", plan->blank.rows},
            {"columns", plan->blank.columns},
            {"picture", picture}};
}

}  // namespace

Result<std::vector<CleanTask>> parseCleanJob(std::string_view text) try {
    const auto value = json::parse(text);
    std::vector<CleanTask> out;
    for (const auto& one : value.as_object().at("instances").as_array()) {
        const auto& object = one.as_object();
        CleanTask task;
        task.original = fileRangeFrom(object);
        task.out = std::string(object.at("out").as_string());
        if (object.contains("picture")) task.picture = std::string(object.at("picture").as_string());
        if (object.contains("regions")) task.wish.regions = boxesFrom(object.at("regions"));
        if (object.contains("drawn")) task.wish.drawn = boxesFrom(object.at("drawn"));
        if (object.contains("clear_unused_bits"))
            task.clear_unused_bits = object.at("clear_unused_bits").as_bool();
        out.push_back(std::move(task));
    }
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the request is not as docs/formats/worker.md says");
}

std::string runCleanJob(const std::vector<CleanTask>& tasks) {
    TextReader reader(kLongestReading);
    json::array answers;
    for (const auto& task : tasks) {
        try {
            answers.push_back(clean(task, reader));
        } catch (const std::bad_alloc&) {
            answers.push_back(cannot(fail(Errc::DicomLimit, "the image asks for more memory than is given")));
        }
    }
    return json::serialize(json::value{{"instances", std::move(answers)}});
}

}  // namespace gantry::imaging
