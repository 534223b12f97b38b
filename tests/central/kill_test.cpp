// kill -9 of gantry-hub at random moments while parcels come in.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>
#include <random>
#include <thread>

#include "gantry/core/crypto.hpp"
#include "gantry/core/sqlite.hpp"
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;
using namespace std::chrono_literals;

namespace {

/// A client that may lose its line at any moment; every call says whether an answer came.
class StubbornClient {
public:
    StubbornClient(const std::atomic<std::uint16_t>& port, std::string token)
        : port_(port), token_(std::move(token)) {}

    /// Until the hub says it has every byte. Counts answers that contradict what was said before.
    void deliver(const TestParcel& parcel, std::mt19937& random) {
        std::string path;
        std::size_t promised = 0;
        for (;;) {
            if (path.empty() && !create(parcel, path)) continue;
            const auto offset = askOffset(path);
            if (offset == kNoAnswer) continue;
            if (offset < promised) ++broken_promises;
            if (offset == parcel.bytes.size()) return;
            const auto length =
                std::min<std::size_t>(parcel.bytes.size() - offset, 50'000 + random() % 400'000);
            const auto sum = random() % 2 == 0 ? checksumOf(parcel.bytes.substr(offset, length)) : "";
            const auto answer =
                ask(tusRequest("PATCH", path, token_,
                               "Content-Type: application/offset+octet-stream\r\nUpload-Offset: " +
                                   std::to_string(offset) + "\r\n" + sum,
                               parcel.bytes.substr(offset, length)));
            if (answer.status == 204) promised = offset + length;
            if (answer.status == 410 || answer.status == 460) ++refusals;
        }
    }

    std::string receipt(const std::string& parcel_id) {
        RawAnswer answer;
        for (int i = 0; i < 1000 && answer.status != 200; ++i) {
            answer = ask("GET /inbox/receipts/" + parcel_id +
                         ".json HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token_ + "\r\n\r\n");
            if (answer.status != 200) std::this_thread::sleep_for(10ms);
        }
        return answer.body;
    }

    int broken_promises = 0;
    int refusals = 0;

private:
    static constexpr std::size_t kNoAnswer = std::string::npos;

    static std::string checksumOf(const std::string& bytes) {
        return "Upload-Checksum: sha256 " + toBase64(sha256(asBytes(bytes))) + "\r\n";
    }
    RawAnswer ask(const std::string& request, bool is_head = false) {
        auto client = RawClient::tryConnect(port_);
        if (!client) {
            std::this_thread::sleep_for(2ms);
            return {};
        }
        client->send(request);
        return client->answer(is_head);
    }
    bool create(const TestParcel& parcel, std::string& path) {
        const auto answer = ask(tusRequest("POST", "/tus/", token_,
                                           "Upload-Length: " + std::to_string(parcel.bytes.size()) +
                                               "\r\nUpload-Metadata: " + parcel.metadata + "\r\n"));
        if (answer.status != 201) return false;
        path = answer.headers.at("location");
        return true;
    }
    std::size_t askOffset(const std::string& path) {
        const auto answer = ask(tusRequest("HEAD", path, token_), true);
        if (answer.status == 404 || answer.status == 410) ++refusals;
        return answer.status == 200 ? std::stoul(answer.headers.at("upload-offset")) : kNoAnswer;
    }

    const std::atomic<std::uint16_t>& port_;
    const std::string token_;
};

std::size_t openedParcels(const SponsorEnd& sponsor) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(sponsor.directory / "opened"))
        if (entry.path().filename() == "manifest.json") ++count;
    return count;
}

}  // namespace

TEST_CASE("kill -9 at any moment loses nothing, doubles nothing, and receipts come out right", "[kill]") {
    const SponsorEnd sponsor;
    constexpr int kParcels = 24;
    constexpr int kKills = 50;
    std::vector<TestParcel> parcels;
    for (int i = 0; i < kParcels; ++i)
        parcels.push_back(
            makeTestParcel(sponsor, {.id = "p" + std::to_string(i), .instance_bytes = 700'000}));

    HubProcess hub(sponsor);
    std::atomic<std::uint16_t> port = hub.port();
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::atomic<int> kills = 0;
    std::jthread killer([&](const std::stop_token& stop) {
        std::mt19937 random(seed);
        while (!stop.stop_requested() && kills < kKills) {
            std::this_thread::sleep_for(std::chrono::microseconds(1000 + random() % 60'000));
            hub.kill(SIGKILL);
            hub.start();
            port = hub.port();
            ++kills;
        }
    });
    StubbornClient client(port, sponsor.token);
    std::mt19937 random(seed + 1);
    // Until all kills are done parcels come again and again; a parcel that is there already is one parcel.
    do {
        for (const auto& parcel : parcels) client.deliver(parcel, random);
    } while (kills < kKills);
    killer.join();

    CHECK(client.broken_promises == 0);
    CHECK(client.refusals == 0);
    const std::array<Ed25519PublicKey, 1> keys = {ed25519PublicKey(sponsor.seed)};
    for (const auto& parcel : parcels) {
        const auto receipt = uplink::verifyReceipt(client.receipt(parcel.id), keys);
        REQUIRE(receipt.has_value());
        CHECK(receipt->sha256 == parcel.sha256);
        CHECK(toHex(must(sha256File(sponsor.directory / "parcels/0417" / (parcel.id + ".age")))) ==
              parcel.sha256);
    }
    CHECK(openedParcels(sponsor) == kParcels);
    hub.kill(SIGTERM);
    CHECK(hub.wait() == 0);
    CHECK(std::filesystem::is_empty(sponsor.directory / "opened/.arriving/0417"));
    auto index = must(Database::open(sponsor.directory / "index.sqlite", Database::Mode::ReadOnly));
    auto count = must(
        index.prepare("SELECT count(*), sum(state = 'opened'), (SELECT count(*) FROM incident) FROM parcel"));
    REQUIRE(must(count.step()));
    CHECK(count.integer(0) == kParcels);
    CHECK(count.integer(1) == kParcels);
    CHECK(count.integer(2) == 0);
}

TEST_CASE("SIGTERM ends the hub with an upload under way, whose bytes stay", "[kill]") {
    const SponsorEnd sponsor;
    HubProcess hub(sponsor);
    RawClient client(hub.port());
    const auto path = createUpload(client, sponsor.token, 1000);
    auto request = tusRequest("PATCH", path, sponsor.token,
                              "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n",
                              std::string(1000, 'x'));
    request.resize(request.size() - 300);
    client.send(request);
    const auto part = sponsor.directory / "uploads" / (path.substr(5) + ".part");
    REQUIRE(eventually([&] { return std::filesystem::file_size(part) == 700; }));
    hub.kill(SIGTERM);
    CHECK(hub.wait() == 0);
    hub.start();
    RawClient again(hub.port());
    CHECK(head(again, sponsor.token, path).headers.at("upload-offset") == "700");
}
