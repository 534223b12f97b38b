// Two hubs behind one balancer: one Ceph for the bytes, one PostgreSQL for the index.
#include <sys/socket.h>

#include <atomic>
#include <csignal>
#include <random>
#include <thread>

#include "ceph_tests.hpp"
#include "hub_fixture.hpp"
#include "postgres_kit.hpp"
#include "sockets.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

namespace fs = std::filesystem;

/// Two machines of one sponsor. The first has the keys that open parcels; the second takes in and serves.
struct TwoHubs {
    TwoHubs(Ceph& ceph, Postgres& postgres)
        : bucket(must(ceph.makeBucket())),
          storage("version: 1\nindex: " + postgres.makeDatabase() +
                  "\nobjects: s3+http://127.0.0.1:" + std::to_string(ceph.port()) + "/" + bucket +
                  "/hub\ncredentials: " + ceph.sponsorCredentials().string() + "\n"),
          sponsor(storage) {
        must(makeDirectory(second));
        must(writeFileDurably(second / "storage.yaml", asBytes(storage)));
    }
    std::unique_ptr<central::Hub> startFirst() { return sponsor.start(); }
    std::unique_ptr<central::Hub> startSecond() {
        return sponsor.start([this](central::HubConfig& config) {
            config.directory = second;
            config.identity.reset();
            config.receipt_key.reset();
        });
    }

    std::string bucket, storage;
    SponsorEnd sponsor;
    fs::path second = sponsor.folder.path() / "second";
};

std::uint64_t offsetAt(const central::Hub& hub, const std::string& token, const std::string& path) {
    RawClient client(hub.port());
    const auto told = head(client, token, path);
    REQUIRE(told.status == 200);
    return std::stoull(told.headers.at("upload-offset"));
}

struct Both {
    Ceph* ceph = cephOrSkip();
    Postgres* postgres = ceph ? sharedPostgres() : nullptr;
};

}  // namespace

TEST_CASE("an upload begun at one hub goes on at the other, and both give out its receipt", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    auto first = hubs.startFirst();
    auto second = hubs.startSecond();
    const auto& token = hubs.sponsor.token;
    const auto parcel = makeTestParcel(hubs.sponsor, {.instance_bytes = 20u << 20});
    RawClient at_first(first->port());
    RawClient at_second(second->port());
    const auto third = parcel.bytes.size() / 3;

    const auto path = createUpload(at_first, token, parcel.bytes.size(), parcel.metadata);
    REQUIRE(patch(at_first, token, path, 0, parcel.bytes.substr(0, third)).status == 204);
    CHECK(offsetAt(*second, token, path) == third);
    REQUIRE(patch(at_second, token, path, third, parcel.bytes.substr(third, third)).status == 204);
    CHECK(patch(at_first, token, path, third, "x").status == 409);  // it knows that the other went on
    CHECK(offsetAt(*first, token, path) == 2 * third);
    REQUIRE(patch(at_first, token, path, 2 * third, parcel.bytes.substr(2 * third)).status == 204);
    CHECK(offsetAt(*second, token, path) == parcel.bytes.size());

    for (auto* client : {&at_first, &at_second})
        CHECK(waitForReceipt(*client, token, parcel.id).find(parcel.sha256) != std::string::npos);
    first.reset();
    second.reset();
    // Nothing of it stays where hubs only work, and in the bucket the parcel alone.
    const auto left = must(real.ceph->ask({"GET", "/" + hubs.bucket})).body;
    CHECK(countIn(left, "<Key>") == 1);
    CHECK(countIn(left, "<Key>hub/parcels/0417/p1-" + parcel.sha256 + ".age</Key>") == 1);
    for (const auto& directory : {hubs.sponsor.directory, hubs.second}) {
        CHECK(fs::is_empty(directory / "uploads"));
        for (const auto& entry : fs::recursive_directory_iterator(directory / "parcels"))
            CHECK(entry.is_directory());
    }
}

TEST_CASE("what the other hub took in is opened by the one with the keys", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    const auto parcel = makeTestParcel(hubs.sponsor);
    {
        const auto second = hubs.startSecond();
        RawClient client(second->port());
        REQUIRE(deliver(client, hubs.sponsor.token, parcel) == 204);
    }
    const auto first = hubs.startFirst();
    RawClient client(first->port());
    CHECK(waitForReceipt(client, hubs.sponsor.token, parcel.id).find(parcel.sha256) != std::string::npos);
    const auto later = makeTestParcel(hubs.sponsor, {.id = "p2"});
    const auto second = hubs.startSecond();
    RawClient at_second(second->port());
    REQUIRE(deliver(at_second, hubs.sponsor.token, later) == 204);
    CHECK_FALSE(waitForReceipt(at_second, hubs.sponsor.token, later.id).empty());
}

