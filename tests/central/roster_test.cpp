// Rosters: from the central team's table to what a site's own key opens.
#include "roster.hpp"

#include <boost/json.hpp>

#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::string mistakesIn(const std::string& csv, const std::string& site = "") {
    const auto rosters = central::rostersFrom(csv, site);
    return rosters ? "" : rosters.error().context;
}

}  // namespace

TEST_CASE("a table of visits becomes one roster for each site", "[roster]") {
    const auto rosters = must(central::rostersFrom("\xEF\xBB\xBFsite;subject;sex;birth_year;visit;from;to;anchor:CONSENT\r\n"
                                                   "0417;0417-001;F;1961;BL;2026-12-01;2026-12-20;20261130\r\n"
                                                   "0417;0417-001;;;FU1;20270201;20270228;\r\n"
                                                   "\r\n"
                                                   "0420;\"0420-007\";M;;;;;\r\n",
                                                   ""));
    REQUIRE(rosters.size() == 2);
    CHECK(rosters.at("0417") ==
          R"({"format":1,"subjects":[{"anchors":{"CONSENT":"20261130"},"birth_year":1961,"sex":"F","subject":"0417-001",)"
          R"("visits":[{"from":"20261201","to":"20261220","visit":"BL"},{"from":"20270201","to":"20270228","visit":"FU1"}]}]})");
    CHECK(rosters.at("0420") == R"({"format":1,"subjects":[{"sex":"M","subject":"0420-007"}]})");
    CHECK(must(central::rostersFrom("subject\n0417-001\n", "0417")).at("0417") ==
          R"({"format":1,"subjects":[{"subject":"0417-001"}]})");
}

TEST_CASE("every mistake of a table is told with its line, and no value of it", "[roster]") {
    CHECK(mistakesIn("") == "line 1: there is no header");
    CHECK(mistakesIn("site,subject\n") == "the table names no subject");
    CHECK(mistakesIn("subject,name\nx,y\n", "0417").starts_with("line 1: columns that are not known: 'name'"));
    CHECK(mistakesIn("subject\nx\n") == "line 1: the column site is missing; or name one with --site");
    CHECK(mistakesIn("site,subject,sex,birth_year,left,visit,from\n"
                     "0417,1,W,,,,\n0417,2,F,61,,,\n0417,3,,,31.12.2026,,\n0417,4,,,,BL,20270230\n0417,5,,,,,20270101\n"
                     "0417,,F,,,,\n,7,,,,,\n0417,8\n") ==
          "line 2: sex must be F, M, O or empty\n"
          "line 3: birth_year must be a year\n"
          "line 4: left must be a day, YYYYMMDD\n"
          "line 5: from must be a day, YYYYMMDD\n"
          "line 6: from is of no visit\n"
          "line 7: subject is empty\n"
          "line 8: site is empty\n"
          "line 9: 7 values are expected");
    CHECK(mistakesIn("site,subject,sex,visit\n0417,1,F,BL\n0417,1,M,FU\n0417,1,F,BL\n") ==
          "line 3: sex differs from an earlier line of this subject\n"
          "line 4: this visit of the subject stands twice");
}

TEST_CASE("a roster is published for its site alone, in place of the former one", "[roster][inbox]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto file = trial.folder.path() / "roster.csv";
    const auto import = [&](const std::string& csv) {
        must(writeFileDurably(file, asBytes(csv)));
        return trial.command("roster import " + trial.directory() + " " + file.string() + trial.keyOf("desk"));
    };
    CHECK(import("site,subject\n0417,0417-001\n0999,0999-001\n").exit_code == describe(Errc::InvalidArgument).exit_code);
    CHECK_FALSE(trial.inboxOf(site).target("sites/0417/roster.age"));
    must(uplink::saveAgeIdentity(site.folder / "site.age", site.identity));
    for (const std::string subject : {"0417-001", "0417-002"}) {
        REQUIRE(import("site,subject,sex\n0417," + subject + ",F\n").exit_code == 0);
        auto inbox = trial.inboxOf(site);
        const auto target = must(inbox.target("sites/0417/roster.age"));
        CHECK(target.role == "desk");
        const auto closed = must(inbox.download(target));
        CHECK(runCommand("age -d -i " + (site.folder / "site.age").string() + " '" + closed.string() + "'").output ==
              R"({"format":1,"subjects":[{"sex":"F","subject":")" + subject + R"("}]})");
    }
}
