// docs/formats/enrolment.md at the site: keys, request, answer, renewal.
#include <sys/stat.h>

#include "enrolment/hub_talk.hpp"
#include "inbox/site_inbox.hpp"
#include "inbox_fixture.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr UnixMillis kDay = 86'400'000;

struct NewSite {
    Box box;
    SponsorInbox sponsor{box.clock};
    EnrolmentFolder folder{box.folder, kTrial};
    Result<Enrolment> begin(const std::string& file, const std::string& ae_title = "TRIAL1") {
        return beginEnrolment(box.folder, {file, ae_title, "test", "T. Est"}, box.clock.nowMillis());
    }
    Result<bool> ask() { return askHub(folder, httpOf(folder, {}), {}); }
    std::string request() { return must(readFile(folder.request())); }
};

}  // namespace

TEST_CASE("keys are made here, and nobody else can read them", "[agent][enrolment]") {
    NewSite site;
    must(site.begin(site.sponsor.enrolmentFile()));
    for (const auto& file : {site.folder.tlsKey(), site.folder.ageIdentity(), site.folder.statementKey(),
                             site.folder.record(), site.folder.request()}) {
        struct stat info {};
        REQUIRE(::stat(file.c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
    }
    struct stat info {};
    REQUIRE(::stat(site.folder.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
    // Neither the token nor a secret key leaves.
    const auto token = std::string(json::parse(site.sponsor.enrolmentFile()).at("token").as_string());
    CHECK(site.request().find(token) == std::string::npos);
    CHECK(site.request().find("AGE-SECRET") == std::string::npos);
    CHECK(site.request().find("PRIVATE KEY") == std::string::npos);
    CHECK(must(readFile(site.folder.record())).find(token) == std::string::npos);
}

TEST_CASE("the same enrolment file again changes nothing", "[agent][enrolment]") {
    NewSite site;
    const auto file = site.sponsor.enrolmentFile();
    const auto first = must(site.begin(file));
    const auto request = site.request();
    CHECK(must(site.begin(file)).fingerprint == first.fingerprint);
    CHECK(site.request() == request);
    must(takeAnswer(site.folder, site.sponsor.answerTo(request)));
    CHECK(site.begin(file).error().code == Errc::AlreadyExists);
}

TEST_CASE("an enrolment file that ran out, or cannot be one, is refused", "[agent][enrolment]") {
    NewSite site;
    const auto file = site.sponsor.enrolmentFile();
    CHECK(site.begin("{}").error().code == Errc::BadFormat);
    for (const auto* title : {"", "SEVENTEEN-LETTERS", "BACK\\SLASH"})
        CHECK(site.begin(file, title).error().code == Errc::InvalidArgument);
    auto climbing = json::parse(file).as_object();
    climbing["trial"] = "../onc-demo";
    CHECK(site.begin(json::serialize(climbing)).error().code == Errc::InvalidArgument);
    site.box.clock.advance(2 * kDay);
    CHECK(site.begin(file).error().code == Errc::Expired);
    CHECK_FALSE(std::filesystem::exists(site.folder.path()));
}

TEST_CASE("a certificate for another key is not taken", "[agent][enrolment]") {
    NewSite site;
    NewSite other;
    must(site.begin(site.sponsor.enrolmentFile()));
    must(other.begin(other.sponsor.enrolmentFile()));
    auto answer = json::parse(other.sponsor.answerTo(other.request())).as_object();
    CHECK(takeAnswer(site.folder, json::serialize(answer)).error().code == Errc::Conflict);
    CHECK(must(site.folder.read()).state == "requested");
    CHECK_FALSE(std::filesystem::exists(site.folder.certificate()));
    answer = json::parse(site.sponsor.answerTo(site.request())).as_object();
    answer["site"] = "0999";
    CHECK(takeAnswer(site.folder, json::serialize(answer)).error().code == Errc::Conflict);
}

TEST_CASE("by the hub, the answer comes when a person has accepted", "[agent][enrolment]") {
    NewSite site;
    must(site.begin(site.sponsor.enrolmentFile(true)));
    CHECK_FALSE(must(site.ask()));
    CHECK_FALSE(must(site.ask()));
    site.sponsor.accepting = true;
    CHECK(must(site.ask()));
    const auto enrolment = must(site.folder.read());
    CHECK(enrolment.state == "accepted");
    CHECK(enrolment.accepted_by == "C. Team");
    CHECK(site.sponsor.asked() ==
          std::vector<std::string>{"/enrol", "/enrol/r1", "/enrol/r1", "/enrol/r1"});  // asked once
}

TEST_CASE("after a rejection a new file makes a new request", "[agent][enrolment]") {
    NewSite site;
    must(site.begin(site.sponsor.enrolmentFile(true)));
    site.sponsor.rejecting = true;
    CHECK(site.ask().error().code == Errc::Gone);
    CHECK(must(site.folder.read()).state == "rejected");
    site.sponsor.rejecting = false;
    site.sponsor.accepting = true;
    CHECK(must(site.begin(site.sponsor.enrolmentFile(true))).state == "requested");
    CHECK(must(site.ask()));
    CHECK(must(site.folder.read()).state == "accepted");
}

TEST_CASE("an acceptance by the hub stands in the audit, and the page says what is missing",
          "[agent][enrolment]") {
    NewSite site;
    must(site.begin(site.sponsor.enrolmentFile(true)));
    TrialsInForce trials;
    Config config;
    config.data_directory = site.box.folder;
    const auto inbox = must(SiteInbox::start(
        {{config, *site.box.catalogue, site.box.clock, trials, [](StudyId) {}}, {}, {}, {}, {}}));
    const auto missing = [&] { return must(inbox->trials()).at(0).missing; };
    CHECK(missing() == "The central team has not accepted this site yet.");
    site.sponsor.accepting = true;
    CHECK(waitUntil([&] { return inbox->pull(kTrial) && must(site.folder.read()).state == "accepted"; },
                    std::chrono::seconds(30)));
    CHECK(waitUntil([&] { return missing() == "The trial's addresses and keys have not come yet."; },
                    std::chrono::seconds(30)));
    CHECK(waitUntil(
        [&] {
            return numberOf(*site.box.catalogue,
                            "SELECT count(*) FROM audit WHERE event = 'enrolment.accepted'") == 1;
        },
        std::chrono::seconds(30)));
    CHECK(inbox->pull("another").error().code == Errc::NotFound);
    CHECK(inbox->enrol({site.sponsor.enrolmentFile(true), "TRIAL1", "test", "T. Est"}).error().code ==
          Errc::AlreadyExists);
}

TEST_CASE("a certificate is renewed when two thirds of its life are over", "[agent][enrolment]") {
    NewSite site;
    must(site.begin(site.sponsor.enrolmentFile(true)));
    site.sponsor.accepting = true;
    REQUIRE(must(site.ask()));
    TrialsInForce trials;
    Config config;
    config.data_directory = site.box.folder;
    auto follower = must(Follower::start(
        {{config, *site.box.catalogue, site.box.clock, trials, [](StudyId) {}}, {}, {}, {}, {}}, site.folder,
        false));
    site.sponsor.publishTrial();
    follower->step();
    CHECK(site.sponsor.renewed == 0);
    const auto first = must(readFile(site.folder.certificate()));
    site.box.clock.advance(61 * kDay);  // of 90
    site.sponsor.publishTrial();        // the timestamp of then has run out
    follower->step();
    CHECK(site.sponsor.renewed == 1);
    const auto second = must(readFile(site.folder.certificate()));
    CHECK(second != first);
    CHECK(must(uplink::readCertificate(second)).not_after ==
          must(uplink::readCertificate(first)).not_after + 61 * kDay);
    follower->step();
    CHECK(site.sponsor.renewed == 1);
}
