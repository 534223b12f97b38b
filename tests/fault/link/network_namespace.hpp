#pragma once
/// A network of its own for a test: loopback with the packet size of a real line, whose rate can be set and
/// whose cable can be pulled. Needs root.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::test {

class NetworkNamespace {
public:
    /// Null where the kernel or our rights do not allow it: skipLoudly() was called.
    static std::unique_ptr<NetworkNamespace> make();
    ~NetworkNamespace();
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    /// Runs `work` on a thread that lives in this network, as do the threads it starts, and waits for it.
    void run(const std::function<void()>& work) const;
    /// `arguments` as a command that runs there.
    std::vector<std::string> command(const std::vector<std::string>& arguments) const;

    /// Everything on its loopback, both ways together, goes at so many bytes a second. 0: no bound.
    void setRate(std::uint64_t bytes_per_second);
    /// One packet of `one_in` is lost; 0: none.
    void setLoss(unsigned one_in);
    /// While pulled no packet of TCP passes, and nobody is told.
    void pullCable(bool pulled);
    /// Names are asked of 127.0.0.1 there. Before run().
    void useResolverThere();

private:
    NetworkNamespace(std::string name, TemporaryDirectory folder);
    bool tool(const std::string& arguments) const;
    void filter(const std::string& rule) const;
    void enter() const;

    const std::string name_;
    const TemporaryDirectory folder_;
    bool own_resolver_ = false;
};

}  // namespace gantry::test
