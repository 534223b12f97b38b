/// The canary exam: no mark survives, and what a trial needs does.
#include <catch2/catch.hpp>

#include "driver.hpp"
#include "exam_kit.hpp"

using namespace gantry;
using namespace gantry::canary;
using namespace gantry::test;

TEST_CASE("each mark of the corpus stands in its file", "[canary]") {
    const auto corpus = examCorpus();
    std::vector<Outcome> same;
    for (const auto& file : corpus.files) same.push_back({file.bytes, ""});
    const auto score = scorePrivacy(corpus, same);
    std::cout << corpus.files.size() << " files, " << score.expected() << " marks\n";
    for (const auto& mark : score.unseen) UNSCOPED_INFO("not seen where it is: " << mark);
    CHECK(score.unseen.empty());
    CHECK(scoreUtility(corpus, same).percent() > 99);
}

TEST_CASE("with the options that trials use no mark stays and what trials need does", "[canary]") {
    const auto corpus = examCorpus();
    const auto temporary = temporaryDirectory();
    const auto outcomes = runEngine(corpus, trialOptions(), workFolder(temporary, "options"));
    const auto privacy = scorePrivacy(corpus, outcomes);
    const auto utility = scoreUtility(corpus, outcomes);
    tell("with options, by the engine", privacy, utility);
    CHECK(privacy.findings.empty());
    CHECK(utility.percent() >= 98);
}

TEST_CASE("with the Basic Profile alone no mark stays", "[canary]") {
    const auto corpus = examCorpus();
    const auto temporary = temporaryDirectory();
    const auto outcomes = runEngine(corpus, {"basic_profile"}, workFolder(temporary, "basic"));
    const auto privacy = scorePrivacy(corpus, outcomes);
    tell("Basic Profile alone, by the engine", privacy, Score());
    CHECK(privacy.findings.empty());
}
