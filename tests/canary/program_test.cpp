/// The canary exam taken by the program: gantryctl deid run over a folder, gate and all.
#include <catch2/catch.hpp>

#include "driver.hpp"
#include "driver_program.hpp"
#include "exam_kit.hpp"

using namespace gantry;
using namespace gantry::canary;
using namespace gantry::test;

TEST_CASE("the program leaves no mark and what trials need", "[canary]") {
    const auto corpus = examCorpus(true);
    const auto temporary = temporaryDirectory();
    const std::string hold = "object";
    const auto run = runProgram(corpus, trialOptions(), hold, workFolder(temporary, "program-" + hold));
    const auto privacy = scorePrivacy(corpus, run.outcomes);
    const auto utility = scoreUtility(corpus, run.outcomes);
    tell("with options, by gantryctl", privacy, utility);
    CHECK(privacy.findings.empty());
    CHECK(utility.percent() >= 98);
    for (const auto& name : run.names) {
        CHECK(name.find(corpus.shared.family) == std::string::npos);
        CHECK(name.find(corpus.shared.patient_id) == std::string::npos);
    }
}

TEST_CASE("the program leaves no mark by the Basic Profile alone", "[canary]") {
    const auto corpus = examCorpus(true);
    const auto temporary = temporaryDirectory();
    const auto run = runProgram(corpus, {}, "object", workFolder(temporary, "program-basic"));
    const auto privacy = scorePrivacy(corpus, run.outcomes);
    tell("Basic Profile alone, by gantryctl", privacy, Score());
    CHECK(privacy.findings.empty());
}
