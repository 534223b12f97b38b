#include "network_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <thread>

#include "gantry/core/crypto.hpp"
#include "support.hpp"

namespace gantry::test {
namespace {

bool shell(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

void require(bool good, const std::string& what) {
    if (!good) throw std::runtime_error(what);
}

}  // namespace

std::unique_ptr<NetworkNamespace> NetworkNamespace::make() {
    const auto name = "gantry-" + randomHex(4);
    if (!shell("ip netns add " + name)) {
        skipLoudly(
            "no network namespaces here: they need root, iproute2 and a kernel that lets them be made");
        return nullptr;
    }
    auto made = std::unique_ptr<NetworkNamespace>(new NetworkNamespace(name, temporaryDirectory()));
    // With the 64 KiB packets of loopback a token bucket stalls.
    require(made->tool("ip link set lo mtu 1500 up"), "loopback of the namespace");
    return made;
}

NetworkNamespace::NetworkNamespace(std::string name, TemporaryDirectory folder)
    : name_(std::move(name)), folder_(std::move(folder)) {}

NetworkNamespace::~NetworkNamespace() {
    shell("ip netns del " + name_);
}

bool NetworkNamespace::tool(const std::string& arguments) const {
    return shell("ip netns exec " + name_ + " " + arguments);
}

std::vector<std::string> NetworkNamespace::command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"ip", "netns", "exec", name_};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

void NetworkNamespace::setRate(std::uint64_t bytes_per_second) {
    tool("tc qdisc del dev lo root");
    if (bytes_per_second == 0) return;
    // A burst of 10 ms, and a queue of 50 ms as a good router has.
    const auto burst = std::max<std::uint64_t>(bytes_per_second / 100, 16'000);
    require(tool("tc qdisc add dev lo root tbf rate " + std::to_string(bytes_per_second * 8) + "bit burst " +
                 std::to_string(burst) + " latency 50ms"),
            "tc tbf in the namespace");
}

void NetworkNamespace::filter(const std::string& rule) const {
    tool("nft delete table inet line");
    if (rule.empty()) return;
    require(tool("nft add table inet line"), "nft in the namespace");
    require(tool("nft 'add chain inet line in { type filter hook input priority 0; }'"), "nft chain");
    require(tool("nft 'add rule inet line in " + rule + " drop'"), "nft rule");
}

void NetworkNamespace::setLoss(unsigned one_in) {
    filter(one_in == 0 ? "" : "meta l4proto tcp numgen random mod " + std::to_string(one_in) + " 0");
}

void NetworkNamespace::pullCable(bool pulled) {
    filter(pulled ? "meta l4proto tcp" : "");
}

void NetworkNamespace::useResolverThere() {
    must(writeFileDurably(folder_.path() / "resolv.conf", asBytes("nameserver 127.0.0.1\n"), 0644));
    own_resolver_ = true;
}

// Of the calling thread alone.
void NetworkNamespace::enter() const {
    const auto fd = must(openFile("/run/netns/" + name_, OpenMode::Read));
    require(::setns(fd.get(), CLONE_NEWNET) == 0, "entering the namespace");
    if (!own_resolver_) return;
    require(::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                ::mount((folder_.path() / "resolv.conf").c_str(), "/etc/resolv.conf", nullptr, MS_BIND,
                        nullptr) == 0,
            "a resolv.conf of its own");
}

void NetworkNamespace::run(const std::function<void()>& work) const {
    std::exception_ptr thrown;
    std::jthread([&] {
        try {
            enter();
            work();
        } catch (...) {
            thrown = std::current_exception();  // a test that failed, for the thread that waits
        }
    }).join();
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace gantry::test
