#pragma once
/// Real programs as children of a test: started, waited for, stopped, killed.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::test {

struct Command {
    std::filesystem::path program;  ///< absolute, or found along PATH
    std::vector<std::string> arguments;
    std::filesystem::path log;  ///< standard output and error are appended here; empty: /dev/null
    std::vector<std::pair<std::string, std::string>> environment;  ///< set beside ours
};

/// A running child. It never outlives this object, nor the test: the kernel kills it when the test dies.
class Process {
public:
    /// @errors NotFound, Io
    static Result<Process> start(const Command& command);
    Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}
    Process& operator=(Process&& other) noexcept;
    ~Process() { kill(); }

    pid_t pid() const { return pid_; }
    /// False once it has ended, however it did.
    bool running();
    /// SIGKILL, and waits until it is gone.
    void kill();
    /// SIGTERM, then waits. @return its exit code. @errors Timeout (it is killed then)
    Result<int> stop(std::chrono::milliseconds within = std::chrono::seconds(10));
    /// @return its exit code, 128 + n when it died of signal n. @errors Timeout
    Result<int> wait(std::chrono::milliseconds within);
    /// User and system time spent so far, by it and by those of its children that it has reaped.
    std::chrono::milliseconds cpuTime() const;
    /// Children it has not reaped yet, running or not.
    std::size_t children() const;
    /// Now and at its highest.
    struct Memory {
        std::uint64_t resident_bytes = 0;
        std::uint64_t peak_bytes = 0;
    };
    Memory memory() const;

private:
    explicit Process(pid_t pid) : pid_(pid) {}
    pid_t pid_ = -1;
    std::optional<int> exit_code_;
};

/// A program of the Debian packages, or of GANTRY_BIN_DIR. Nullopt where there is none.
std::optional<std::filesystem::path> findProgram(const std::string& name);

/// Starts, waits for the end, and gives back the exit code.
Result<int> runToEnd(const Command& command, std::chrono::milliseconds within = std::chrono::seconds(60));

}  // namespace gantry::test
