#include <boost/json.hpp>
#include <map>

#include "catalogue/board.hpp"
#include "catalogue/deid_reports.hpp"
#include "gantry/core/crypto.hpp"
#include "shop.hpp"
#include "web/decisions.hpp"
#include "web/leak_decisions.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr const char* kRoster = "0417-001,HN1,F,BL\n0417-002,HN2,M,BL\n0417-003,,,BL\n";

scanner::Series good(std::uint64_t seed = 1, const std::string& patient = "HN1") {
    auto spec = demoSeries(seed, patient);
    return must(scanner::makeSeries(spec));
}

// The invented patient's own sex, so that no identity rule has anything to say.
std::string rosterFor(const scanner::Series& series) {
    return "0417-001," + series.patient.patient_id + "," + series.patient.sex + ",BL\n";
}

}  // namespace

TEST_CASE("a study is judged a moment after its transfer ended, and not before", "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.box.storeAll(series);
    shop.arrivals.arrived(study, shop.box.association);
    shop.box.clock.advance(5000);
    shop.judge();
    CHECK(shop.state(study) == "receiving");  // the association is open, and quiet time is 20 s
    shop.arrivals.ended(shop.box.association);
    shop.box.clock.advance(299);
    CHECK(shop.judge() <= std::chrono::milliseconds(1));  // asks to be called when it is due
    CHECK(shop.state(study) == "receiving");
    shop.box.clock.advance(1);
    shop.judge();
    CHECK(shop.state(study) == "checked");
    CHECK(shop.verdicts(study) == 1);
    CHECK(textOf(*shop.box.catalogue, "SELECT outcome || '|' || pack_version FROM verdict") == "pass|1.0.0");
    CHECK(textOf(*shop.box.catalogue, "SELECT subject_id || visit_id FROM study") == "0417-001BL");
    CHECK_FALSE(shop.changed.empty());
}

