// Expected against received.
#include "reconcile.hpp"

#include <boost/json.hpp>

#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::central;
using namespace gantry::test;

namespace {

constexpr auto kToday = "20261210";

ExpectedSubject subject(std::vector<ExpectedVisit> visits, const std::string& left = "") {
    return {"0417", "0417-001", left, "{}", std::move(visits)};
}

DeliveredStudy study(const std::string& visit, const std::string& day, const std::string& withdrawn = "") {
    return {"0417", "0417-001", visit, "2.25." + day, day, "pass", withdrawn};
}

std::string standing(const ExpectedVisit& visit, const std::vector<DeliveredStudy>& delivered, const std::string& left = "") {
    const auto lines = reconcile({subject({visit}, left)}, delivered, kToday);
    REQUIRE_FALSE(lines.empty());
    return lines.front().standing;
}

}  // namespace

TEST_CASE("each expected visit has one standing", "[reconcile]") {
    const ExpectedVisit past{"BL", "20261101", "20261130"};
    CHECK(standing(past, {}) == "missing");
    CHECK(standing(past, {study("BL", "20261115")}) == "received");
    CHECK(standing(past, {study("FU", "20261115")}) == "missing");
    CHECK(standing(past, {study("BL", "20261115", "other-subject")}) == "missing");
    CHECK(standing(past, {}, "20261115") == "left");
    CHECK(standing(past, {}, "20261201") == "missing");  // it was to come before
    CHECK(standing({"BL", "20261201", "20261210"}, {}) == "due");  // the last day counts
    CHECK(standing({"BL", "20261211", "20261220"}, {}) == "coming");
    CHECK(standing({"BL", "20261211", "20261220"}, {}, "20261225") == "coming");
    CHECK(standing({"BL", "", ""}, {}) == "open");
    CHECK(standing({"BL", "", ""}, {}, "20261201") == "left");
}

TEST_CASE("what came late, was withdrawn, or was expected by nobody is told", "[reconcile]") {
    const auto lines = reconcile({subject({{"BL", "20261101", "20261130"}, {"FU", "20261101", "20261130"}})},
                                 {study("BL", "20261130"), study("FU", "20261201"), study("EOT", "20261202")}, kToday);
    REQUIRE(lines.size() == 3);
    CHECK_FALSE(lines[0].late);
    CHECK(lines[1].late);
    CHECK(lines[2].standing == "unexpected");
    CHECK_FALSE(lines[2].expected);
    const auto again = reconcile({subject({{"BL", "20261101", "20261130"}})},
                                 {study("BL", "20261110", "other-subject"), study("BL", "20261112")}, kToday);
    REQUIRE(again.size() == 2);
    CHECK(again[0].received_day == "20261112");  // the one that stands
    CHECK(again[1].standing == "withdrawn");
    CHECK(again[1].withdrawn == "other-subject");
}

TEST_CASE("a visit that is repeated is filled one study after the other", "[reconcile]") {
    const auto lines = reconcile(
        {subject({{"FU", "20261001", "20261010"}, {"FU", "20261101", "20261110"}, {"FU", "20261201", "20261220"}})},
        {study("FU", "20261005"), study("FU", "20261105")}, kToday);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].received_day == "20261005");
    CHECK(lines[1].received_day == "20261105");
    CHECK(lines[2].standing == "due");
}

TEST_CASE("the table is CSV that a spreadsheet does not execute", "[reconcile]") {
    ReconcileLine line;
    line.site = "0417";
    line.subject = "=HYPERLINK(\"x\")";
    line.visit = "BL, first";
    line.standing = "open";
    CHECK(toCsv({line}) ==
          "site,subject,visit,expected,from,to,received,verdict,late,withdrawn,standing\r\n"
          "0417,\"'=HYPERLINK(\"\"x\"\")\",\"BL, first\",yes,,,,,no,,open\r\n");
}

TEST_CASE("gantry-central reconcile compares the last roster with what was opened", "[reconcile]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    SponsorEnd maker;  // makes parcels for its own key
    maker.identity = must(uplink::loadAgeIdentities(trial.sponsor.identity())).front();
    const auto parcel = makeTestParcel(maker);
    const auto sent = trial.curl(trial.as(site) +
                                     "-X POST -o /dev/null -H 'Tus-Resumable: 1.0.0' -H 'Content-Type: "
                                     "application/offset+octet-stream' -H 'Upload-Length: " +
                                     std::to_string(parcel.bytes.size()) + "' -H 'Upload-Metadata: " + parcel.metadata +
                                     "' --data-binary @" + parcel.file.string(),
                                 "/tus/");
    REQUIRE(sent.ends_with("\n201"));
    const auto listed = [&] { return boost::json::parse(trial.run("list --json " + trial.directory())).as_array(); };
    REQUIRE(eventually([&] { return listed().size() == 1 && listed().at(0).at("state") == "opened"; }));
    const auto field = [&](const char* name) { return std::string(listed().at(0).at(name).as_string()); };
    const auto file = trial.folder.path() / "roster.csv";
    const auto import = [&](const std::string& csv) {
        must(writeFileDurably(file, asBytes(csv)));
        trial.run("roster import " + trial.directory() + " " + file.string() + trial.keyOf("desk"));
    };
    import("site,subject,visit,from,to\n0417,gone,BL,20200101,20200102\n");
    import("site,subject,left,visit,from,to\n0417," + field("subject") + ",," + field("visit") +
           ",20200101,20200201\n0417,0417-007,20200115,BL,20200101,20200201\n0417,0417-008,,BL,20200101,20200201\n");
    const auto csv = trial.run("reconcile " + trial.directory());
    INFO(csv);
    const auto day = [&] {
        auto now = isoUtc(trial.clock.nowMillis()).substr(0, 10);
        std::erase(now, '-');
        return now;
    }();
    CHECK(csv.find("0417," + field("subject") + "," + field("visit") + ",yes,20200101,20200201," + day) != std::string::npos);
    CHECK(csv.find(",yes,,received\r\n") != std::string::npos);  // late
    CHECK(csv.find("0417,0417-007,BL,yes,20200101,20200201,,,no,,left\r\n") != std::string::npos);
    CHECK(csv.find("0417,0417-008,BL,yes,20200101,20200201,,,no,,missing\r\n") != std::string::npos);
    CHECK(csv.find("gone") == std::string::npos);
    const auto open = trial.run("reconcile --open " + trial.directory());
    CHECK(open.find("missing") != std::string::npos);
    CHECK(open.find("received\r\n") == std::string::npos);
}
