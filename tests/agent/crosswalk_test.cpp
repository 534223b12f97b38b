#include <sys/stat.h>

#include "catalogue/crosswalk.hpp"
#include "search.hpp"
#include "shop.hpp"
#include "web/decisions.hpp"
#include "workflow/crosswalk_csv.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr const char* kNobodysNumbers = "0417-001,,,BL\n0417-002,,,BL\n0417-003,,,BL\n";

/// One of several studies of an invented person, who is the same for the same patient ID.
scanner::Series scanOf(const std::string& patient, int number) {
    auto spec = demoSeries(std::stoull(patient.substr(2)), patient);
    spec.study_number = number;
    return must(scanner::makeSeries(spec));
}

Result<> assign(Shop& shop, StudyId study, const std::string& subject) {
    return assignSubject(*shop.box.catalogue, *shop.trials.all(), study,
                         {{"subject", subject}, {"visit", "BL"}, {"who", "A. Smith"}},
                         shop.box.clock.nowMillis());
}

std::string subjectOf(Shop& shop, StudyId study) {
    return textOf(*shop.box.catalogue,
                  "SELECT coalesce(subject_id, '') FROM study WHERE id = " + std::to_string(study));
}

const Trial& trialOf(const Shop& shop) {
    return *shop.trials.of("onc-demo");
}

}  // namespace

TEST_CASE("the key is made once, private, and a lost or foreign one is told, not replaced",
          "[agent][crosswalk]") {
    Box box;
    const auto file = crosswalkKeyFile(box.folder);
    const auto keys = must(CrosswalkKeys::open(file, *box.catalogue));
    struct stat info {};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(must(CrosswalkKeys::open(file, *box.catalogue)).checkValue() == keys.checkValue());

    const auto text = must(readFile(file));
    const auto refused = [&] {
        const auto opened = CrosswalkKeys::open(file, *box.catalogue);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::ConfigInvalid);
        return opened.error().context;
    };
    std::filesystem::remove(file);
    CHECK(refused().find("lost") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(file));
    must(writeFileDurably(file, asBytes(std::string(64, 'a') + "\n")));
    CHECK(refused().find("not the key") != std::string::npos);
    must(writeFileDurably(file, asBytes("abc\n")));
    refused();
    must(writeFileDurably(file, asBytes(text), 0644));
    CHECK(refused().find("others") != std::string::npos);
    must(writeFileDurably(file, asBytes(text)));
    CHECK(must(CrosswalkKeys::open(file, *box.catalogue)).checkValue() == keys.checkValue());
}

TEST_CASE("a patient is found by number and issuer, and his row opens in its place alone",
          "[agent][crosswalk]") {
    const CrosswalkKeys keys(asBytes("0123456789abcdef0123456789abcdef"));
    const auto hash = [&](const std::string& id, const std::string& issuer = "") {
        return keys.hash({id, issuer, "", "", ""});
    };
    CHECK(hash("hn7 ").matches(hash(" HN7")));  // PS3.5 6.2: spaces around a LO value do not count
    CHECK_FALSE(hash("HN7").matches(hash("HN8")));
    CHECK_FALSE(hash("007").matches(hash("7")));
    CHECK(hash("HN7", "A").matches(hash("HN7")));
    CHECK_FALSE(hash("HN7", "A").matches(hash("HN7", "B")));
    CHECK_FALSE(CrosswalkKeys(asBytes("another key of thirty-two bytes."))
                    .hash({"HN7", "", "", "", ""})
                    .matches(hash("HN7")));

    const Patient patient{"HN7", "A", "DOE^JANE", "19610203", "F"};
    auto row = keys.link("onc-demo", "0417-001", patient, "person", "A. Smith", 1);
    CHECK(must(keys.patient(row)) == patient);
    row.subject_id = "0417-002";
    CHECK(keys.patient(row).error().code == Errc::BadSignature);
}

TEST_CASE("nothing of a patient stands in the database that the crosswalk alone knows",
          "[agent][crosswalk]") {
    Shop shop(kNobodysNumbers);
    const auto entries = must(parseCrosswalk(
        "subject_id,patient_id,issuer,name,birth_date,sex\r\n0417-001,ZQ77123,HOSPITAL,\"XYLOPHONE^ZENOBIA, "
        "DR\",19610203,F\n\n0417-002,ZQ77124,,YTTRIUM^ZACHARY,,\n"));
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].patient.name == "XYLOPHONE^ZENOBIA, DR");
    const auto now = shop.box.clock.nowMillis();
    CHECK(must(importCrosswalk(*shop.box.catalogue, trialOf(shop), entries, "A. Smith", now)) == 2);
    CHECK(must(importCrosswalk(*shop.box.catalogue, trialOf(shop), entries, "A. Smith", now)) == 0);
    const auto link = must(
        shop.box.catalogue->read([](Database& db) { return linkOfSubject(db, "onc-demo", "0417-001"); }));
    REQUIRE(link);
    CHECK(must(trialOf(shop).crosswalk->patient(*link)).name == "XYLOPHONE^ZENOBIA, DR");
    const std::vector<std::string> secrets = {"ZQ77123", "ZQ77124", "XYLOPHONE", "YTTRIUM", "19610203"};
    for (const auto& file : filesBelow(shop.box.folder)) {
        if (file.filename().string().find("catalogue.sqlite") == std::string::npos) continue;
        CAPTURE(file.filename());
        CHECK(must(foundIn(file, secrets)).empty());
    }
}

