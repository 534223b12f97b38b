#include <algorithm>

#include "gantry/uplink/parcel.hpp"
#include "search.hpp"
#include "shop.hpp"
#include "web/check_decisions.hpp"
#include "web/decisions.hpp"
#include "workflow/corrections.hpp"
#include "workflow/withdrawal_step.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr UnixMillis kDay = 86'400'000;
constexpr const char* kRoster = "0417-001,,,BL\n0417-002,,,BL\n0417-003,,,BL\n";

/// One of several studies of an invented person, who is the same for the same patient ID.
scanner::Series scanOf(const std::string& patient, int number) {
    auto spec = demoSeries(std::stoull(patient.substr(2)), patient);
    spec.study_number = number;
    return must(scanner::makeSeries(spec));
}

/// A shop whose parcels can be opened here, with one study of patient HN7 assigned to 0417-001.
struct Corrected {
    Corrected() : shop(kRoster), identity(uplink::AgeIdentity::generate()) {
        shop.change([&](Trial& trial) { trial.recipients = {identity.recipient()}; });
        study = deliver("HN7", 1);
        must(assign(study, "0417-001"));
    }
    StudyId deliver(const std::string& patient, int number) {
        const auto id = shop.deliver(scanOf(patient, number));
        shop.settle();
        return id;
    }
    Result<> assign(StudyId id, const std::string& subject) {
        return assignSubject(*shop.box.catalogue, *shop.trials.all(), id,
                             {{"subject", subject}, {"visit", "BL"}, {"who", "A. Smith"}}, now());
    }
    UnixMillis now() const { return shop.box.clock.nowMillis(); }
    /// Judged, packed and, as the courier does, delivered and confirmed.
    void send() {
        shop.settle();
        REQUIRE(shop.dispatch());
        shop.confirmParcels();
    }
    Result<CorrectionId> propose(const std::string& subject, const std::string& who = "A. Smith",
                                 bool whole_patient = true) {
        return proposeCorrection(
            *shop.box.catalogue, *shop.trials.all(), study,
            {subject, subject.empty(), "", whole_patient, who, "the wrong line was chosen"}, now());
    }
    Result<std::vector<StudyId>> confirm(CorrectionId id, const std::string& who = "B. Jones") {
        return confirmCorrection(*shop.box.catalogue, *shop.trials.all(), id, who, now());
    }
    void correct(const std::string& subject) { must(confirm(must(propose(subject)))); }
    bool withdraw() { return WithdrawalStep(shop.workshop).run(); }
    uplink::ParcelManifest manifestOf(const std::string& parcel) {
        const auto out = temporaryDirectory();
        const std::array identities = {identity};
        return must(uplink::openParcel(shop.box.folder / kOutboxFolder / (parcel + ".age"), identities,
                                       out.path()))
            .manifest;
    }
    std::string text(const std::string& sql) { return textOf(*shop.box.catalogue, sql); }
    std::int64_t number(const std::string& sql) { return numberOf(*shop.box.catalogue, sql); }
    std::string subject(StudyId id) {
        return text("SELECT coalesce(subject_id, '') FROM study WHERE id = " + std::to_string(id));
    }

    Shop shop;
    uplink::AgeIdentity identity;
    StudyId study = 0;
};

}  // namespace

TEST_CASE("names are one person's whatever their spelling", "[agent][correction]") {
    CHECK(isSamePerson("A. Smith", "a smith"));
    CHECK(isSamePerson(" A.Smith ", "A. SMITH"));
    CHECK_FALSE(isSamePerson("A. Smith", "B. Smith"));
}

