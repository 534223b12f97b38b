// kill -9 of gantryd or the hub, again and again, while 300 instances arrive.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "gantry/scanner/scenario.hpp"
#include "installation.hpp"
#include "opened.hpp"
#include "search.hpp"
#include "support.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

namespace {

constexpr int kStudies = 10;
constexpr int kSlices = 30;
constexpr int kEnoughToLeave = 24;
constexpr auto kLateBy = std::chrono::milliseconds(2500);
constexpr int kKills = 50;
constexpr auto kSendingMayTake = std::chrono::seconds(120);
constexpr auto kEndWithin = std::chrono::seconds(90);

std::uint64_t chosenSeed() {
    if (const char* given = std::getenv("GANTRY_SEED")) return std::strtoull(given, nullptr, 10);
    return std::random_device()();
}

std::vector<Delivery> makeStudies() {
    std::vector<Delivery> studies;
    for (int i = 0; i < kStudies; ++i) {
        ScenarioSpec spec;
        spec.series.seed = 9000u + static_cast<std::uint64_t>(i);
        spec.series.slices = kSlices;
        spec.series.rows = spec.series.columns = 256;  // parcels of several chunks
        studies.push_back(must(makeDelivery(spec)));
    }
    return studies;
}

std::string subjectOf(std::size_t study) {
    return "0417-1" + std::to_string(10 + study);
}

/// Sends each study in small associations with pauses, so that the kills meet every stage of the work.
class Console {
public:
    Console(const std::vector<Delivery>& studies, Destination destination, std::uint64_t seed)
        : studies_(studies), destination_(std::move(destination)), random_(seed) {}

    void sendAllStudies() {
        for (std::size_t i = 0; i < studies_.size(); ++i) {
            const std::span instances(studies_[i].waves.front().instances);
            if (i % 3 == 1) {  // long enough for the first part to leave: the rest becomes a supplement
                sendStudy(instances.first(kEnoughToLeave));
                std::this_thread::sleep_for(kLateBy);
                sendStudy(instances.subspan(kEnoughToLeave));
            } else {
                sendStudy(instances);
            }
        }
    }
    const std::set<std::string>& acknowledged() const { return acknowledged_; }
    std::size_t unacknowledged() const { return unacknowledged_; }
    /// How often an instance had to be sent again for want of an answer.
    std::size_t unanswered() const { return unanswered_; }

private:
    void sendStudy(std::span<const Instance> instances) {
        while (!instances.empty()) {
            const auto count = std::min<std::size_t>(instances.size(), 2 + random_() % 9);
            SendOptions options;
            options.timeout = std::chrono::seconds(10);
            options.associations = 1 + static_cast<int>(random_() % 2);
            options.on_status = [&](const Instance&, const SendStatus& status) {
                unanswered_ += !status.dimse_status;
            };
            const auto statuses =
                sendPersistently(destination_, instances.first(count), options, kSendingMayTake);
            for (const auto& status : statuses) {
                if (status.stored())
                    acknowledged_.insert(status.sop_instance_uid);
                else
                    ++unacknowledged_;
            }
            instances = instances.subspan(count);
            std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 500));  // the load's own pace
        }
    }

    const std::vector<Delivery>& studies_;
    Destination destination_;
    std::mt19937_64 random_;
    std::set<std::string> acknowledged_;
    std::size_t unacknowledged_ = 0;
    std::size_t unanswered_ = 0;
};

struct Kills {
    int of_gantryd = 0;
    int of_hub = 0;
};

/// Kills at random moments and starts again at once.
Kills killAgainAndAgain(Installation& installation, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Kills kills;
    for (int i = 0; i < kKills; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10 + random() % 900));
        REQUIRE(installation.site.running());  // only this test ends them
        REQUIRE(installation.sponsor.running());
        if (random() % 3 != 0) {
            installation.site.kill();
            must(installation.site.start());
            ++kills.of_gantryd;
        } else {
            installation.sponsor.kill();
            must(installation.sponsor.start());
            ++kills.of_hub;
        }
    }
    return kills;
}

void checkSponsorHoldsEachOnce(const Sponsor& sponsor, const std::vector<Delivery>& studies) {
    std::multiset<std::string> sent;
    for (const auto& study : studies)
        for (const auto& instance : study.waves.front().instances) sent.insert(must(pixelDigest(instance)));
    std::multiset<std::string> held;
    std::set<std::string> uids;
    for (const auto& instance : must(openedInstances(sponsor.openedFolder()))) {
        held.insert(instance.pixel_digest);
        uids.insert(instance.sop_instance_uid);
    }
    CHECK(held.size() == sent.size());
    CHECK(uids.size() == held.size());
    CHECK((held == sent));
}

void checkReceipts(const Sponsor& sponsor, const std::vector<StudyView>& studies) {
    std::size_t instances = 0;
    std::set<std::string> parcels;
    for (const auto& study : studies) {
        for (const auto& parcel : study.parcels) {
            CHECK(parcels.insert(parcel).second);
            const auto receipt =
                must(checkedReceipt(sponsor.receiptsFolder() / (parcel + ".json"), sponsor.receipt_key()));
            CHECK(receipt.at("parcel_id") == parcel);
            instances += std::stoul(receipt.at("instances"));
        }
    }
    CHECK(instances == kStudies * kSlices);
    std::cerr << "kill_test: " << parcels.size() << " parcels\n";
}

}  // namespace

TEST_CASE("kill -9 loses nothing acknowledged and duplicates nothing", "[fault]") {
    const auto seed = chosenSeed();
    std::cerr << "kill_test: GANTRY_SEED=" << seed << '\n';
    CAPTURE(seed);
    const auto studies = makeStudies();
    std::vector<RosterEntry> roster;
    for (std::size_t i = 0; i < studies.size(); ++i)
        roster.push_back({subjectOf(i), studies[i].patient.patient_id, studies[i].patient.sex, "BL"});
    auto installation = installOrSkip(roster, kEnoughToLeave * 5 - 10);
    if (!installation) return;

    Console console(studies, installation->site.destination(), seed);
    std::jthread sender([&] { console.sendAllStudies(); });
    const auto kills = killAgainAndAgain(*installation, seed + 1);
    sender.join();
    std::cerr << "kill_test: killed gantryd " << kills.of_gantryd << " times, the hub " << kills.of_hub
              << " times; " << console.unanswered() << " instances went again for want of an answer\n";
    REQUIRE(console.unacknowledged() == 0);
    REQUIRE(console.acknowledged().size() == kStudies * kSlices);

    std::vector<StudyView> ended;
    for (const auto& study : studies) {
        const auto whole = [&](const StudyView& view) {
            return view.state == "confirmed" && view.instances == kSlices;
        };
        ended.push_back(must(installation->site.waitForStudy(study.study_instance_uid, whole, kEndWithin)));
    }
    checkSponsorHoldsEachOnce(installation->sponsor, studies);
    CHECK(filesBelow(installation->sponsor.openedFolder() / ".arriving").empty());
    checkReceipts(installation->sponsor, ended);
}
