#include "images/pixel_cleaning.hpp"

#include <boost/json.hpp>

#include "gantry/anonymizer/screening.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using anonymizer::DeidInput;
using std::chrono::milliseconds;

constexpr milliseconds kLongestBase{60'000};
constexpr milliseconds kLongestEach{30'000};  ///< for each instance: a long cine has many frames
constexpr milliseconds kLongest{1'800'000};
constexpr std::uint64_t kBytesPerMilli = 4 << 10;  ///< a slow and busy machine looks at so much of a long cine

json::object boxJson(int x, int y, int width, int height) {
    return {{"x", x}, {"y", y}, {"width", width}, {"height", height}};
}

/// What the worker is asked of one instance; nullopt when its pixels are not looked at.
Result<std::optional<json::object>> taskFor(const PixelRequest& request,
                                            const anonymizer::DeidPolicy& policy) {
    const auto& original = request.original;
    const auto map = GANTRY_TRY(MappedFile::open(original.path, original.offset, original.length));
    const auto file = GANTRY_TRY(dicom::readFile(map.bytes()));
    if (!anonymizer::mustLookAtPixels(file.dataset, policy)) return std::optional<json::object>();
    json::array regions;
    for (const auto& region : anonymizer::regionsFor(file.dataset, policy))
        regions.push_back(boxJson(region.x, region.y, region.width, region.height));
    json::object out{{"path", original.path.string()},
                     {"offset", original.offset},
                     {"out", request.out.string()},
                     {"picture", request.picture.string()},
                     {"regions", std::move(regions)},
                     {"clear_unused_bits", anonymizer::hasOverlayInPixels(file.dataset)}};
    if (original.length) out["length"] = *original.length;
    if (request.drawn) {
        json::array drawn;
        for (const auto& box : *request.drawn) drawn.push_back(boxJson(box.x, box.y, box.width, box.height));
        out["drawn"] = std::move(drawn);
    }
    return std::optional(std::move(out));
}

PixelOutcome outcomeFrom(std::string_view state) {
    if (state == "clean") return PixelOutcome::Clean;
    if (state == "blanked") return PixelOutcome::Blanked;
    return state == "doubtful" ? PixelOutcome::Doubtful : PixelOutcome::Cannot;
}

std::string_view knownWord(std::string_view word, std::initializer_list<std::string_view> known) {
    for (const auto one : known)
        if (one == word) return one;
    return "";
}

PixelFinding findingFrom(const json::object& object) {
    const auto number = [&](const char* name) { return object.at(name).to_number<int>(); };
    PixelFinding out;
    out.box = {number("x"), number("y"), number("width"), number("height")};
    out.kind = knownWord(object.at("kind").as_string(), {"text", "region", "outside", "drawn"});
    if (const auto* spared = object.if_contains("spared"))
        out.spared = knownWord(spared->as_string(), {"side", "unit", "setting"});
    return out;
}

PixelAnswer cannot(const PixelRequest& request, std::string reason) {
    PixelAnswer out;
    out.outcome = PixelOutcome::Cannot;
    out.input = request.original;
    out.reason = std::move(reason);
    return out;
}

PixelAnswer answerFrom(const json::object& object, const PixelRequest& request) {
    constexpr std::size_t kLongestReason = 300;
    PixelAnswer out;
    out.outcome = outcomeFrom(object.at("state").as_string());
    out.reason = std::string(std::string_view(object.at("reason").as_string()).substr(0, kLongestReason));
    for (const auto& box : object.at("boxes").as_array())
        out.findings.push_back(findingFrom(box.as_object()));
    out.frames = object.at("frames").to_number<int>();
    if (object.contains("rows")) out.rows = object.at("rows").to_number<int>();
    if (object.contains("columns")) out.columns = object.at("columns").to_number<int>();
    std::error_code ec;
    const auto regular = [&](const fs::path& path) {
        return fs::is_regular_file(fs::symlink_status(path, ec));
    };
    out.has_picture = object.at("picture").as_bool() && regular(request.picture);
    out.input = request.original;
    out.input.pixels = anonymizer::PixelState::Clean;
    if (out.outcome != PixelOutcome::Blanked) return out;
    out.input = {request.out, 0, std::nullopt, anonymizer::PixelState::Blanked};
    // A worker that was taken over could leave a link that points elsewhere.
    if (regular(request.out)) return out;
    return cannot(request, "the cleaned image was not written");
}

milliseconds longestFor(std::span<const PixelRequest> requests, const std::vector<std::size_t>& asked) {
    std::uint64_t bytes = 0;
    for (const auto i : asked) {
        const auto& original = requests[i].original;
        std::error_code ec;
        const auto size = original.length ? *original.length : fs::file_size(original.path, ec);
        if (!ec) bytes += size;
    }
    const auto wanted = kLongestBase + kLongestEach * static_cast<milliseconds::rep>(asked.size()) +
                        milliseconds(static_cast<milliseconds::rep>(bytes / kBytesPerMilli));
    return std::min(wanted, kLongest);
}

bool parseAnswers(const std::string& text, std::span<const PixelRequest> requests,
                  const std::vector<std::size_t>& asked, std::vector<PixelAnswer>& answers) try {
    const auto parsed = json::parse(text);
    const auto& instances = parsed.as_object().at("instances").as_array();
    if (instances.size() != asked.size()) return false;
    for (std::size_t i = 0; i < asked.size(); ++i)
        answers[asked[i]] = answerFrom(instances[i].as_object(), requests[asked[i]]);
    return true;
} catch (const std::exception&) {
    return false;
}

/// For packs that do not have text blanked.
void holdWhatShowsText(std::span<const PixelRequest> requests, std::vector<PixelAnswer>& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto outcome = answers[i].outcome;
        if (outcome != PixelOutcome::Blanked && outcome != PixelOutcome::Doubtful) continue;
        std::error_code ignored;
        fs::remove(requests[i].out, ignored);
        answers[i] = cannot(requests[i], "the pixels show text, and the pack does not have it blanked");
    }
}

}  // namespace

