#pragma once
/// Another program for a test, killed with it.

#include <sys/types.h>

#include <string>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::test {

class ChildProcess {
public:
    /// Its standard output is read through readLine(); standard error goes where ours goes.
    explicit ChildProcess(const std::vector<std::string>& arguments);
    ~ChildProcess() { kill(); }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    /// A line without its end; "" when the program has closed its output.
    std::string readLine();
    /// Waits for its end. -1 when a signal ended it.
    int wait();
    pid_t pid() const { return pid_; }
    /// kill -9, and waits.
    void kill();

private:
    pid_t pid_ = -1;
    UniqueFd output_;
};

}  // namespace gantry::test
