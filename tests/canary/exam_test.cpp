/// The canary exam: no mark survives, and what a trial needs does.
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>

#include "driver.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::canary;
using namespace gantry::test;

namespace {

constexpr std::uint64_t kSeed = 20260310;

/// A folder for corpus and outputs that stays, when GANTRY_CANARY_KEEP names one.
std::filesystem::path workFolder(const TemporaryDirectory& temporary, const std::string& name) {
    const char* keep = std::getenv("GANTRY_CANARY_KEEP");
    const auto folder = (keep ? std::filesystem::path(keep) : temporary.path()) / name;
    std::filesystem::create_directories(folder);
    return folder;
}

std::size_t mostFindings() {
    const char* all = std::getenv("GANTRY_CANARY_FINDINGS");
    return all ? static_cast<std::size_t>(std::atoi(all)) : 40;
}

}  // namespace

TEST_CASE("each mark of the corpus stands in its file", "[canary]") {
    const auto corpus = makeCorpus(kSeed);
    std::vector<Outcome> same;
    for (const auto& file : corpus.files) same.push_back({file.bytes, ""});
    const auto score = scorePrivacy(corpus, same);
    std::cout << corpus.files.size() << " files, " << score.expected() << " marks\n";
    CHECK(score.good() == 0);
    CHECK(scoreUtility(corpus, same).findings.size() < corpus.files.size() * 10);
    if (score.good() != 0) std::cout << report("marks that the scorer does not see where they are", score, 0);
}

TEST_CASE("the options that trials use leave no mark and what trials need", "[canary]") {
    const auto corpus = makeCorpus(kSeed);
    const auto temporary = temporaryDirectory();
    const auto outcomes = runEngine(
        corpus, {"basic_profile", "retain_longitudinal_modified_dates", "retain_patient_characteristics"},
        workFolder(temporary, "options"));
    const auto privacy = scorePrivacy(corpus, outcomes);
    const auto utility = scoreUtility(corpus, outcomes);
    std::cout << report("privacy: marks, gone", privacy, mostFindings())
              << report("utility: needed, there", utility, mostFindings());
    CHECK_NOFAIL(privacy.findings.empty());
    CHECK_NOFAIL(utility.percent() >= 98);
}
