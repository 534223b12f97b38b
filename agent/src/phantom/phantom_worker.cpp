#include "phantom/phantom_worker.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "gantry/core/files.hpp"
#include "images/worker_process.hpp"

namespace gantry::agent {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kLongestBase{120'000};
constexpr milliseconds kLongestEach{200};  ///< for each file
constexpr milliseconds kLongest{1'800'000};
constexpr milliseconds kLongestAlone{20'000};
constexpr std::uint64_t kMaxAnswer = 16u << 20;

std::string requestText(const PhantomRun& run, const std::vector<std::size_t>& which, bool only_read) {
    json::array files;
    for (const auto i : which) {
        const auto& file = run.files[i];
        json::object one{{"path", file.path.string()}};
        if (file.offset) one["offset"] = *file.offset;
        if (file.length) one["length"] = *file.length;
        files.push_back(std::move(one));
    }
    json::object form;
    for (const auto& [name, typed] : run.form) form[name] = typed;
    return json::serialize(json::value{{"out", run.pictures.string()},
                                       {"files", std::move(files)},
                                       {"kind", run.kind},
                                       {"form", std::move(form)},
                                       {"only_read", only_read}});
}

struct Answer {
    std::string failure, text;
};

Result<Answer> ask(const fs::path& program, const std::string& request, milliseconds longest,
                   const fs::path& scratch, const std::stop_token& stop) {
    const auto asked = scratch / "phantom-request.json", told = scratch / "phantom-answer.json";
    const auto out = GANTRY_TRY(openFile(told, OpenMode::CreateOrTruncate));
    {
        const auto in = GANTRY_TRY(openFile(asked, OpenMode::CreateOrTruncate));
        GANTRY_CHECK(writeAll(in.get(), asBytes(request)));
    }
    const auto in = GANTRY_TRY(openFile(asked, OpenMode::Read));
    Answer answer;
    answer.failure = GANTRY_TRY(runWorker(program, "--phantom", in.get(), out.get(), longest, stop));
    if (!answer.failure.empty()) return answer;
    auto said = readFile(told, kMaxAnswer);
    if (said)
        answer.text = *std::move(said);
    else
        answer.failure = "could not be measured: the measuring program gave no proper answer";
    return answer;
}

std::vector<std::size_t> everyFile(const PhantomRun& run) {
    std::vector<std::size_t> out(run.files.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = i;
    return out;
}

}  // namespace

Result<PhantomRunResult> runPhantomWorker(const fs::path& program, const PhantomRun& run,
                                          const fs::path& scratch, const std::stop_token& stop) {
    const auto longest =
        std::min(kLongestBase + static_cast<milliseconds::rep>(run.files.size()) * kLongestEach, kLongest);
    PhantomRunResult out;
    auto which = everyFile(run);
    auto answer = GANTRY_TRY(ask(program, requestText(run, which, false), longest, scratch, stop));
    if (!answer.failure.empty() && run.files.size() > 1) {
        // It died or hung on one of them: each is read alone, and those that it cannot even read stay out.
        std::vector<std::size_t> good;
        for (const auto i : which) {
            const auto alone =
                GANTRY_TRY(ask(program, requestText(run, {i}, true), kLongestAlone, scratch, stop));
            (alone.failure.empty() ? good : out.left_out).push_back(i);
        }
        if (!out.left_out.empty() && !good.empty())
            answer = GANTRY_TRY(ask(program, requestText(run, good, false), longest, scratch, stop));
    }
    out.failure = answer.failure;
    if (!out.failure.empty()) return out;
    auto reading = parsePhantomAnswer(answer.text);
    if (reading)
        out.reading = *std::move(reading);
    else
        out.failure = "could not be measured: the measuring program gave no proper answer";
    return out;
}

}  // namespace gantry::agent
