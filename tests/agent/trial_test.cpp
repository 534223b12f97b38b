#include <sys/stat.h>

#include "shop.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

TEST_CASE("a roster is read line by line, and every bad line is named", "[agent][trial]") {
    const auto roster =
        must(parseRoster("subject_id,patient_id,sex,visit_id\n"
                         "0417-001,HN1,F,BL\r\n"
                         "\n"
                         " 0417-002 , , ,\n"
                         "0417-003,HN3,O,FU"));
    REQUIRE(roster.size() == 3);
    CHECK(roster[0].patient_id == "HN1");
    CHECK(roster[0].visit_id == "BL");
    CHECK(roster[1].subject_id == "0417-002");
    CHECK(roster[1].patient_id.empty());
    CHECK(roster[2].sex == "O");
    CHECK(must(parseRoster("subject_id,patient_id,sex,visit_id\n")).empty());

    const auto bad = parseRoster(
        "subject_id,patient_id,sex,visit_id\n0417-001,HN1,F\n,HN2,F,BL\n0417-003,HN3,x,BL\n"
        "0417-004,HN4,F,BL\n0417-004,HN5,F,BL\n");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code == Errc::ConfigInvalid);
    for (const auto* line : {"line 2", "line 3", "line 4", "line 6"})
        CHECK(bad.error().context.find(line) != std::string::npos);
    CHECK(bad.error().context.find("line 5") == std::string::npos);
    for (const auto* header : {"", "subject,patient\n", "0417-001,HN1,F,BL\n"})
        CHECK_FALSE(parseRoster(header));
}

TEST_CASE("an anchor of a visit is a day of the calendar", "[agent][trial]") {
    const auto roster = [](const std::string& day) {
        return parseRoster("subject_id,patient_id,sex,visit_id,anchor:first_dose\n0417-001,HN1,F,BL," + day +
                           "\n");
    };
    CHECK(must(roster("20240229")).front().anchors.at("first_dose") == "20240229");
    CHECK(must(roster("")).front().anchors.empty());
    for (const auto* no_day : {"20230229", "20260431", "20260000", "20261301", "2026-1-1", "202601"}) {
        const auto refused = roster(no_day);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().context.find("anchor:first_dose must be a day of the calendar") !=
              std::string::npos);
    }
}

TEST_CASE("a subject is found only where exactly one answers", "[agent][trial]") {
    const std::vector<RosterEntry> roster = {{"0417-001", "HN1", "F", "BL"}, {"0417-002", "HN2", "M", "BL"},
                                             {"0417-003", "", "M", "BL"},    {"0417-004", "HN9", "M", "BL"},
                                             {"0417-005", "HN9", "F", "BL"}, {"HN1X", "0417-002", "F", "BL"}};
    const auto found = [&](std::string_view patient, std::string_view subject) {
        const auto entry = findSubject(roster, patient, subject);
        return entry ? entry->subject_id : "nobody";
    };
    CHECK(found("HN1", "") == "0417-001");
    CHECK(found("0417-001", "") == "0417-001");  // a console that knows the subject number alone
    CHECK(found("", "0417-003") == "0417-003");
    CHECK(found("HN1", "0417-001") == "0417-001");
    CHECK(found("HN1", "0417-004") == "nobody");  // the two speak of different subjects
    CHECK(found("HN9", "") == "nobody");          // two subjects claim the patient
    CHECK(found("0417-002", "") == "nobody");     // one subject's number is another's hospital number
    CHECK(found("", "") == "nobody");
    CHECK(found("HN", "") == "nobody");
    CHECK(found("hn1", "") == "nobody");
}

TEST_CASE("a trial makes its key once, keeps it private, and takes no other", "[agent][trial]") {
    const auto folder = temporaryDirectory();
    const auto config = writeTrial(folder.path(), "0417-001,HN1,F,BL\n");
    must(loadTrial(config, folder.path()));
    struct stat info {};
    REQUIRE(::stat(config.key.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const auto key = must(readFile(config.key));
    CHECK(key.size() == 65);  // 32 bytes in hexadecimal and a line's end
    must(loadTrial(config, folder.path()));
    CHECK(must(readFile(config.key)) == key);

    SECTION("that others can read") {
        REQUIRE(::chmod(config.key.c_str(), 0640) == 0);
        CHECK_FALSE(loadTrial(config, folder.path()));
    }
    SECTION("that is too short") {
        must(writeFileDurably(config.key, asBytes("00ff\n")));
        CHECK_FALSE(loadTrial(config, folder.path()));
    }
    SECTION("that is empty") {
        must(writeFileDurably(config.key, asBytes("")));
        CHECK_FALSE(loadTrial(config, folder.path()));
        CHECK(must(readFile(config.key)).empty());
    }
}

TEST_CASE("a trial whose files are wrong is named with what is wrong", "[agent][trial]") {
    const auto folder = temporaryDirectory();
    auto config = writeTrial(folder.path(), "0417-001,HN1,F,BL\n");
    SECTION("pack") {
        must(writeFileDurably(config.pack, asBytes("{}")));
    }
    SECTION("no pack") {
        config.pack = folder.path() / "none.json";
    }
    SECTION("no roster") {
        config.roster = folder.path() / "none.csv";
    }
    SECTION("recipient") {
        config.recipients = {"age1nonsense"};
    }
    SECTION("receipt key") {
        config.receipt_keys = {"gantry-ed25519-public:AAAA"};
    }
    SECTION("token that others can read") {
        config.token = folder.path() / "token";
        must(writeFileDurably(config.token, asBytes("secret\n"), 0644));
    }
    const auto trial = loadTrial(config, folder.path());
    REQUIRE_FALSE(trial);
    CHECK(trial.error().context.starts_with("trial onc-demo"));
}
