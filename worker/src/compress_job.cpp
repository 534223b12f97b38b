#include "compress_job.hpp"

#include <boost/json.hpp>

#include "compressed_file.hpp"
#include "file_range_json.hpp"

namespace gantry::imaging {
namespace {

namespace json = boost::json;

json::object answerTo(const CompressTask& task) try {
    const auto done = writeCompressed(task.original, task.out);
    return {{"state", done ? "compressed" : "stays"}, {"reason", done ? "" : done.error().context}};
} catch (const std::bad_alloc&) {
    return {{"state", "stays"}, {"reason", "it asks for more memory than is given"}};
}

}  // namespace

Result<std::vector<CompressTask>> parseCompressJob(std::string_view text) try {
    const auto value = json::parse(text);
    std::vector<CompressTask> out;
    for (const auto& one : value.as_object().at("instances").as_array()) {
        const auto& object = one.as_object();
        out.push_back({fileRangeFrom(object), std::string(object.at("out").as_string())});
    }
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the request is not as docs/formats/worker.md says");
}

std::string runCompressJob(const std::vector<CompressTask>& tasks) {
    json::array answers;
    for (const auto& task : tasks) answers.push_back(answerTo(task));
    return json::serialize(json::value{{"instances", std::move(answers)}});
}

}  // namespace gantry::imaging
