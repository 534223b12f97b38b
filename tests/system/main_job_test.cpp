// The main job with real programs: a scanner sends, the site judges, de-identifies and uploads, the sponsor
// opens and signs, the site confirms.
#include <algorithm>
#include <iostream>
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

constexpr auto kSoon = std::chrono::seconds(60);

bool isConfirmed(const StudyView& study) {
    return study.state == "confirmed";
}
bool isHeld(const StudyView& study) {
    return study.state == "held";
}

/// What may not stand anywhere in what left the site. Devices stay by the pack's option; dates and UIDs leave
/// changed, so that only UIDs and the date of birth are looked for as they were.
std::vector<std::string> forbidden(const Delivery& delivery) {
    std::vector<std::string> values;
    for (const auto& value : delivery.planted) {
        const bool birth = value.attribute == "PatientBirthDate";
        if (value.kind == Gives::Device || (value.kind == Gives::Date && !birth)) continue;
        values.push_back(value.bytes);
    }
    return values;
}

std::multiset<std::string> pixelsSent(const Delivery& delivery) {
    std::multiset<std::string> digests;
    for (const auto& wave : delivery.waves)
        for (const auto& instance : wave.instances) digests.insert(must(pixelDigest(instance)));
    return digests;
}

std::vector<OpenedInstance> openedOf(const Sponsor& sponsor, const std::string& subject) {
    auto instances = must(openedInstances(sponsor.openedFolder()));
    std::erase_if(instances, [&](const OpenedInstance& instance) { return instance.patient_id != subject; });
    return instances;
}

void sendEverything(Site& site, const Delivery& delivery) {
    for (const auto& wave : delivery.waves)
        for (const auto& status : sendAll(site.destination(), wave.instances))
            REQUIRE(status.dimse_status == 0x0000);
}

void checkNothingLeaked(const std::filesystem::path& folder, const Delivery& delivery) {
    const auto needles = forbidden(delivery);
    REQUIRE(needles.size() > 40);
    std::vector<std::string> leaks;
    for (const auto& file : filesBelow(folder))
        for (const auto& found : must(foundIn(file, needles))) leaks.push_back(found);
    std::sort(leaks.begin(), leaks.end());
    leaks.erase(std::unique(leaks.begin(), leaks.end()), leaks.end());
    CHECK(leaks == std::vector<std::string>());
}

void checkArrived(const Sponsor& sponsor, const std::string& subject, const Delivery& delivery) {
    const auto opened = openedOf(sponsor, subject);
    std::multiset<std::string> digests;
    std::set<std::string> uids;
    for (const auto& instance : opened) {
        digests.insert(instance.pixel_digest);
        uids.insert(instance.sop_instance_uid);
        CHECK(instance.patient_identity_removed == "YES");
    }
    CHECK(uids.size() == opened.size());
    CHECK(digests == pixelsSent(delivery));
}

/// Every confirmed parcel of the study has a receipt that openssl verifies; together they name `instances`.
void checkReceipts(const Sponsor& sponsor, const StudyView& study, std::size_t instances) {
    REQUIRE_FALSE(study.parcels.empty());
    std::size_t receipted = 0;
    for (const auto& parcel : study.parcels) {
        const auto receipt =
            must(checkedReceipt(sponsor.receiptsFolder() / (parcel + ".json"), sponsor.receipt_key()));
        CHECK(receipt.at("parcel_id") == parcel);
        receipted += std::stoul(receipt.at("instances"));
    }
    CHECK(receipted == instances);
}

Delivery deliveryOf(Scenario scenario, std::uint64_t seed) {
    ScenarioSpec spec;
    spec.scenario = scenario;
    spec.series.seed = seed;
    spec.series.rows = spec.series.columns = 128;
    return must(makeDelivery(spec));
}

}  // namespace

TEST_CASE("good is confirmed, thick and missing are held, missing is confirmed once its slices came",
          "[system]") {
    const auto good = deliveryOf(Scenario::Good, 101);
    const auto thick = deliveryOf(Scenario::Thick, 102);
    const auto missing = deliveryOf(Scenario::Missing, 103);
    auto installation = installOrSkip({{"0417-001", good}, {"0417-002", thick}, {"0417-003", missing}});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    for (const auto* delivery : {&good, &thick, &missing}) sendEverything(site, *delivery);

    const auto good_study = must(site.waitForStudy(good.study_instance_uid, isConfirmed, kSoon));
    CHECK(good_study.card == "may_leave");
    CHECK(good_study.subject == "0417-001");
    checkArrived(sponsor, "0417-001", good);
    checkReceipts(sponsor, good_study, good.instances());
    checkNothingLeaked(sponsor.openedFolder(), good);

    const auto thick_study = must(site.waitForStudy(thick.study_instance_uid, isHeld, kSoon));
    CHECK(thick_study.card == "scan_again");
    CHECK(thick_study.findings.at("CT-THICK") == "fail");
    CHECK(openedOf(sponsor, "0417-002").empty());

    const auto missing_study = must(site.waitForStudy(missing.study_instance_uid, isHeld, kSoon));
    CHECK(missing_study.findings.at("CT-HOLES") == "fail");
    CHECK(missing_study.findings.at("CT-THICK") == "pass");
    CHECK(openedOf(sponsor, "0417-003").empty());

    const auto resent = deliveryOf(Scenario::Good, 103);  // the whole series again, as a console resends
    sendEverything(site, resent);
    const auto mended = must(site.waitForStudy(resent.study_instance_uid, isConfirmed, kSoon));
    CHECK(mended.findings.at("CT-HOLES") == "pass");
    CHECK(mended.verdict_number > missing_study.verdict_number);
    checkArrived(sponsor, "0417-003", resent);
    checkReceipts(sponsor, mended, resent.instances());
    checkNothingLeaked(sponsor.openedFolder(), resent);
}

