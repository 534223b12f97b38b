// The page of a real gantryd in a real browser: what tests/browser/live_test.mjs asks for, brought about by a
// scanner.
#include "gantry/scanner/scenario.hpp"
#include "installation.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

namespace {

constexpr int kSkipped = 77;
constexpr auto kSoon = std::chrono::seconds(60);

/// tests/browser/run.mjs. @return its exit code
int runBrowser(std::vector<std::string> arguments, const std::filesystem::path& log, const std::string& url,
               const std::string& setup_code = "") {
    const auto script = std::filesystem::path(GANTRY_SOURCE_DIR) / "tests" / "browser" / "run.mjs";
    arguments.insert(arguments.begin(), {script.string(), "--modules", GANTRY_BROWSER_MODULES});
    const Command command{GANTRY_NODE_PROGRAM, arguments, log, {{"GANTRY_URL", url}, {"GANTRY_SETUP_CODE", setup_code}}};
    return must(runToEnd(command, std::chrono::minutes(4)));
}

Delivery deliveryOf(Scenario scenario, std::uint64_t seed) {
    ScenarioSpec spec;
    spec.scenario = scenario;
    spec.series.seed = seed;
    spec.series.rows = spec.series.columns = 64;
    return must(makeDelivery(spec));
}

}  // namespace

TEST_CASE("the page shows a real site", "[system]") {
    const auto good = deliveryOf(Scenario::Good, 201);
    const auto thick = deliveryOf(Scenario::Thick, 202);
    const auto missing = deliveryOf(Scenario::Missing, 203);
    const auto unknown = deliveryOf(Scenario::Good, 204);
    auto installation = installOrSkip({{"0417-001", good}, {"0417-002", thick}, {"0417-003", missing}});
    if (!installation) return;
    auto& [folder, sponsor, site] = *installation;
    const auto log = folder.path() / "browser.log";
    if (runBrowser({"--install"}, log, "") == kSkipped)
        return skipLoudly("the packages of the browser tests are not there");

    for (const auto* delivery : {&good, &thick, &missing, &unknown})
        for (const auto& wave : delivery->waves)
            for (const auto& status : sendAll(site.destination(), wave.instances)) REQUIRE(status.stored());
    const auto in = [](const char* state) {
        return [=](const StudyView& study) { return study.state == state; };
    };
    (void)must(site.waitForStudy(good.study_instance_uid, in("confirmed"), kSoon));
    (void)must(site.waitForStudy(thick.study_instance_uid, in("held"), kSoon));
    (void)must(site.waitForStudy(missing.study_instance_uid, in("held"), kSoon));
    (void)must(site.waitForStudy(unknown.study_instance_uid, in("unassigned"), kSoon));

    const auto system = must(site.ctl({"system"}));
    CAPTURE(system);
    CHECK(system.find("Node CT1 at 127.0.0.1") != std::string::npos);
    const auto answers = must(site.ctl({"echo", "GANTRY", "127.0.0.1", std::to_string(site.dicomPort())}));
    CHECK(answers.starts_with("It answers"));

    const auto code = runBrowser({"--dist", GANTRY_UI_FOLDER, "live_test.mjs"}, log, site.pageUrl(),
                                 must(site.ctl({"setup-code"})));
    if (code == kSkipped) return skipLoudly("no browser");
    INFO(must(readFile(log)));
    CHECK(code == 0);
}
