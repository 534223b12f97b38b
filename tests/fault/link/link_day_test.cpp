// A day's scans from a site to its sponsor, real programs at both ends, over a line with random faults: every
// parcel arrives once and byte for byte, every receipt comes, and no fault costs more than one chunk.
// GANTRY_WHOLE_DAY=1: 500 instances, 200 faults, a slow line that loses packets, a cable pulled for 3 s.
// GANTRY_SEED=n plays a day again.
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "demo_pack.hpp"
#include "fault_proxy.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/scanner/scenario.hpp"
#include "network_namespace.hpp"
#include "opened.hpp"
#include "site.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Kind = LineFault::Kind;

namespace {

constexpr std::uint64_t kChunk = 1 << 20;
constexpr std::uint64_t kHeads = 2'000;  // of one request, generously
constexpr int kSlices = 25;              // of 5 mm: the pack asks for 100 mm here

struct Day {
    int studies = 4;
    std::size_t faults = 16;
    bool bad_network = false;
};

Day dayOf() {
    const char* whole = std::getenv("GANTRY_WHOLE_DAY");
    if (whole == nullptr || std::string_view(whole).empty()) return {};
    return {500 / kSlices, 200, true};
}

std::vector<scanner::Delivery> scansOf(const Day& day, std::uint64_t seed) {
    std::vector<scanner::Delivery> out;
    for (int i = 0; i < day.studies; ++i) {
        scanner::ScenarioSpec spec;
        spec.series.seed = seed % 100'000 * 1'000 + static_cast<std::uint64_t>(i);
        spec.series.slices = kSlices;
        spec.series.rows = spec.series.columns = 512;
        out.push_back(must(scanner::makeDelivery(spec)));
    }
    return out;
}

std::string subjectOf(std::size_t i) {
    return "0417-" + std::to_string(100 + i);
}

/// Sponsor and site with a line between them that can be made bad, both for uploads and for receipts.
struct Ends {
    explicit Ends(const std::vector<scanner::Delivery>& scans)
        : sponsor(must(Sponsor::prepare(folder.path() / "sponsor", "0417"))),
          uploads(sponsor.port()),
          receipts(sponsor.port()) {
        SiteSetup setup;
        setup.folder = folder.path() / "site";
        setup.pack = must(writeDemoPack(folder.path(), 100));
        for (std::size_t i = 0; i < scans.size(); ++i)
            setup.roster.push_back({subjectOf(i), scans[i].patient.patient_id, scans[i].patient.sex, "BL"});
        setup.endpoint = "http://127.0.0.1:" + std::to_string(uploads.port()) + "/tus/";
        setup.inbox = "http://127.0.0.1:" + std::to_string(receipts.port()) + "/inbox";
        site.emplace(must(Site::prepare(setup, sponsor)));
        must(sponsor.start());
        must(site->start());
    }
    boost::json::array objects() {
        return must(site->api().getJson("/api/v1/outbox")).as_object().at("objects").as_array();
    }
    void say(const std::string& what) {
        must(site->api().postJson("/api/v1/outbox/" + what, {{"who", "A. Smith"}}));
    }
    /// Digest of each encrypted parcel that waits, by its file's name.
    std::map<std::string, std::string> parcels() const {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::directory_iterator(site->dataFolder() / "outbox"))
            out[entry.path().filename()] = toHex(must(sha256File(entry.path())));
        return out;
    }

    TemporaryDirectory folder = temporaryDirectory();
    Sponsor sponsor;
    FaultProxy uploads, receipts;
    std::optional<Site> site;
};

template <class Holds>
void waitFor(const std::string& what, std::chrono::minutes within, Holds holds) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!holds()) {
        INFO(what);
        REQUIRE(std::chrono::steady_clock::now() < end);
        std::this_thread::sleep_for(200ms);
    }
}

std::uint64_t number(const boost::json::value& object, std::string_view key) {
    return object.at(key).to_number<std::uint64_t>();
}

