#include "images/worker_request.hpp"

#include "gantry/core/files.hpp"
#include "images/worker_process.hpp"

namespace gantry::agent {
namespace {
constexpr std::uint64_t kMaxAnswer = 64u << 20;
}

Result<WorkerAnswer> askWorker(const PixelWorker& worker, const std::string& task, const std::string& request,
                               std::chrono::milliseconds longest, const std::stop_token& stop) {
    const auto folder = GANTRY_TRY(TemporaryDirectory::create(worker.scratch, "pixels-"));
    const auto request_path = folder.path() / "request.json", answer_path = folder.path() / "answer.json";
    const auto out = GANTRY_TRY(openFile(answer_path, OpenMode::CreateOrTruncate));
    {
        const auto in = GANTRY_TRY(openFile(request_path, OpenMode::CreateOrTruncate));
        GANTRY_CHECK(writeAll(in.get(), asBytes(request)));
    }
    const auto in = GANTRY_TRY(openFile(request_path, OpenMode::Read));
    WorkerAnswer answer;
    answer.failure = GANTRY_TRY(runWorker(worker.program, task, in.get(), out.get(), longest, stop));
    if (!answer.failure.empty()) return answer;
    auto said = readFile(answer_path, kMaxAnswer);
    if (said)
        answer.text = *std::move(said);
    else
        answer.failure = "its answer could not be read";
    return answer;
}

}  // namespace gantry::agent