TEST_CASE("a manifest names study and series by the UIDs that the images have", "[agent][correction]") {
    using anonymizer::DeidOption;
    const bool retained = GENERATE(false, true);
    Corrected c;
    c.shop.change([&](Trial& trial) {
        if (retained) trial.policy.add(DeidOption::RetainUids);
        trial.policy.uid_root = "1.2.826.0.1.3680043.2";
    });
    c.send();
    const auto out = temporaryDirectory();
    const std::array identities = {c.identity};
    const auto parcel = c.text("SELECT id FROM parcel");
    const auto opened = must(uplink::openParcel(c.shop.box.folder / kOutboxFolder / (parcel + ".age"),
                                                identities, out.path()));
    const auto bytes = must(readFile(opened.folder / opened.manifest.files.front().name));
    const auto image = must(dicom::readFile(asBytes(bytes)));
    const std::string study(image.dataset.text(dicom::tags::kStudyInstanceUid));
    CHECK(opened.manifest.study_instance_uid == study);
    REQUIRE(opened.manifest.verdict);
    REQUIRE(opened.manifest.verdict->series.size() == 1);
    CHECK(opened.manifest.verdict->series.front().series_instance_uid ==
          image.dataset.text(dicom::tags::kSeriesInstanceUid));
    c.correct("0417-002");
    REQUIRE(c.withdraw());
    const auto withdrawal = c.manifestOf(c.text("SELECT id FROM parcel WHERE content = 'withdrawal'"));
    CHECK(withdrawal.study_instance_uid == study);
}

TEST_CASE("a correction needs another person, and is carried out once", "[agent][correction]") {
    Corrected c;
    c.send();
    const auto id = must(c.propose("0417-002"));
    CHECK(c.propose("0417-003").error().code == Errc::Conflict);  // one at a time
    const auto before = everything(*c.shop.box.catalogue);
    for (const auto* same : {"A. Smith", "a.smith"})
        CHECK(c.confirm(id, same).error().code == Errc::NotAllowed);
    CHECK(everything(*c.shop.box.catalogue) == before);
    CHECK(c.subject(c.study) == "0417-001");
    must(c.confirm(id));
    CHECK(c.subject(c.study) == "0417-002");
    CHECK(c.shop.state(c.study) == "complete");
    CHECK(c.confirm(id).error().code == Errc::Conflict);
    CHECK(c.text("SELECT kind || '|' || who || '|' || why FROM decision WHERE kind = 'correct'") ==
          "correct|B. Jones|the wrong line was chosen");
    CHECK(c.text("SELECT detail FROM audit WHERE event = 'corrected'") ==
          "from 0417-001, visit BL to 0417-002, visit BL, proposed by A. Smith");

    const auto again = must(c.propose("0417-003"));
    must(rejectCorrection(*c.shop.box.catalogue, again, "C. Wu", "it is right as it is", c.now()));
    CHECK(c.confirm(again).error().code == Errc::Conflict);
    CHECK(c.subject(c.study) == "0417-002");
    CHECK_FALSE(c.propose("0417-002"));  // it is so already
    CHECK_FALSE(c.propose("0417-999"));
    CHECK_FALSE(must(c.shop.box.catalogue->read([](Database& db) { return firstBrokenAudit(db); })));
}

TEST_CASE("what was sent is withdrawn at once and sent again under the right subject",
          "[agent][correction]") {
    Corrected c;
    c.send();
    const auto former = c.text("SELECT id FROM parcel");
    CHECK_FALSE(c.assign(c.study, "0417-002"));  // one person does not change what was sent
    c.correct("0417-002");

    REQUIRE(c.withdraw());
    CHECK_FALSE(c.withdraw());
    const auto notice = c.text("SELECT id FROM parcel WHERE content = 'withdrawal'");
    const auto told = c.manifestOf(notice);
    CHECK(told.content == uplink::ParcelContent::Withdrawal);
    CHECK(told.files.empty());
    CHECK(told.subject == "0417-001");
    REQUIRE(told.withdraws.size() == 1);
    CHECK(told.withdraws[0].parcel_id == former);
    CHECK(told.withdraws[0].reason == "wrong-subject");
    CHECK(told.decisions.empty());
    CHECK(c.shop.state(c.study) == "complete");  // the notice did not wait for a verdict

    c.shop.settle();
    REQUIRE(c.shop.dispatch());
    const auto fresh = c.text("SELECT id FROM parcel WHERE content = 'images' AND id <> '" + former + "'");
    const auto sent = c.manifestOf(fresh);
    CHECK(sent.subject == "0417-002");
    CHECK(sent.files.size() == kDemoSlices);
    CHECK(sent.supersedes == std::vector<std::string>{former});
    CHECK_FALSE(sent.supplements);
    CHECK(sent.study_instance_uid == told.study_instance_uid);
    c.shop.confirmParcels();
    CHECK(c.shop.state(c.study) == "confirmed");
}

