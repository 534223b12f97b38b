/// gantry-worker: measures the pixels of one series, with --clean blanks burnt-in text in some instances,
/// with
/// --phantom runs the tests of a phantom study.
/// It reads one request on standard input, writes one answer on standard output and ends. It takes its own
/// rights away first: what it decodes may be hostile.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include <string_view>

#include "clean_job.hpp"
#include "gantry/core/files.hpp"
#include "job.hpp"
#include "phantom_job.hpp"

namespace {

using namespace gantry;

constexpr std::size_t kMaxRequest = 64u << 20;
constexpr rlim_t kMemoryBytes = 3ull << 30;
constexpr rlim_t kCpuSeconds = 900;
constexpr rlim_t kFileBytes = 64u << 20;
constexpr rlim_t kCleanedFileBytes = 8ull << 30;  // an image as large as it came, decoded at most
constexpr rlim_t kOpenFiles = 64;
constexpr int kNice = 10;  // images that arrive come first

bool limitTo(__rlimit_resource what, rlim_t most) {
    const rlimit limit{most, most};
    return ::setrlimit(what, &limit) == 0;
}

// No core file: it would hold the patient's images.
bool giveUpRights(bool clean) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    const bool memory = true;  // their shadow is larger than any limit
#else
    const bool memory = limitTo(RLIMIT_AS, kMemoryBytes);
#endif
    return memory && limitTo(RLIMIT_CPU, kCpuSeconds) &&
           limitTo(RLIMIT_FSIZE, clean ? kCleanedFileBytes : kFileBytes) &&
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

enum class Task { Measure, Clean, Phantom };

Task taskOf(int count, char** arguments) {
    const auto argument = std::string_view(count > 1 ? arguments[1] : "");
    return argument == "--clean" ? Task::Clean : argument == "--phantom" ? Task::Phantom : Task::Measure;
}

Result<> work(Task task) {
    const auto request = GANTRY_TRY(readAll(STDIN_FILENO));
    if (task == Task::Phantom) {
        const auto job = GANTRY_TRY(imaging::parsePhantomJob(request));
        return writeAll(STDOUT_FILENO, asBytes(imaging::runPhantomJob(job)));
    }
    if (task == Task::Clean) {
        const auto tasks = GANTRY_TRY(imaging::parseCleanJob(request));
        return writeAll(STDOUT_FILENO, asBytes(imaging::runCleanJob(tasks)));
    }
    const auto job = GANTRY_TRY(imaging::parseJob(request));
    return writeAll(STDOUT_FILENO, asBytes(imaging::runJob(job)));
}

}  // namespace

int main(int count, char** arguments) {
    const auto task = taskOf(count, arguments);
    if (!giveUpRights(task == Task::Clean)) {
        std::fputs("gantry-worker: the limits could not be set\n", stderr);
        return 1;
    }
    if (const auto done = work(task); !done) {
        std::fprintf(stderr, "gantry-worker: %s\n", done.error().message().c_str());
        return gantry::describe(done.error().code).exit_code;
    }
    return 0;
}
