/// gantry-worker: measures the pixels of one series; with --clean blanks burnt-in text in some instances,
/// with
/// --compress compresses some without loss, with --phantom runs the tests of a phantom study, with --view gives one frame
/// to be looked at. It reads one
/// request on standard input, writes one answer on standard output and ends. It takes its own rights away
/// first: what it decodes may be hostile.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "clean_job.hpp"
#include "compress_job.hpp"
#include "gantry/core/files.hpp"
#include "job.hpp"
#include "phantom_job.hpp"
#include "read_job.hpp"
#include "view_job.hpp"

namespace {

using namespace gantry;

constexpr std::size_t kMaxRequest = 64u << 20;
constexpr rlim_t kCpuSeconds = 900;
constexpr rlim_t kOpenFiles = 64;
constexpr int kNice = 10;  // images that arrive come first

Result<std::string> measure(const std::string& request) {
    return imaging::runJob(GANTRY_TRY(imaging::parseJob(request)));
}
Result<std::string> clean(const std::string& request) {
    return imaging::runCleanJob(GANTRY_TRY(imaging::parseCleanJob(request)));
}
Result<std::string> compress(const std::string& request) {
    return imaging::runCompressJob(GANTRY_TRY(imaging::parseCompressJob(request)));
}
Result<std::string> readText(const std::string& request) {
    return imaging::runReadJob(GANTRY_TRY(imaging::parseReadJob(request)));
}
Result<std::string> phantom(const std::string& request) {
    return imaging::runPhantomJob(GANTRY_TRY(imaging::parsePhantomJob(request)));
}

Result<std::string> view(const std::string& request) {
    return imaging::runViewJob(GANTRY_TRY(imaging::parseViewJob(request)));
}

struct Task {
    std::string_view argument;
    rlim_t address_bytes;  ///< files that are mapped count too
    rlim_t data_bytes;     ///< memory of its own
    rlim_t file_bytes;     ///< of a file that it writes
    Result<std::string> (*answer)(const std::string& request);
};
constexpr rlim_t kMiB = 1u << 20;
constexpr rlim_t kGiB = 1u << 30;
// What is cleaned is an image as large as it came, decoded at most. What is compressed is read in place, and
// never larger than 4 GiB.
constexpr Task kTasks[] = {{"", 3 * kGiB, 3 * kGiB, 64 * kMiB, measure},
                           {"--clean", 3 * kGiB, 3 * kGiB, 8 * kGiB, clean},
                           {"--compress", 8 * kGiB, kGiB, 8 * kGiB, compress},
                           {"--read", 3 * kGiB, 3 * kGiB, 64 * kMiB, readText},
                           {"--phantom", 3 * kGiB, 3 * kGiB, 64 * kMiB, phantom},
                           {"--view", 3 * kGiB, 2 * kGiB, 256 * kMiB, view}};

bool limitTo(__rlimit_resource what, rlim_t most) {
    const rlimit limit{most, most};
    return ::setrlimit(what, &limit) == 0;
}

// No core file: it would hold the patient's images.
bool giveUpRights(const Task& task) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    const bool memory = true;  // their shadow is larger than any limit
#else
    const bool memory = limitTo(RLIMIT_AS, task.address_bytes) && limitTo(RLIMIT_DATA, task.data_bytes);
#endif
    return memory && limitTo(RLIMIT_CPU, kCpuSeconds) && limitTo(RLIMIT_FSIZE, task.file_bytes) &&
           limitTo(RLIMIT_NOFILE, kOpenFiles) && limitTo(RLIMIT_CORE, 0) &&
           ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::setpriority(PRIO_PROCESS, 0, kNice) == 0;
}

Result<std::string> readAll(int fd) {
    std::string out;
    char buffer[65536];
    for (;;) {
        const auto got = ::read(fd, buffer, sizeof(buffer));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failErrno("reading the request", errno);
        if (got == 0) return out;
        if (out.size() + static_cast<std::size_t>(got) > kMaxRequest)
            return fail(Errc::BadFormat, "the request is too long");
        out.append(buffer, static_cast<std::size_t>(got));
    }
}

Result<> work(const Task& task) {
    const auto request = GANTRY_TRY(readAll(STDIN_FILENO));
    const auto answer = GANTRY_TRY(task.answer(request));
    return writeAll(STDOUT_FILENO, asBytes(answer));
}

}  // namespace

int main(int count, char** arguments) {
    const auto* task = std::ranges::find(kTasks, count > 1 ? arguments[1] : "", &Task::argument);
    if (task == std::end(kTasks)) {
        std::fputs("gantry-worker: it knows no such task\n", stderr);
        return 1;
    }
    if (!giveUpRights(*task)) {
        std::fputs("gantry-worker: the limits could not be set\n", stderr);
        return 1;
    }
    if (const auto done = work(*task); !done) {
        std::fprintf(stderr, "gantry-worker: %s\n", done.error().message().c_str());
        return gantry::describe(done.error().code).exit_code;
    }
    return 0;
}