TEST_CASE("a late series is followed by a supplement, never by a duplicate", "[system]") {
    const auto late = deliveryOf(Scenario::Late, 111);
    auto installation = installOrSkip({{"0417-001", late}});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    // The first wave alone still covers the range the pack asks for, so it is sent before the rest comes.
    for (const auto& status : sendAll(site.destination(), late.waves[0].instances)) REQUIRE(status.stored());
    (void)must(site.waitForStudy(late.study_instance_uid, isConfirmed, kSoon));
    for (const auto& status : sendAll(site.destination(), late.waves[1].instances)) REQUIRE(status.stored());
    const auto whole = [&](const StudyView& study) {
        return isConfirmed(study) && study.parcels.size() == 2;
    };
    const auto study = must(site.waitForStudy(late.study_instance_uid, whole, kSoon));
    CHECK(study.verdict_number >= 2);
    checkArrived(sponsor, "0417-001", late);
    checkReceipts(sponsor, study, late.instances());
}

TEST_CASE("what was already received is accepted once, other bytes are a conflict a person sees",
          "[system]") {
    const auto conflict = deliveryOf(Scenario::Conflict, 121);
    auto installation = installOrSkip({{"0417-001", conflict}});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    const std::span instances(conflict.waves.front().instances);
    const auto originals = instances.first(instances.size() - 1);
    for (const auto& status : sendAll(site.destination(), originals)) REQUIRE(status.dimse_status == 0x0000);
    for (const auto& status : sendAll(site.destination(), originals)) CHECK(status.dimse_status == 0x0000);
    (void)sendAll(site.destination(), instances.last(1));

    const auto kinds = [&] {
        std::set<std::string> found;
        const auto answer = site.api().getJson("/api/v1/refusals");
        if (!answer) return found;
        const auto& rows = answer->is_array() ? answer->as_array() : answer->at("refusals").as_array();
        for (const auto& row : rows) found.emplace(row.at("kind").as_string());
        return found;
    };
    CHECK(waitUntil([&] { return kinds().contains("conflict"); }, std::chrono::seconds(10)));
    CHECK(kinds().contains("duplicate"));
}

TEST_CASE("stock senders are served as well", "[system]") {
    const auto good = deliveryOf(Scenario::Good, 131);
    auto installation = installOrSkip({{"0417-001", good}});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    const auto files = folder.path() / "files";
    must(makeDirectory(files));
    int number = 0;
    for (const auto& instance : good.waves.front().instances)
        must(writeFileDurably(files / (std::to_string(++number) + ".dcm"), asBytes(must(instance.file()))));
    const std::string sender = GENERATE("storescu", "dcmsend");
    CAPTURE(sender);
    const auto port = std::to_string(site.dicomPort());
    const auto code = runToEnd({sender,
                                {"-aec", "GANTRY", "-aet", "CT1", "+sd", "127.0.0.1", port, files.string()},
                                folder.path() / "sender.log",
                                {}});
    CHECK(must(code) == 0);
    const auto study = must(site.waitForStudy(good.study_instance_uid, isConfirmed, kSoon));
    checkArrived(sponsor, "0417-001", good);
    checkReceipts(sponsor, study, good.instances());
}

TEST_CASE("a real CT series is assigned by a person and ends confirmed or held for a reason", "[system]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no real scans: set GANTRY_SHARED");
    auto installation = installOrSkip({});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    const auto series = *shared / "data" / "dcm_qa_ct" / "philips_brain_5mm";
    const auto sent = runToEnd({"dcmsend",
                                {"-aec", "GANTRY", "-aet", "CT1", "--no-halt", "+sd", "127.0.0.1",
                                 std::to_string(site.dicomPort()), series.string()},
                                folder.path() / "sender.log",
                                {}});
    REQUIRE(sent);
    const auto unassigned = [&]() -> std::optional<StudyView> {
        const auto studies = site.studies();
        if (!studies) return std::nullopt;
        for (const auto& study : *studies)
            if (study.state == "unassigned") return study;
        return std::nullopt;
    };
    REQUIRE(waitUntil([&] { return unassigned().has_value(); }, kSoon));
    const auto id = unassigned()->id;
    must(site.api().postJson("/api/v1/studies/" + std::to_string(id) + "/assign",
                             {{"subject", "0417-009"}, {"visit", "BL"}, {"who", "A. Smith"}}));
    std::optional<StudyView> last;
    const auto settled = [&] {
        const auto study = site.study(id);
        if (study) last = *study;
        return study && (study->state == "confirmed" || study->state == "held");
    };
    CHECK(waitUntil(settled, kSoon));
    REQUIRE(last);
    CAPTURE(boost::json::serialize(last->json));
    CHECK(last->subject == "0417-009");
    if (last->state == "held") {
        const bool says_why = std::any_of(last->findings.begin(), last->findings.end(),
                                          [](const auto& finding) { return finding.second != "pass"; });
        CHECK((says_why || !last->json.at("headline").as_string().empty()));
    }
}
