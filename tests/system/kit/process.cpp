#include "process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gantry/core/files.hpp"
#include "wait.hpp"

namespace gantry::test {

namespace {

using std::chrono::milliseconds;

int exitCodeOf(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> environmentOf(const Command& command) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
    for (const auto& [name, value] : command.environment) {
        std::erase_if(entries, [&](const std::string& entry) { return entry.starts_with(name + "="); });
        entries.push_back(name + "=" + value);
    }
    return entries;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// In the child, between fork and exec: system calls only.
[[noreturn]] void becomeProgram(const char* program, char** arguments, char** environment, int log,
                                pid_t parent) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // the test died before the line above
    const int null = ::open("/dev/null", O_RDWR);
    const int out = log >= 0 ? log : null;
    (void)::dup2(null, STDIN_FILENO);
    (void)::dup2(out, STDOUT_FILENO);
    (void)::dup2(out, STDERR_FILENO);
    (void)::signal(SIGPIPE, SIG_DFL);
    ::execve(program, arguments, environment);
    ::_exit(127);
}

Result<UniqueFd> openLog(const std::filesystem::path& path) {
    if (path.empty()) return UniqueFd();
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!fd) return failErrno("opening " + path.string(), errno);
    return fd;
}

}  // namespace

std::optional<std::filesystem::path> findProgram(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(GANTRY_BIN_DIR) + ":" +
                               (path != nullptr ? path : "/usr/bin:/bin"));
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto candidate = std::filesystem::path(folder) / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return std::nullopt;
}

Result<Process> Process::start(const Command& command) {
    const auto program = command.program.is_absolute() ? std::optional(command.program)
                                                       : findProgram(command.program.string());
    if (!program || ::access(program->c_str(), X_OK) != 0)
        return fail(Errc::NotFound, "program " + command.program.string());
    const auto log = GANTRY_TRY(openLog(command.log));
    std::vector<std::string> arguments{program->string()};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    auto environment = environmentOf(command);
    const auto argument_pointers = pointersTo(arguments);
    const auto environment_pointers = pointersTo(environment);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) return failErrno("fork", errno);
    if (child == 0)
        becomeProgram(program->c_str(), const_cast<char**>(argument_pointers.data()),
                      const_cast<char**>(environment_pointers.data()), log.get(), parent);
    return Process(child);
}

Process& Process::operator=(Process&& other) noexcept {
    if (this == &other) return *this;
    kill();
    pid_ = std::exchange(other.pid_, -1);
    exit_code_ = other.exit_code_;
    return *this;
}

bool Process::running() {
    if (pid_ < 0 || exit_code_) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
    exit_code_ = exitCodeOf(status);
    return false;
}

void Process::kill() {
    if (!running()) return;
    (void)::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    exit_code_ = exitCodeOf(status);
}

Result<int> Process::wait(milliseconds within) {
    if (!waitUntil([this] { return !running(); }, within))
        return fail(Errc::Timeout, "waiting for a program's end");
    return exit_code_.value_or(127);
}

Result<int> Process::stop(milliseconds within) {
    if (running()) (void)::kill(pid_, SIGTERM);
    auto ended = wait(within);
    if (!ended) kill();
    return ended;
}

milliseconds Process::cpuTime() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string line;
    std::getline(file, line);
    const auto after_name = line.rfind(')');  // the name may hold blanks and parentheses
    if (after_name == line.npos) return milliseconds(0);
    std::istringstream fields(line.substr(after_name + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;  // state is field 3, utime field 14: proc(5)
    long own_user = 0, own_system = 0, reaped_user = 0, reaped_system = 0;
    fields >> own_user >> own_system >> reaped_user >> reaped_system;
    return milliseconds((own_user + own_system + reaped_user + reaped_system) * 1000 /
                        ::sysconf(_SC_CLK_TCK));
}

std::size_t Process::children() const {
    const auto pid = std::to_string(pid_);
    std::ifstream file("/proc/" + pid + "/task/" + pid + "/children");
    std::size_t count = 0;
    for (std::string child; file >> child;) ++count;
    return count;
}

Process::Memory Process::memory() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
    Memory memory;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) memory.resident_bytes = std::stoull(line.substr(6)) * 1024;
        if (line.starts_with("VmHWM:")) memory.peak_bytes = std::stoull(line.substr(6)) * 1024;
    }
    return memory;
}

Result<int> runToEnd(const Command& command, milliseconds within) {
    auto process = GANTRY_TRY(Process::start(command));
    return process.wait(within);
}

}  // namespace gantry::test
