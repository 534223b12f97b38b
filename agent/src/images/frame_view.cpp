#include "images/frame_view.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr std::chrono::seconds kLongest{20};

}  // namespace

Result<std::string> frameToView(const PixelWorker& worker, const std::filesystem::path& spool_folder,
                                const OutgoingInstance& instance, std::int64_t frame) {
    const json::value request{{"file",
                               {{"path", (spool_folder / instance.segment_name).string()},
                                {"offset", instance.range.offset},
                                {"length", instance.range.length}}},
                              {"frame", frame}};
    auto answer = GANTRY_TRY(askWorker(worker, "--view", json::serialize(request), kLongest, std::stop_token()));
    if (!answer.failure.empty())
        return fail(Errc::Unsupported, "this image cannot be shown: " + answer.failure);
    return std::move(answer.text);
}

}  // namespace gantry::agent
