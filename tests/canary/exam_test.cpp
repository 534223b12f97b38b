/// The canary exam: no mark survives, and what a trial needs does.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>

#include "driver.hpp"
#include "exempt.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::canary;
using namespace gantry::test;

namespace {

constexpr std::uint64_t kSeed = 20260310;

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value ? value : otherwise;
}

/// Where corpus and outputs lie: GANTRY_CANARY_KEEP names a folder that stays.
std::filesystem::path workFolder(const TemporaryDirectory& temporary, const std::string& name) {
    const auto folder =
        std::filesystem::path(environment("GANTRY_CANARY_KEEP", temporary.path().string())) / name;
    std::filesystem::create_directories(folder);
    return folder;
}

std::uint64_t seed() {
    return std::stoull(environment("GANTRY_CANARY_SEED", std::to_string(kSeed)));
}

/// On the terminal, and behind what stands in the file that GANTRY_CANARY_REPORT names.
void tell(const std::string& title, const Score& privacy, const Score& utility) {
    const auto most = std::stoull(environment("GANTRY_CANARY_FINDINGS", "40"));
    const auto text = title + "\n" + report("privacy: marks, gone", privacy, most) +
                      report("utility: needed, there", utility, most);
    std::cout << text;
    if (const auto path = environment("GANTRY_CANARY_REPORT", ""); !path.empty())
        std::ofstream(path, std::ios::app) << "\n```\n" << text << "```\n";
}

}  // namespace

TEST_CASE("each mark of the corpus stands in its file", "[canary]") {
    const auto corpus = makeCorpus(seed());
    std::vector<Outcome> same;
    for (const auto& file : corpus.files) same.push_back({file.bytes, ""});
    const auto score = scorePrivacy(corpus, same);
    std::cout << corpus.files.size() << " files, " << score.expected() << " marks\n";
    for (const auto& mark : score.unseen) UNSCOPED_INFO("not seen where it is: " << mark);
    CHECK(score.unseen.empty());
    CHECK(scoreUtility(corpus, same).percent() > 99);
}

TEST_CASE("with the options that trials use no mark stays and what trials need does", "[canary]") {
    auto corpus = makeCorpus(seed());
    if (const auto shared = sharedFolder())
        exemptKept(corpus, *shared / "facts/ps3_15_e1.csv", {"rtn_pat_chars", "rtn_long_modif"});
    const auto temporary = temporaryDirectory();
    const auto outcomes = runEngine(corpus, trialOptions(), workFolder(temporary, "options"));
    const auto privacy = scorePrivacy(corpus, outcomes);
    const auto utility = scoreUtility(corpus, outcomes);
    tell("with options", privacy, utility);
    CHECK_NOFAIL(privacy.findings.empty());
    CHECK_NOFAIL(utility.percent() >= 98);
}

TEST_CASE("with the Basic Profile alone no mark stays", "[canary]") {
    const auto corpus = makeCorpus(seed());
    const auto temporary = temporaryDirectory();
    const auto outcomes = runEngine(corpus, {"basic_profile"}, workFolder(temporary, "basic"));
    const auto privacy = scorePrivacy(corpus, outcomes);
    tell("Basic Profile alone", privacy, Score());
    CHECK_NOFAIL(privacy.findings.empty());
}
