// Bad days on the way to Ceph: killed processes, lines that are cut, stall, damage and lose answers.
#include "ceph_tests.hpp"
#include "child_process.hpp"
#include "fault_proxy.hpp"

namespace gantry::uplink {

using namespace gantry::test;

TEST_CASE("a put that is killed costs at most a part of each connection", "[s3][ceph][fault]") {
    auto* ceph = cephOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const TestObject o(40 * kMiB);
    const int connections = GENERATE(1, 3);
    CAPTURE(connections);
    const auto memory = o.folder.path() / "memory";
    const std::vector<std::string> command{std::string(GANTRY_BIN_DIR) + "/put_object",
                                           "--endpoint",
                                           Ceph::url(proxy.port(), bucket),
                                           "--credentials",
                                           ceph->sponsorCredentials(),
                                           "--name",
                                           "killed-" + std::to_string(connections),
                                           "--file",
                                           o.object.file,
                                           "--memory",
                                           memory,
                                           "--chunk-bytes",
                                           std::to_string(kPart),
                                           "--connections",
                                           std::to_string(connections)};
    for (const std::uint64_t until : {12 * kMiB, 28 * kMiB}) {
        proxy.setRate(60 * kMiB, {});
        ChildProcess put(command);
        REQUIRE(waitUntil([&] { return proxy.bytesUp() > until; }, std::chrono::seconds(30)));
        put.kill();
    }
    proxy.setRate({}, {});
    ChildProcess put(command);
    std::string last;
    for (auto line = put.readLine(); !line.empty(); line = put.readLine()) last = line;
    CHECK(put.wait() == 0);
    CHECK(last == "done");
    CHECK((stored(*ceph, bucket, "in/killed-" + std::to_string(connections)) == o.content));
    const auto again = static_cast<std::uint64_t>(2 * connections) * kPart;
    CHECK(proxy.bytesUp() <= o.content.size() + again + kHeads);
    CHECK(unfinished(*ceph, bucket) == 0);
}

TEST_CASE("a line that is cut, stalls, damages and loses answers costs no person's time",
          "[s3][ceph][fault]") {
    auto* ceph = cephOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const TestObject o(40 * kMiB);
    using Kind = LineFault::Kind;
    const auto kinds =
        GENERATE(std::vector<Kind>{Kind::Flip}, std::vector<Kind>{Kind::LoseAnswer, Kind::Cut},
                 std::vector<Kind>{Kind::Cut, Kind::Flip, Kind::LoseAnswer, Kind::Stall, Kind::Down});
    const int connections = GENERATE(1, 4);
    const auto seed = faultSeed();
    CAPTURE(seed, connections, kinds.size());
    const auto transport =
        transportTo(*ceph, proxy.port(), bucket, [&](S3Config& config) { config.connections = connections; });
    constexpr std::size_t kFaults = 6;
    proxy.arm(drawFaults({seed, kFaults, 30 * kMiB, kinds}));
    RememberedUpload memory;
    putUntilDone(*transport, o.object, memory);
    CHECK((stored(*ceph, bucket) == o.content));
    const auto faults = proxy.struck().size();
    CHECK(faults >= 1);
    const auto again = faults * static_cast<std::uint64_t>(connections) * kPart;
    CHECK(proxy.bytesUp() <= o.content.size() + again + kHeads);
    CHECK(unfinished(*ceph, bucket) == 0);
}

TEST_CASE("an answer to the completion that is lost is no second object", "[s3][ceph][fault]") {
    auto* ceph = cephOrSkip();
    if (ceph == nullptr) return;
    const auto bucket = must(ceph->makeBucket());
    FaultProxy proxy(ceph->port());
    const TestObject o(3 * kPart);
    const auto transport = transportTo(*ceph, proxy.port(), bucket);
    RememberedUpload memory;
    int lost = 0;
    memory.on_progress = [&](std::uint64_t sent) {
        if (sent == o.content.size() && ++lost == 1) proxy.loseNextAnswer();
    };
    putUntilDone(*transport, o.object, memory);
    CHECK(lost > 0);
    CHECK((stored(*ceph, bucket) == o.content));
    CHECK(proxy.bytesUp() <= o.content.size() + kHeads);
    CHECK(unfinished(*ceph, bucket) == 0);
}

}  // namespace gantry::uplink