TEST_CASE("what has not left is cancelled and deleted, and nobody is told", "[agent][correction]") {
    Corrected c;
    c.shop.settle();
    REQUIRE(c.shop.dispatch());
    REQUIRE(c.shop.state(c.study) == "ready");
    const auto former = c.text("SELECT id FROM parcel");
    c.correct("0417-002");
    CHECK_FALSE(c.withdraw());
    CHECK(c.shop.outbox().empty());
    const auto now = c.now();
    CHECK(c.shop.box.catalogue->write([&](Database& db) { return markUploading(db, former, now); })
              .error()
              .code == Errc::Conflict);
    c.shop.settle();
    REQUIRE(c.shop.dispatch());
    CHECK(c.shop.outbox().size() == 1);
    CHECK(c.manifestOf(c.text("SELECT object_id FROM outbox WHERE cancelled_at_ms IS NULL")).supersedes.empty());
}

TEST_CASE("an upload under way is cancelled and withdrawn, whether it arrives or not",
          "[agent][correction]") {
    Corrected c;
    c.shop.settle();
    REQUIRE(c.shop.dispatch());
    const auto former = c.text("SELECT id FROM parcel");
    const auto mark = [&](auto step) {
        return c.shop.box.catalogue->write([&](Database& db) { return step(db, former, c.now()); });
    };
    must(mark(markUploading));
    c.correct("0417-002");
    CHECK(mark(markDelivered).error().code == Errc::Conflict);
    REQUIRE(c.withdraw());
    const auto told = c.manifestOf(c.text("SELECT id FROM parcel WHERE content = 'withdrawal'"));
    CHECK(told.withdraws.at(0).parcel_id == former);
    CHECK_FALSE(std::filesystem::exists(c.shop.box.folder / kOutboxFolder / (former + ".age")));
}

TEST_CASE("a study of nobody of the trial is withdrawn and goes to nobody again by itself",
          "[agent][correction]") {
    Corrected c;
    c.send();
    c.correct("");
    REQUIRE(c.withdraw());
    CHECK(c.manifestOf(c.text("SELECT id FROM parcel WHERE content = 'withdrawal'")).withdraws.at(0).reason ==
          "no-subject");
    c.shop.settle();
    CHECK(c.shop.state(c.study) == "unassigned");
    CHECK_FALSE(c.shop.dispatch());
    CHECK_FALSE(c.assign(c.study, "0417-001"));  // two people said otherwise
    CHECK(c.number("SELECT count(*) FROM crosswalk WHERE ended_at_ms IS NULL") == 0);
    c.correct("0417-003");
    c.send();
    CHECK(c.shop.state(c.study) == "confirmed");
    CHECK(c.text("SELECT subject_id FROM crosswalk WHERE ended_at_ms IS NULL") == "0417-003");
}

TEST_CASE("a patient's other studies move with him, or stay when only one study was wrong",
          "[agent][correction]") {
    Corrected c;
    const auto second = c.deliver("HN7", 2);
    const auto stranger = c.deliver("HN8", 3);
    must(c.assign(stranger, "0417-003"));
    c.send();
    CHECK(c.propose("0417-003").error().code == Errc::Conflict);  // another patient's subject
    SECTION("all") {
        const auto changed = must(c.confirm(must(c.propose("0417-002"))));
        CHECK(changed.size() == 2);
        CHECK(c.subject(second) == "0417-002");
        const auto third = c.deliver("HN7", 4);
        CAPTURE(c.shop.state(third), c.shop.reason(third));
        CHECK(c.subject(third) == "0417-002");
    }
    SECTION("one") {
        must(c.confirm(must(c.propose("0417-002", "A. Smith", false))));
        CHECK(c.subject(c.study) == "0417-002");
        CHECK(c.subject(second) == "0417-001");
        const auto third = c.deliver("HN7", 4);
        CHECK(c.subject(third) == "0417-001");
        c.shop.settle();
        CHECK(c.shop.state(c.study) == "deidentifying");  // two people know better than the crosswalk
    }
    CHECK(c.subject(stranger) == "0417-003");
}