TEST_CASE("quiet time ends an arrival whose association stays open, or that nobody remembers",
          "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.box.storeAll(series);
    SECTION("open") {
        shop.arrivals.arrived(study, shop.box.association);
    }
    SECTION("two, of which one ended") {
        shop.arrivals.arrived(study, shop.box.association);
        shop.arrivals.arrived(study, 99);
        shop.arrivals.ended(99);
    }
    SECTION("from before a restart") {}
    shop.box.clock.advance(19'999);
    shop.judge();
    CHECK(shop.state(study) == "receiving");
    shop.box.clock.advance(1);
    shop.judge();
    CHECK(shop.state(study) == "checked");
}

TEST_CASE("what was learned of an arrival is forgotten only up to then", "[agent][workflow]") {
    HandClock clock;
    Arrivals arrivals(clock);
    arrivals.arrived(7, 1);
    arrivals.ended(1);
    const auto seen = arrivals.lastEnd(7);
    clock.advance(10);
    arrivals.arrived(7, 2);  // a late image comes and its transfer ends, while the first end is worked on
    arrivals.ended(2);
    arrivals.forget(7, seen);
    CHECK(arrivals.lastEnd(7) == seen + 10);
    arrivals.forget(7, seen + 10);
    CHECK(arrivals.lastEnd(7) == 0);
}

TEST_CASE("an image that was refused and did not come again keeps its study from passing",
          "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.box.storeAll(series);
    Refusal refusal;
    refusal.kind = "refused";
    refusal.reason = "not-dicom";
    refusal.association = shop.box.association;
    refusal.sop_instance_uid = "2.25.4711";
    std::string outcome = "attention";
    bool noted = false;
    SECTION("on its association") {}
    SECTION("it came again") {
        refusal.sop_instance_uid = textOf(*shop.box.catalogue, "SELECT min(sop_instance_uid) FROM instance");
        outcome = "pass";
    }
    SECTION("on another association") {
        refusal.association = must(shop.box.catalogue->write(
            [&](Database& db) { return beginAssociation(db, {}, shop.box.clock.nowMillis()); }));
        outcome = "pass";
    }
    SECTION("somebody took note of it") {
        noted = true;
        outcome = "pass";
    }
    const auto entry = must(shop.box.catalogue->write(
        [&](Database& db) { return recordRefusal(db, refusal, shop.box.clock.nowMillis()); }));
    if (noted)
        must(shop.box.catalogue->write([&](Database& db) {
            return acknowledgeRefusal(db, entry, "a person", shop.box.clock.nowMillis());
        }));
    shop.arrivals.arrived(study, shop.box.association);
    shop.arrivals.ended(shop.box.association);
    shop.box.clock.advance(300);
    shop.judge();
    CHECK(textOf(*shop.box.catalogue, "SELECT outcome FROM verdict") == outcome);
    CHECK(textOf(*shop.box.catalogue, "SELECT count(*) FROM finding WHERE rule_id = 'UNREADABLE'") ==
          (outcome == "pass" ? "0" : "1"));
}

TEST_CASE("nothing leaves before the settle time after the last image", "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.deliver(series);
    shop.box.clock.advance(300);
    shop.judge();
    REQUIRE(shop.state(study) == "checked");
    shop.box.clock.advance(29'699);
    shop.judge();
    CHECK(shop.state(study) == "checked");
    CHECK_FALSE(shop.dispatch());
    shop.box.clock.advance(1);
    shop.judge();
    CHECK(shop.state(study) == "deidentifying");
    CHECK(shop.dispatch());
    CHECK(shop.state(study) == "ready");
    REQUIRE(shop.outbox().size() == 1);
    CHECK(must(readFile(shop.outbox().front())).starts_with("age-encryption.org/v1\n"));
    CHECK(std::filesystem::is_empty(shop.box.folder / kWorkFolder));
}

TEST_CASE("what left is written down rule by rule, and the audit holds the report's digest",
          "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.deliver(series);
    shop.settle();
    REQUIRE(shop.dispatch());
    const auto reports =
        must(shop.box.catalogue->read([&](Database& db) { return deidReportsOf(db, study); }));
    REQUIRE(reports.size() == 1);
    const auto& report = reports.front();
    CHECK(report.sha256 == toHex(sha256(asBytes(report.json))));
    CHECK(textOf(*shop.box.catalogue, "SELECT detail FROM audit WHERE event = 'parcel-made'")
              .find(report.sha256) != std::string::npos);
    CHECK(report.parcel == textOf(*shop.box.catalogue, "SELECT id FROM parcel"));
    const auto said = boost::json::parse(report.json);
    CHECK(said.at("images").to_number<std::size_t>() == series.instances.size());
    std::map<std::string, std::string> done;
    for (const auto& line : said.at("lines").as_array())
        done[std::string(line.at("where").as_string())] = line.at("done").as_string();
    CHECK(done["PatientName"] == "trial-value");
    CHECK(done["StudyInstanceUID"] == "uid-mapped");
    CHECK(done["Rows"] == "kept");
    for (const auto* sql : {"SELECT patient_id FROM study", "SELECT study_instance_uid FROM study"}) {
        const auto value = textOf(*shop.box.catalogue, sql);
        REQUIRE_FALSE(value.empty());
        CHECK(report.json.find(value) == std::string::npos);
    }
}

TEST_CASE("a late image reopens the study, which is judged again and followed by a supplement",
          "[agent][workflow]") {
    auto series = good();
    Shop shop(rosterFor(series));
    auto late = series;
    late.instances = {series.instances.back()};
    series.instances.pop_back();
    const auto study = shop.deliver(series);
    SECTION("before anything was made") {
        shop.box.clock.advance(300);
        shop.judge();
        REQUIRE(shop.state(study) == "checked");
        shop.deliver(late);
        CHECK(shop.state(study) == "receiving");
        shop.box.clock.advance(300);
        shop.judge();
        CHECK(shop.state(study) == "checked");
        CHECK(shop.verdicts(study) == 2);
    }
    SECTION("after the first parcel") {
        shop.settle();
        REQUIRE(shop.dispatch());
        const auto first = textOf(*shop.box.catalogue, "SELECT id FROM parcel");
        shop.deliver(late);
        CHECK(shop.state(study) == "receiving");
        shop.settle();
        REQUIRE(shop.dispatch());
        CHECK(shop.verdicts(study) == 2);
        CHECK(textOf(*shop.box.catalogue,
                     "SELECT supplements || number FROM parcel WHERE id <> '" + first + "'") == first + "2");
        CHECK(numberOf(*shop.box.catalogue,
                       "SELECT count(*) FROM parcel_instance WHERE parcel_id <> '" + first + "'") == 1);
        shop.confirmParcels();
        CHECK(shop.state(study) == "confirmed");
    }
}

TEST_CASE("a conflict holds the study until a person has looked at it", "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    auto spec = demoSeries(1, "HN1");
    spec.pixel_variant = 1;
    auto other = must(scanner::makeSeries(spec));
    other.instances.resize(1);
    const auto study = shop.deliver(series);
    shop.deliver(other);
    shop.settle();
    CHECK(shop.state(study) == "held");
    CHECK(shop.reason(study).find("twice") != std::string::npos);
    CHECK_FALSE(releaseStudy(*shop.box.catalogue, study, {{"who", "A"}, {"why", "b"}}, 1));
    const auto id = numberOf(*shop.box.catalogue, "SELECT id FROM refusal WHERE kind = 'conflict'");
    must(acknowledgeEntry(*shop.box.catalogue, id, {{"who", "A. Smith"}}, shop.box.clock.nowMillis()));
    CHECK(shop.state(study) == "complete");
    shop.settle();
    CHECK(shop.state(study) == "deidentifying");
    REQUIRE(shop.dispatch());
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM parcel_instance") == kDemoSlices);
}

TEST_CASE("a study of nobody known waits for a person, who names a subject of the trial",
          "[agent][workflow]") {
    const auto series = good(1, "UNKNOWN7");
    Shop shop(kRoster);
    const auto study = shop.deliver(series);
    shop.settle();
    CHECK(shop.state(study) == "unassigned");
    const auto now = shop.box.clock.nowMillis();
    const auto assign = [&](const std::string& subject, const std::string& visit) {
        return assignSubject(*shop.box.catalogue, *shop.trials.all(), study,
                             {{"subject", subject}, {"visit", visit}, {"who", "A. Smith"}}, now);
    };
    const auto before = everything(*shop.box.catalogue);
    CHECK_FALSE(assign("0417-777", "BL"));
    CHECK_FALSE(assign("0417-001", "NEVER"));
    CHECK(everything(*shop.box.catalogue) == before);
    CHECK_FALSE(assign("0417-001", "FU"));  // the roster knows another patient by this name
    must(assign("0417-003", "FU"));
    CHECK(shop.state(study) == "complete");
    CHECK(textOf(*shop.box.catalogue, "SELECT kind || who || detail FROM decision") ==
          "assignA. Smith0417-003, visit FU");
    shop.judge();
    CHECK(shop.verdicts(study) == 2);
    CHECK(textOf(*shop.box.catalogue, "SELECT subject_id || visit_id FROM study") == "0417-003FU");
}

TEST_CASE("a failed study is held until it is released with who and why", "[agent][workflow]") {
    auto spec = demoSeries(1, "HN1");
    spec.thickness_mm = 7.5;
    const auto series = must(scanner::makeSeries(spec));
    Shop shop(rosterFor(series));
    const auto study = shop.deliver(series);
    shop.settle();
    REQUIRE(shop.state(study) == "held");
    CHECK(shop.reason(study).find("7.5") != std::string::npos);
    CHECK_FALSE(shop.dispatch());
    must(releaseStudy(*shop.box.catalogue, study, {{"who", "A. Smith"}, {"why", "patient left"}},
                      shop.box.clock.nowMillis()));
    CHECK(shop.state(study) == "deidentifying");
    CHECK(textOf(*shop.box.catalogue,
                 "SELECT kind || '|' || who || '|' || why || '|' || verdict_number FROM "
                 "decision") == "release|A. Smith|patient left|1");
    CHECK_FALSE(releaseStudy(*shop.box.catalogue, study, {{"who", "A"}, {"why", "again"}}, 1));
}

TEST_CASE("a study of a trial that is gone is quarantined with the reason", "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.box.storeAll(series, "former-trial");
    shop.box.clock.advance(20'000);
    shop.judge();
    CHECK(shop.state(study) == "quarantined");
    CHECK(shop.reason(study).find("former-trial") != std::string::npos);
}

TEST_CASE("objects that cannot be made safe stay here and are listed", "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    const auto study = shop.deliver(series);
    // An encapsulated PDF of the same study: what it shows cannot be looked into (PS3.4 B.5).
    auto pdf = madeFile(series.instances.front());
    const std::string ct = "1.2.840.10008.5.1.4.1.1.2";
    const std::string report = "1.2.840.10008.5.1.4.1.1.104.1";
    const auto at = pdf.dataset.find(ct);
    REQUIRE(at != std::string::npos);
    REQUIRE(pdf.dataset.substr(at - 8, 6) == std::string("\x08\x00\x16\x00UI", 6));
    pdf.dataset.replace(at, 26, report + '\0');
    pdf.dataset[at - 2] = 30;
    pdf.sop_class_uid = report;
    const auto uid = pdf.dataset.find(pdf.sop_instance_uid);
    pdf.sop_instance_uid.back() = pdf.sop_instance_uid.back() == '1' ? '2' : '1';
    pdf.dataset.replace(uid, pdf.sop_instance_uid.size(), pdf.sop_instance_uid);
    must(shop.box.store(pdf));
    shop.settle();
    shop.box.clock.advance(30'000);
    shop.judge();
    if (shop.state(study) == "held")
        must(releaseStudy(*shop.box.catalogue, study, {{"who", "A"}, {"why", "b"}},
                          shop.box.clock.nowMillis()));
    REQUIRE(shop.dispatch());
    CHECK(shop.state(study) == "ready");
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM parcel_instance") == kDemoSlices);
    CHECK(textOf(*shop.box.catalogue,
                 "SELECT i.sop_class_uid FROM withheld w JOIN instance i ON i.id = "
                 "w.instance_id") == report);
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM refusal WHERE kind = 'withheld'") == 1);
}

TEST_CASE("a leak quarantines the study, and nothing is in the outbox", "[agent][workflow]") {
    auto spec = demoSeries(1, "HN1");
    spec.scanner.software = "syngo CT VA48A";  // where the pack keeps what the device says
    spec.patient.subject = "0417-001";
    const auto series = must(scanner::makeSeries(spec));
    Shop shop("0417-001,VA48A," + series.patient.sex + ",BL\n");
    shop.change(
        [](Trial& trial) { trial.crosswalk.reset(); });  // it would hold the study before the gate sees it
    const auto study = shop.deliver(series);
    shop.settle();
    if (shop.state(study) == "held")
        must(releaseStudy(*shop.box.catalogue, study, {{"who", "A"}, {"why", "b"}},
                          shop.box.clock.nowMillis()));
    REQUIRE(shop.state(study) == "deidentifying");
    shop.dispatch();
    CHECK(shop.state(study) == "quarantined");
    CHECK(shop.reason(study).find("leak gate") != std::string::npos);
    CHECK(shop.reason(study).find("VA48A") == std::string::npos);
    CHECK(shop.outbox().empty());
    CHECK(std::filesystem::is_empty(shop.box.folder / kWorkFolder));
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM parcel") == 0);
}

TEST_CASE("what the gate found is told without its value, and goes when a person removes the attribute",
          "[agent][workflow]") {
    auto spec = demoSeries(1, "HN1");
    spec.scanner.software = "syngo CT VA48A";
    spec.patient.subject = "0417-001";
    const auto series = must(scanner::makeSeries(spec));
    Shop shop("0417-001,VA48A," + series.patient.sex + ",BL\n");
    shop.change(
        [](Trial& trial) { trial.crosswalk.reset(); });  // it would hold the study before the gate sees it
    auto& catalogue = *shop.box.catalogue;
    const auto study = shop.deliver(series);
    const DecisionInput said{{"who", "A. Nurse"}, {"why", "the console was set up wrongly"}};
    const auto goOn = [&] {
        shop.settle();
        if (shop.state(study) == "held")
            must(releaseStudy(catalogue, study, {{"who", "A"}, {"why", "b"}}, shop.box.clock.nowMillis()));
        REQUIRE(shop.state(study) == "deidentifying");
        shop.dispatch();
    };
    goOn();
    REQUIRE(shop.state(study) == "quarantined");
    const auto leaks = must(catalogue.read([&](Database& db) { return leaksOf(db, study); }));
    REQUIRE(leaks.size() == 1);
    CHECK(leaks[0].place == "SoftwareVersions");
    CHECK(leaks[0].what == "patient ID");
    CHECK(leaks[0].instances.size() == kDemoSlices);
    CHECK(leaks[0].series.size() == 1);

    SECTION("removed: the study goes, and the pack gets a proposal") {
        CHECK(must(removeLeak(catalogue, leaks[0].id, said, shop.box.clock.nowMillis())) == study);
        CHECK(shop.state(study) == "complete");
        CHECK(removeLeak(catalogue, leaks[0].id, said, 0).error().code == Errc::Conflict);
        goOn();
        CHECK(shop.state(study) == "ready");
        const auto rows = must(catalogue.read([](Database& db) { return proposals(db); }));
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].tag == dicom::Tag{0x00181020});
        CHECK(rows[0].studies == 1);
        CHECK(numberOf(catalogue,
                       "SELECT count(*) FROM audit WHERE event = 'remove-attribute' AND who = "
                       "'A. Nurse'") == 1);
    }
    SECTION("withheld: nothing of it goes") {
        CHECK(must(withholdLeak(catalogue, leaks[0].id, said, shop.box.clock.nowMillis())) == study);
        CHECK(numberOf(catalogue, "SELECT count(*) FROM withheld") == kDemoSlices);
        goOn();
        CHECK(shop.state(study) == "quarantined");
        CHECK(shop.outbox().empty());
    }
    CHECK(numberOf(catalogue, "SELECT count(*) FROM leak WHERE place || what LIKE '%VA48A%'") == 0);
}

TEST_CASE("the outbox is cleaned of what a stop left half-made, and of nothing else", "[agent][workflow]") {
    const auto series = good();
    Shop shop(rosterFor(series));
    shop.deliver(series);
    shop.settle();
    REQUIRE(shop.dispatch());
    const auto parcel = shop.outbox().front();
    must(writeFileDurably(shop.box.folder / kOutboxFolder / "half.age", asBytes("x")));
    must(makeDirectory(shop.box.folder / kWorkFolder / "study-1"));
    must(DispatchStep::open(shop.workshop, shop.box.spool->folder()));
    CHECK(shop.outbox() == std::vector<std::filesystem::path>{parcel});
    CHECK(std::filesystem::is_empty(shop.box.folder / kWorkFolder));
}

TEST_CASE("images are removed once the receipt is as old as the pack asks", "[agent][workflow]") {
    constexpr UnixMillis kDay = 86'400'000;
    const auto series = good();
    Shop shop(rosterFor(series));
    Retention retention(shop.workshop, shop.box.spool->folder());
    const auto study = shop.deliver(series);
    shop.settle();
    REQUIRE(shop.dispatch());
    shop.box.clock.advance(100 * kDay);
    retention.run();
    CHECK(shop.state(study) == "ready");  // without a receipt nothing goes
    shop.confirmParcels();
    shop.box.clock.advance(30 * kDay - 1);
    retention.run();
    CHECK(shop.state(study) == "confirmed");
    const auto uid = series.instances[3].sop_instance_uid;
    CHECK(shop.box.spooledDataset(uid) == madeFile(series.instances[3]).dataset);
    shop.box.clock.advance(1);
    retention.run();
    CHECK(shop.state(study) == "purged");
    const auto gone = shop.box.spooledDataset(uid);
    CHECK(gone == std::string(gone.size(), '\0'));
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM instance") == kDemoSlices);

    // At the next start the segment is closed, and then it goes too.
    const auto name = textOf(*shop.box.catalogue, "SELECT name FROM segment");
    must(Spool::open(shop.box.folder, 1 << 20, *shop.box.catalogue, shop.box.clock));
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM refusal") == 0);
    retention.run();
    CHECK_FALSE(std::filesystem::exists(shop.box.spoolFolder() / name));
    retention.run();
    CHECK(shop.state(study) == "purged");
}
