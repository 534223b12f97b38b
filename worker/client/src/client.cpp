#include "gantry/worker/client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>

#include "gantry/core/files.hpp"

namespace gantry::worker {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLongestBase{120'000};
constexpr milliseconds kLongestEach{200};  ///< for each instance
constexpr milliseconds kLongest{1'800'000};
constexpr milliseconds kLookAround{100};  ///< how soon a stop is noticed
constexpr std::uint64_t kMaxAnswer = 1u << 20;

std::string requestText(const MeasureRequest& request) {
    json::array files;
    for (const WorkerFile& file : request.files) {
        json::object one{{"path", file.path.string()}};
        if (file.length > 0) {
            one["offset"] = file.offset;
            one["length"] = file.length;
        }
        files.push_back(std::move(one));
    }
    return json::serialize(json::value{
        {"modality", request.modality}, {"out", request.pictures.string()}, {"files", std::move(files)}});
}

/// What posix_spawn is told: three descriptors and nothing else, default signals, next to no environment.
class SpawnPlan {
public:
    SpawnPlan(int request, int answer) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        posix_spawn_file_actions_adddup2(&actions_, request, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, answer, STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        sigset_t defaults;
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        posix_spawnattr_setsigdefault(&attributes_, &defaults);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    /// @return 0 or errno
    int spawn(const std::string& program, const std::string& argument, pid_t& pid) {
        std::string name = program;
        std::string first = argument;
        char* arguments[] = {name.data(), first.empty() ? nullptr : first.data(), nullptr};
        // Libraries that would take all cores are told to take one.
        std::string threads = "OMP_THREAD_LIMIT=1";
        char* environment[] = {threads.data(), nullptr};
        return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, arguments, environment);
    }

private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

int reap(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// A worker that was taken over could leave links that point elsewhere.
void keepKnownPictures(const fs::path& folder) {
    std::error_code ec;
    std::vector<fs::path> strange;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const auto& path = entry.path();
        const auto stem = path.stem().string();
        const bool known = path.extension() == ".png" && (stem == "thumbnail" || isMeasureName(stem));
        if (!known || !fs::is_regular_file(entry.symlink_status())) strange.push_back(path);
    }
    for (const auto& path : strange) fs::remove_all(path, ec);
}

void readValues(const json::object& answer, SeriesMeasured& out) {
    for (const auto& [check, entry] : answer.at("measures").as_object()) {
        if (!isMeasureName(check)) continue;
        auto& value = out.values[std::string(check)];
        value.value = entry.at("value").to_number<double>();
        value.has_picture = entry.as_object().contains("picture");
    }
    constexpr std::size_t kLongestReason = 300;
    for (const auto& [check, reason] : answer.at("reasons").as_object())
        if (isMeasureName(check))
            out.values[std::string(check)].reason =
                std::string(std::string_view(reason.as_string()).substr(0, kLongestReason));
}

}  // namespace

Result<SeriesMeasured> parseWorkerAnswer(std::string_view text) try {
    const auto parsed = json::parse(text);
    const auto& answer = parsed.as_object();
    SeriesMeasured out;
    out.frames = answer.at("frames").to_number<int>();
    out.pixels_sha256 = std::string(answer.at("pixels_sha256").as_string());
    if (out.pixels_sha256.size() > 64) return fail(Errc::BadFormat, "the digest of the pixels");
    out.has_thumbnail = !answer.at("thumbnail").as_string().empty();
    readValues(answer, out);
    return out;
} catch (const std::exception&) {
    return fail(Errc::BadFormat, "the worker's answer");
}

fs::path defaultWorker() {
    std::error_code ec;
    return fs::read_symlink("/proc/self/exe", ec).parent_path() / "gantry-worker";
}

Result<std::string> runWorker(const fs::path& program, const std::string& argument, int request, int answer,
                              milliseconds longest, const std::stop_token& stop) {
    pid_t pid = 0;
    if (const int error = SpawnPlan(request, answer).spawn(program.string(), argument, pid); error != 0)
        return error == ENOENT || error == EACCES
                   ? Result<std::string>("could not be measured: the program gantry-worker is not installed")
                   : failErrno("starting gantry-worker", error);
    const UniqueFd watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!watch) {
        const int error = errno;
        ::kill(pid, SIGKILL);
        reap(pid);
        return failErrno("watching gantry-worker", error);
    }
    const auto end = steady_clock::now() + longest;
    pollfd waiting{watch.get(), POLLIN, 0};
    while (::poll(&waiting, 1, static_cast<int>(kLookAround.count())) <= 0) {
        if (!stop.stop_requested() && steady_clock::now() < end) continue;
        ::kill(pid, SIGKILL);
        reap(pid);
        if (stop.stop_requested()) return fail(Errc::Stopped, "measuring pixels");
        return std::string("could not be measured: it took too long");
    }
    const int status = reap(pid);
    if (WIFSIGNALED(status))
        return std::string("could not be measured: the images broke the measuring program");
    return std::string(WEXITSTATUS(status) == 0 ? ""
                                                : "could not be measured: the measuring program gave up");
}

Result<SeriesMeasured> measureSeries(const fs::path& program, const MeasureRequest& asked,
                                     const fs::path& scratch, const std::stop_token& stop) {
    const auto text = requestText(asked);
    const auto request = scratch / "request.json";
    const auto answer = scratch / "answer.json";
    const auto out = GANTRY_TRY(openFile(answer, OpenMode::CreateOrTruncate));
    {
        const auto in = GANTRY_TRY(openFile(request, OpenMode::CreateOrTruncate));
        GANTRY_CHECK(writeAll(in.get(), asBytes(text)));
    }
    const auto in = GANTRY_TRY(openFile(request, OpenMode::Read));
    const auto count = static_cast<milliseconds::rep>(asked.files.size());
    const auto longest = std::min(kLongestBase + count * kLongestEach, kLongest);
    SeriesMeasured measured;
    measured.failure = GANTRY_TRY(runWorker(program, "", in.get(), out.get(), longest, stop));
    if (measured.failure.empty()) {
        const auto said = readFile(answer, kMaxAnswer);
        auto parsed = said ? parseWorkerAnswer(*said) : Result<SeriesMeasured>(said.error());
        if (parsed)
            measured = *std::move(parsed);
        else
            measured.failure = "could not be measured: the measuring program gave no proper answer";
    }
    keepKnownPictures(asked.pictures);
    return measured;
}

}  // namespace gantry::worker