std::string_view toString(PixelOutcome outcome) {
    switch (outcome) {
        case PixelOutcome::NotNeeded:
            return "not_needed";
        case PixelOutcome::Clean:
            return "clean";
        case PixelOutcome::Blanked:
            return "blanked";
        case PixelOutcome::Doubtful:
            return "doubtful";
        case PixelOutcome::Cannot:
            break;
    }
    return "cannot";
}

Result<std::vector<PixelAnswer>> cleanPixels(std::span<const PixelRequest> requests,
                                             const anonymizer::DeidPolicy& policy, const PixelWorker& worker,
                                             const std::stop_token& stop) {
    std::vector<PixelAnswer> answers;
    for (const auto& request : requests) {
        answers.emplace_back();
        answers.back().input = request.original;
    }
    std::vector<std::size_t> asked;
    json::array tasks;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        auto task = taskFor(requests[i], policy);
        if (!task && task.error().code == Errc::Io) return task.error();
        if (!task) answers[i] = cannot(requests[i], task.error().context);
        if (!task || !*task) continue;
        asked.push_back(i);
        tasks.push_back(**std::move(task));
    }
    if (asked.empty()) return answers;
    const auto text = json::serialize(json::value{{"instances", std::move(tasks)}});
    const auto said = GANTRY_TRY(askWorker(worker, "--clean", text, longestFor(requests, asked), stop));
    if (said.failure.empty() && parseAnswers(said.text, requests, asked, answers)) {
        if (!policy.has(anonymizer::DeidOption::CleanPixelData)) holdWhatShowsText(requests, answers);
        return answers;
    }
    // One image that breaks the worker must not hold the others.
    if (asked.size() > 1) {
        for (const auto i : asked)
            answers[i] = GANTRY_TRY(cleanPixels(requests.subspan(i, 1), policy, worker, stop)).front();
        return answers;
    }
    answers[asked.front()] = cannot(requests[asked.front()],
                                    "its pixels could not be looked at: the program for that gave no answer");
    return answers;
}

}  // namespace gantry::agent
