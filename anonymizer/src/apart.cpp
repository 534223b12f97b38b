#include "apart.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kAnswered = 'A';

/// Pages that this process has mapped, all kinds: the limit of the child counts them too.
std::uint64_t mappedBytes() {
    std::uint64_t pages = 0;
    if (const auto file = std::fopen("/proc/self/statm", "re")) {
        unsigned long long read = 0;
        if (std::fscanf(file, "%llu", &read) == 1) pages = read;
        std::fclose(file);
    }
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void limit(__rlimit_resource resource, std::uint64_t value) {
    const rlimit both{value, value};
    ::setrlimit(resource, &both);
}

void writeAnswer(int fd, const std::string& answer) {
    const auto whole = kAnswered + answer;
    for (std::size_t done = 0; done < whole.size();) {
        const auto written = ::write(fd, whole.data() + done, whole.size() - done);
        if (written < 0 && errno != EINTR) ::_exit(1);
        if (written > 0) done += static_cast<std::size_t>(written);
    }
}

/// Never returns. Keeps the way back as descriptor 3 and closes the rest.
[[noreturn]] void runChild(int fd, std::uint64_t mapped, const ApartLimits& limits,
                           const std::function<std::optional<std::string>()>& work) {
    constexpr int kWayBack = 3;
    if (fd != kWayBack && ::dup2(fd, kWayBack) < 0) ::_exit(1);
    ::close_range(kWayBack + 1, ~0u, 0);
    for (int standard = 0; standard < kWayBack; ++standard) ::close(standard);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 0);
    ::signal(SIGPIPE, SIG_DFL);
    limit(RLIMIT_AS, mapped + limits.memory_bytes);
    limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu.count()));
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 0);
    try {
        if (const auto answer = work()) writeAnswer(kWayBack, *answer);
    } catch (const std::exception&) {
        ::_exit(1);  // no answer: the caller does without
    }
    ::_exit(0);
}

/// All that comes until the other end closes; nullopt when it is too much or takes too long.
std::optional<std::string> readAnswer(int fd, const ApartLimits& limits) {
    const auto deadline = Clock::now() + limits.wall;
    std::string answer;
    std::array<char, 65536> buffer{};
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return std::nullopt;
        pollfd wait{fd, POLLIN, 0};
        const auto ready = ::poll(&wait, 1, static_cast<int>(left));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return std::nullopt;
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::nullopt;
        if (count == 0) return answer;
        answer.append(buffer.data(), static_cast<std::size_t>(count));
        if (answer.size() > limits.answer_bytes) return std::nullopt;
    }
}

}  // namespace

std::optional<std::string> runApart(const std::function<std::optional<std::string>()>& work,
                                    const ApartLimits& limits) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    const UniqueFd reading(ends[0]);
    UniqueFd writing(ends[1]);
    const auto mapped = mappedBytes();
    const auto child = ::fork();
    if (child < 0) return std::nullopt;
    if (child == 0) runChild(writing.get(), mapped, limits, work);
    writing = UniqueFd();
    auto answer = readAnswer(reading.get(), limits);
    ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (!answer || answer->empty() || answer->front() != kAnswered) return std::nullopt;
    return answer->substr(1);
}

}  // namespace gantry::anonymizer