TEST_CASE("after retention the patient is forgotten; a correction withdraws, and new images go right",
          "[agent][correction]") {
    Corrected c;
    c.send();
    const auto series = scanOf("HN7", 1);
    c.shop.box.clock.advance(31 * kDay);
    Retention retention(c.shop.workshop, c.shop.box.spool->folder());
    retention.run();
    REQUIRE(c.shop.state(c.study) == "purged");
    CHECK(c.text("SELECT patient_label || patient_id || accession_number FROM study") == "");
    CHECK(c.number("SELECT count(*) FROM series WHERE facts_base LIKE '%HN7%'") == 0);
    c.correct("0417-002");
    CHECK(c.shop.state(c.study) == "purged");
    CHECK(c.shop.reason(c.study).find("again from the archive") != std::string::npos);
    REQUIRE(c.withdraw());
    CHECK_FALSE(c.shop.dispatch());

    c.shop.deliver(series);
    CHECK(c.shop.state(c.study) == "receiving");
    CHECK(c.text("SELECT patient_id FROM study") == "HN7");
    c.shop.settle();
    REQUIRE(c.shop.dispatch());
    CHECK(c.manifestOf(c.text("SELECT id FROM parcel ORDER BY number DESC LIMIT 1")).subject == "0417-002");
}

TEST_CASE("what is said after a study was sent makes a new verdict, which follows alone",
          "[agent][correction]") {
    Corrected c;
    auto spec = demoSeries(9, "HN9");
    spec.thickness_mm = 7.5;
    const auto thick = c.shop.deliver(must(scanner::makeSeries(spec)));
    c.shop.settle();
    must(c.assign(thick, "0417-002"));
    c.shop.settle();
    REQUIRE(c.shop.state(thick) == "held");
    const auto study = std::to_string(thick);
    must(releaseStudy(*c.shop.box.catalogue, thick, {{"who", "A. Smith"}, {"why", "she left"}}, c.now()));
    const auto rule =
        c.text("SELECT rule_id FROM finding WHERE result = 'fail' ORDER BY verdict_id DESC LIMIT 1");
    const auto waive = [&] {
        return waiveRule(*c.shop.box.catalogue, thick,
                         {{"rule", rule}, {"deviation", "D-017"}, {"who", "A. Smith"}}, c.now());
    };
    REQUIRE(c.shop.dispatch());
    CHECK(waive().error().code == Errc::Conflict);  // it is on its way
    c.shop.confirmParcels();
    REQUIRE(c.shop.state(thick) == "confirmed");
    const auto first = c.text("SELECT id FROM parcel WHERE study_id = " + study);
    must(waive());
    CHECK(c.shop.state(thick) == "complete");
    c.shop.settle();
    REQUIRE(c.shop.state(thick) == "deidentifying");
    REQUIRE(c.shop.dispatch());
    const auto said = c.manifestOf(c.text("SELECT id FROM parcel WHERE content = 'verdict'"));
    CHECK(said.content == uplink::ParcelContent::Verdict);
    CHECK(said.files.empty());
    CHECK(said.supplements == first);
    REQUIRE(said.verdict);
    const auto waived = std::ranges::find(said.verdict->findings, rule, &Finding::rule_id);
    REQUIRE(waived != said.verdict->findings.end());
    CHECK(waived->waiver == "D-017");
    CHECK(said.decisions.back().action == "waive");
    c.shop.confirmParcels();
    CHECK(c.shop.state(thick) == "confirmed");
    CHECK_FALSE(c.shop.dispatch());
}
