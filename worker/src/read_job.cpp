#include "read_job.hpp"

#include <boost/json.hpp>
#include <set>

#include "file_range_json.hpp"
#include "gantry/imaging/text_finder.hpp"
#include "pixel_views.hpp"
#include "text_reader.hpp"

namespace gantry::imaging {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kLongestReading{30'000};  ///< for each file
constexpr std::size_t kMostLines = 300;  ///< of one picture; more is no text, or pages of it

json::object cannot(std::string_view reason) {
    return {{"state", "cannot"}, {"reason", reason}, {"texts", json::array()}};
}

json::object readOne(const FileRange& range, TextReader& reader) {
    const auto file = ImageFile::open(range);
    if (!file) return cannot(file.error().context);
    reader.restart();
    std::set<std::string> texts;
    bool whole = true;
    const auto looked = eachView(*file, [&](const Gray& view) {
        const auto lines = findText(view);
        whole = whole && lines.size() <= kMostLines;
        for (std::size_t i = 0; i < lines.size() && whole; ++i) {
            const auto line = reader.read(view, lines[i].box);
            whole = line.read;
            if (!line.text.empty()) texts.insert(line.text);
        }
    });
    if (!looked) return cannot(looked.error().context);
    if (!whole) return cannot("its text is more than can be read in time");
    return {{"state", "read"}, {"reason", ""}, {"texts", json::array(texts.begin(), texts.end())}};
}

}  // namespace

Result<std::vector<FileRange>> parseReadJob(std::string_view text) try {
    const auto value = json::parse(text);
    std::vector<FileRange> out;
    for (const auto& one : value.as_object().at("instances").as_array())
        out.push_back(fileRangeFrom(one.as_object()));
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the request is not as docs/formats/worker.md says");
}

std::string runReadJob(const std::vector<FileRange>& files) {
    TextReader reader(kLongestReading);
    json::array answers;
    for (const auto& file : files) {
        try {
            answers.push_back(readOne(file, reader));
        } catch (const std::bad_alloc&) {
            answers.push_back(cannot("the image asks for more memory than is given"));
        }
    }
    return json::serialize(json::value{{"instances", std::move(answers)}});
}

}  // namespace gantry::imaging