void checkArrived(const Ends& ends, const std::map<std::string, std::string>& parcels, std::size_t instances) {
    std::map<std::string, std::string> arrived;
    for (const auto& entry : fs::directory_iterator(ends.sponsor.openedFolder().parent_path() / "parcels" / "0417"))
        arrived[entry.path().filename()] = toHex(must(sha256File(entry.path())));
    CHECK(arrived == parcels);
    std::set<std::string> uids;
    const auto opened = must(openedInstances(ends.sponsor.openedFolder()));
    for (const auto& instance : opened) uids.insert(instance.sop_instance_uid);
    CHECK(opened.size() == instances);
    CHECK(uids.size() == instances);
    std::size_t receipts = 0;
    for (const auto& [name, digest] : parcels) {
        const auto id = fs::path(name).stem().string();
        const auto receipt = must(
            checkedReceipt(ends.sponsor.receiptsFolder() / (id + ".json"), ends.sponsor.receipt_key()));
        CHECK(receipt.at("sha256") == digest);
        ++receipts;
    }
    CHECK(receipts == parcels.size());
}

void play(const Day& day, NetworkNamespace* network) {
    const auto seed = faultSeed();
    const auto scans = scansOf(day, seed);
    Ends ends(scans);
    ends.say("pause");
    std::size_t instances = 0;
    for (const auto& scan : scans)
        for (const auto& wave : scan.waves) {
            instances += wave.instances.size();
            for (const auto& status : sendAll(ends.site->destination(), wave.instances))
                REQUIRE(status.stored());
        }
    waitFor("every parcel is made", 5min, [&] { return ends.objects().size() == scans.size(); });
    const auto parcels = ends.parcels();
    REQUIRE(parcels.size() == scans.size());
    std::uint64_t bytes = 0;
    std::uint64_t chunks = 0;
    for (const auto& object : ends.objects()) {
        CHECK(object.at("waits").at("reason") == "paused");
        bytes += number(object, "bytes");
        chunks += number(object, "bytes") / kChunk + 1;
    }
    ends.uploads.arm(drawFaults({seed, day.faults, bytes,
                                 {Kind::Cut, Kind::HalfClose, Kind::LoseAnswer, Kind::Stall, Kind::Down, Kind::Flip},
                                 50ms, 400ms}));
    ends.receipts.arm(drawFaults({seed + 1, day.faults / 10, 5'000,
                                  {Kind::Cut, Kind::LoseAnswer, Kind::Stall, Kind::FlipBack}, 50ms, 400ms}));
    if (network != nullptr) {
        network->setRate(4'000'000);
        network->setLoss(500);
    }
    const auto begin = std::chrono::steady_clock::now();
    ends.say("resume");
    if (network != nullptr) {
        waitFor("a third is there", 10min, [&] { return ends.uploads.bytesUp() > bytes / 3; });
        network->pullCable(true);
        std::this_thread::sleep_for(3s);
        network->setLoss(500);
    }
    waitFor("every receipt is here", 20min, [&] { return ends.objects().empty(); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const auto struck = ends.uploads.struck().size();
    const auto again = ends.uploads.bytesUp() - std::min(ends.uploads.bytesUp(), bytes);
    std::cout << instances << " instances, " << parcels.size() << " parcels, " << bytes << " bytes, " << struck
              << " faults of uploads, " << ends.receipts.struck().size() << " of receipts, " << again
              << " bytes more than the parcels have, " << took.count() << " s\n";
    CHECK(struck >= day.faults * 8 / 10);
    CHECK(again <= struck * kChunk + (ends.uploads.connections() * 4 + chunks * 2) * kHeads);
    checkArrived(ends, parcels, instances);
    for (const auto& study : must(ends.site->studies())) CHECK(study.state == "confirmed");
}

}  // namespace

TEST_CASE("a day over a line with random faults", "[fault][link]") {
    const auto day = dayOf();
    if (!day.bad_network) return play(day, nullptr);
    const auto network = NetworkNamespace::make();
    if (!network) return;
    network->run([&] { play(day, network.get()); });
}