TEST_CASE("an import takes all lines or none, and tells no value of a bad one", "[agent][crosswalk]") {
    constexpr std::string_view kHeader = "subject_id,patient_id,issuer,name,birth_date,sex\n";
    const auto refused = [&](const std::string& lines) {
        const auto parsed = parseCrosswalk(std::string(kHeader) + lines);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().context.find("SECRET") == std::string::npos);
        return parsed.error().context;
    };
    CHECK(refused("0417-001,SECRET1,,\n").find("line 2") != std::string::npos);
    CHECK(refused("0417-001,SECRET1,,,1961-02-03,\n").find("birth_date") != std::string::npos);
    CHECK(refused("0417-001,SECRET1,,,,X\n").find("sex") != std::string::npos);
    CHECK(refused("0417-001,\"SECRET1,,,,F\n").find("line 2") != std::string::npos);
    CHECK(refused("0417-001,\"SECRET1\"x,,,,F\n").find("line 2") != std::string::npos);
    CHECK(refused(",SECRET1,,,,\n\n0417-002,,,,,\n").find("line 4") != std::string::npos);
    CHECK_FALSE(parseCrosswalk(""));
    CHECK_FALSE(parseCrosswalk("patient,subject\n"));

    Shop shop(kNobodysNumbers);
    const auto import = [&](const std::string& lines) {
        return importCrosswalk(*shop.box.catalogue, trialOf(shop),
                               must(parseCrosswalk(std::string(kHeader) + lines)), "A. Smith",
                               shop.box.clock.nowMillis());
    };
    CHECK(import("0417-001,SECRET1,,,,\n0417-999,SECRET2,,,,\n").error().code == Errc::InvalidArgument);
    CHECK(import("0417-001,SECRET1,,,,\n0417-002,secret1,,,,\n").error().code == Errc::Conflict);
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM crosswalk") == 0);
}

TEST_CASE("later studies of a patient go to the subject that a person named", "[agent][crosswalk]") {
    Shop shop(kNobodysNumbers);
    const auto first = shop.deliver(scanOf("HN7", 1));
    const auto waiting = shop.deliver(scanOf("HN7", 4));
    shop.settle();
    REQUIRE(shop.state(first) == "unassigned");
    REQUIRE(shop.state(waiting) == "unassigned");
    must(assign(shop, first, "0417-002"));
    shop.settle();
    CHECK(subjectOf(shop, waiting) == "0417-002");
    const auto later = shop.deliver(scanOf("HN7", 2));
    const auto other = shop.deliver(scanOf("HN8", 3));
    shop.settle();
    CHECK(subjectOf(shop, later) == "0417-002");
    CHECK(shop.state(other) == "unassigned");
    CHECK(textOf(*shop.box.catalogue, "SELECT subject_id || source || who FROM crosswalk") ==
          "0417-002personA. Smith");
    CHECK(numberOf(*shop.box.catalogue, "SELECT count(*) FROM audit WHERE event = 'crosswalk-linked'") == 1);
}

TEST_CASE("one subject is one patient: anything else is refused or held, and cannot be released",
          "[agent][crosswalk]") {
    Shop shop(kNobodysNumbers);
    const auto first = shop.deliver(scanOf("HN7", 1));
    const auto second = shop.deliver(scanOf("HN8", 2));
    shop.settle();
    must(assign(shop, first, "0417-001"));
    const auto before = everything(*shop.box.catalogue);
    const auto taken = assign(shop, second, "0417-001");  // a subject that is another patient
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == Errc::Conflict);
    CHECK(everything(*shop.box.catalogue) == before);
    must(assign(shop, second, "0417-002"));
    CHECK_FALSE(assign(shop, first, "0417-003"));  // a patient who is another subject
    shop.settle();

    // Set past every rule: the judge finds it too.
    change(*shop.box.catalogue, "UPDATE study SET state = 'complete', subject_id = '0417-001' WHERE id = " +
                                    std::to_string(second));
    shop.settle();
    CHECK(shop.state(second) == "held");
    CHECK(shop.reason(second).find("0417-002") != std::string::npos);
    CHECK(shop.reason(second).find("HN8") == std::string::npos);
    CHECK_FALSE(
        releaseStudy(*shop.box.catalogue, second, {{"who", "A"}, {"why", "b"}}, shop.box.clock.nowMillis()));
    shop.dispatch();
    CHECK(numberOf(*shop.box.catalogue,
                   "SELECT count(*) FROM parcel WHERE study_id = " + std::to_string(second)) == 0);
}

TEST_CASE("a roster that says otherwise than the crosswalk holds the study", "[agent][crosswalk]") {
    Shop shop(kNobodysNumbers);
    const auto first = shop.deliver(scanOf("HN7", 1));
    shop.settle();
    must(assign(shop, first, "0417-001"));
    shop.change([](Trial& trial) { trial.roster[1].patient_id = "HN7"; });
    const auto later = shop.deliver(scanOf("HN7", 2));
    shop.settle();
    CHECK(shop.state(later) == "unassigned");
    CHECK(shop.reason(later).find("different subjects") != std::string::npos);
    CHECK_FALSE(assign(shop, later, "0417-001"));
    CHECK_FALSE(assign(shop, later, "0417-002"));
}

TEST_CASE("the roster's numbers go on working, and fill the crosswalk", "[agent][crosswalk]") {
    Shop shop("0417-001,HN7,,BL\n0417-002,,,BL\n");
    const auto study = shop.deliver(scanOf("HN7", 1));
    shop.settle();
    CHECK(subjectOf(shop, study) == "0417-001");
    CHECK(textOf(*shop.box.catalogue, "SELECT subject_id || source FROM crosswalk") == "0417-001roster");
}