TEST_CASE("a hub that is gone for good loses nothing that it said to have", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    const auto& token = hubs.sponsor.token;
    const auto parcel = makeTestParcel(hubs.sponsor, {.instance_bytes = 3u << 20});
    const auto half = parcel.bytes.size() / 2;
    std::string path;
    {
        const auto second = hubs.startSecond();
        RawClient client(second->port());
        path = createUpload(client, token, parcel.bytes.size(), parcel.metadata);
        REQUIRE(patch(client, token, path, 0, parcel.bytes.substr(0, half)).status == 204);
        // A request that breaks off: what came of it counts as well.
        client.send(tusRequest("PATCH", path, token,
                               "Content-Type: application/offset+octet-stream\r\nUpload-Offset: " +
                                   std::to_string(half) + "\r\nContent-Length: 500000\r\n") +
                    parcel.bytes.substr(half, 400'000));
    }
    fs::remove_all(hubs.second);
    const auto first = hubs.startFirst();
    const auto offset = offsetAt(*first, token, path);
    CHECK(offset >= half);
    RawClient client(first->port());
    REQUIRE(patch(client, token, path, offset, parcel.bytes.substr(offset)).status == 204);
    CHECK(waitForReceipt(client, token, parcel.id).find(parcel.sha256) != std::string::npos);
}

TEST_CASE("parts that came in at two hubs are put together", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    const auto first = hubs.startFirst();
    const auto second = hubs.startSecond();
    const auto& token = hubs.sponsor.token;
    const auto parcel = makeTestParcel(hubs.sponsor, {.instance_bytes = 2u << 20});
    const auto half = parcel.bytes.size() / 2;
    std::string parts;
    const auto send = [&](const central::Hub& hub, const std::string& bytes) {
        RawClient client(hub.port());
        const auto made = client.ask(
            tusRequest("POST", "/tus/", token,
                       "Upload-Concat: partial\r\nUpload-Length: " + std::to_string(bytes.size()) + "\r\n"));
        REQUIRE(made.status == 201);
        const auto path = made.headers.at("location");
        REQUIRE(patch(client, token, path, 0, bytes).status == 204);
        parts += " " + path;
    };
    send(*first, parcel.bytes.substr(0, half));
    send(*second, parcel.bytes.substr(half));
    RawClient client(second->port());
    const auto made = client.ask(tusRequest(
        "POST", "/tus/", token,
        "Upload-Concat: final;" + parts.substr(1) + "\r\nUpload-Metadata: " + parcel.metadata + "\r\n"));
    REQUIRE(made.status == 201);
    CHECK(waitForReceipt(client, token, parcel.id).find(parcel.sha256) != std::string::npos);
}

TEST_CASE("one parcel that comes to both hubs with two contents is taken in once", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    const auto first = hubs.startFirst();
    const auto second = hubs.startSecond();
    const auto one = makeTestParcel(hubs.sponsor);
    const auto other = makeTestParcel(hubs.sponsor);
    const auto& token = hubs.sponsor.token;
    RawClient at_first(first->port());
    RawClient at_second(second->port());
    const auto path_one = createUpload(at_first, token, one.bytes.size(), one.metadata);
    const auto path_other = createUpload(at_second, token, other.bytes.size(), other.metadata);
    CHECK(patch(at_first, token, path_one, 0, one.bytes).status == 204);
    CHECK(patch(at_second, token, path_other, 0, other.bytes).status == 422);
    CHECK(waitForReceipt(at_second, token, one.id).find(one.sha256) != std::string::npos);
}

TEST_CASE("both hubs serve the inbox that lies in the bucket", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    // A trial of its own beside the keys that the fixture made.
    const auto trial = hubs.sponsor.folder.path() / "trial";
    must(makeDirectory(trial));
    must(writeFileDurably(trial / "storage.yaml", asBytes(hubs.storage)));
    std::string command =
        std::string(GANTRY_BIN_DIR) + "/gantry-central init " + trial.string() +
        " --trial onc-demo --title T --person alice --person bob --hub https://hub.example --store "
        "s3+http://127.0.0.1:" +
        std::to_string(real.ceph->port()) + "/" + hubs.bucket + "/inbox --store-credentials " +
        real.ceph->sponsorCredentials().string();
    for (const auto* name : {"alice", "bob", "desk"}) {
        const auto file = hubs.sponsor.folder.path() / name;
        must(writeFileDurably(file, asBytes(std::string("the passphrase of ") + name + "\n")));
        command += std::string(" --passphrase-file ") + name + "=" + file.string();
    }
    const auto made = runCommand(command + " 2>&1");
    INFO(made.output);
    REQUIRE(made.exit_code == 0);
    must(writeFileDurably(hubs.second / "sponsor.json", asBytes(must(readFile(trial / "sponsor.json")))));
    const auto first = hubs.sponsor.start([&](central::HubConfig& config) {
        config.directory = trial;
        config.identity = trial / "identity.txt";
        config.receipt_key = trial / "receipt.key";
    });
    const auto second = hubs.startSecond();
    for (const auto* name : {"1.root.json", "root.json"}) {
        std::vector<std::string> bodies;
        for (const auto* hub : {&first, &second}) {
            RawClient client((*hub)->port());
            const auto answer =
                client.ask(std::string("GET /inbox/metadata/") + name + " HTTP/1.1\r\nHost: hub\r\n\r\n");
            CHECK(answer.status == 200);
            bodies.push_back(answer.body);
        }
        CHECK(bodies.front() == bodies.back());
        CHECK(bodies.front().find("\"signed\"") != std::string::npos);
    }
}

namespace {

/// A site behind a balancer that gives each request to any hub; a hub may die at any moment.
struct RestlessSite {
    std::array<std::atomic<std::uint16_t>, 2>& ports;
    std::string token;
    std::mt19937 random;
    int broken_promises = 0;

    RawAnswer ask(const std::string& request) {
        const auto line = connectTo(ports.at(random() % 2));
        if (!line) return {};
        sendAll(line.get(), request);
        std::string text;
        std::array<char, 4096> piece{};
        for (ssize_t got = 0; (got = ::read(line.get(), piece.data(), piece.size())) > 0;)
            text.append(piece.data(), static_cast<std::size_t>(got));
        RawAnswer answer;
        if (text.find("\r\n\r\n") == std::string::npos) return answer;
        answer.status = std::stoi(text.substr(9, 3));
        for (const std::string name : {"Location", "Upload-Offset"}) {
            const auto at = text.find("\r\n" + name + ": ");
            if (at == std::string::npos) continue;
            const auto begin = at + name.size() + 4;
            answer.headers[name] = text.substr(begin, text.find("\r\n", begin) - begin);
        }
        return answer;
    }

    /// Until a hub says that all of it is there.
    void deliver(const TestParcel& parcel) {
        const std::string last = "Connection: close\r\n";
        std::string path;
        for (std::size_t promised = 0;;) {
            if (path.empty()) {
                promised = 0;
                path = ask(tusRequest("POST", "/tus/", token,
                                      last + "Upload-Length: " + std::to_string(parcel.bytes.size()) +
                                          "\r\nUpload-Metadata: " + parcel.metadata + "\r\n"))
                           .headers["Location"];
                continue;
            }
            const auto told = ask(tusRequest("HEAD", path, token, last));
            if (told.status == 410) path.clear();
            if (told.status != 200) continue;
            const auto offset = static_cast<std::size_t>(std::stoull(told.headers.at("Upload-Offset")));
            if (offset < promised) ++broken_promises;
            if (offset == parcel.bytes.size()) return;
            const auto length =
                std::min<std::size_t>(parcel.bytes.size() - offset, 50'000 + random() % 400'000);
            const auto answer =
                ask(tusRequest("PATCH", path, token,
                               last + "Content-Type: application/offset+octet-stream\r\nUpload-Offset: " +
                                   std::to_string(offset) + "\r\n",
                               parcel.bytes.substr(offset, length)));
            if (answer.status == 204) promised = offset + length;
        }
    }
};

}  // namespace

TEST_CASE("hubs that are killed at random moments lose nothing that either said to have", "[hubs]") {
    const Both real;
    if (!real.postgres) return;
    TwoHubs hubs(*real.ceph, *real.postgres);
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::vector<TestParcel> parcels;
    for (int i = 0; i < 6; ++i)
        parcels.push_back(
            makeTestParcel(hubs.sponsor, {.id = "p" + std::to_string(i), .instance_bytes = 3u << 20}));
    HubProcess first(hubs.sponsor);
    HubProcess second(hubs.sponsor, "second");
    std::array<std::atomic<std::uint16_t>, 2> ports{first.port(), second.port()};
    std::atomic<int> broken = 0, unfinished = 2;
    std::vector<std::jthread> sites;
    for (unsigned half = 0; half < 2; ++half)
        sites.emplace_back([&, half] {
            RestlessSite site{ports, hubs.sponsor.token, std::mt19937(seed + half)};
            for (std::size_t i = half; i < parcels.size(); i += 2) site.deliver(parcels[i]);
            broken += site.broken_promises;
            --unfinished;
        });
    std::mt19937 random(seed);
    int kills = 0;
    for (; kills < 40 && unfinished > 0; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 400));
        const bool at_first = random() % 2 == 0;
        auto& hub = at_first ? first : second;
        hub.kill(SIGKILL);
        hub.start();
        ports.at(at_first ? 0 : 1) = hub.port();
    }
    sites.clear();
    CHECK(kills > 2);
    CHECK(broken == 0);
    RawClient client(second.port());
    for (const auto& parcel : parcels)
        CHECK(waitForReceipt(client, hubs.sponsor.token, parcel.id).find(parcel.sha256) != std::string::npos);
}
