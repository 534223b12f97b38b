#pragma once
/// What the tests on Ceph share.

#include <functional>
#include <memory>
#include <string>

#include "ceph.hpp"
#include "s3_fixture.hpp"
#include "wait.hpp"

namespace gantry::test {

inline constexpr std::size_t kPart = 5 * kMiB;
inline constexpr std::uint64_t kHeads = 200'000;  // bytes of requests' heads and lists, at most

/// One for all cases. nullptr, said loudly, where Ceph is not installed or does not start.
inline Ceph* cephOrSkip() {
    static const auto ceph = Ceph::start();
    if (ceph) return ceph->get();
    skipLoudly("no Ceph (" + ceph.error().message() + "); packaging/install-build-deps --tests installs it");
    return nullptr;
}

inline std::unique_ptr<uplink::Transport> transportTo(
    const Ceph& ceph, std::uint16_t port, const std::string& bucket,
    const std::function<void(uplink::S3Config&)>& change = {}) {
    auto config = must(ceph.config(port, bucket));
    if (change) change(config);
    return must(uplink::makeS3Transport(std::move(config)));
}

inline std::string stored(const Ceph& ceph, const std::string& bucket,
                          const std::string& key = "in/7f0c.age") {
    const auto seen = must(ceph.ask({"GET", "/" + bucket + "/" + key}));
    CHECK(seen.status == 200);
    return seen.body;
}

inline std::size_t countIn(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

inline std::size_t unfinished(const Ceph& ceph, const std::string& bucket) {
    return countIn(must(ceph.ask({"GET", "/" + bucket + "?uploads"})).body, "<UploadId>");
}

/// Attempts until the object is there, as a courier makes them; every error must allow another one.
inline void putUntilDone(uplink::Transport& transport, const uplink::PutObject& object,
                         uplink::UploadMemory& memory) {
    const bool arrived = waitUntil(
        [&] {
            const auto done = transport.put(object, memory, {});
            if (done) return true;
            INFO(done.error().message());
            REQUIRE(describe(done.error().code).retry != Retry::Never);
            return false;
        },
        std::chrono::seconds(60));
    REQUIRE(arrived);
}

}  // namespace gantry::test
