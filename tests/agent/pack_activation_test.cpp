// A pack with a source that was not read again is no pack for patients, however well its examples hold.
#include "raw_http.hpp"
#include "shop.hpp"
#include "workflow/pack_in_force.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

enum class Sources { AsShipped, Verified };

/// The trial with a shipped pack in place of its own.
Result<Trial> trialWith(const std::string& name, Sources sources = Sources::AsShipped) {
    const auto folder = temporaryDirectory();
    const auto config = writeTrial(folder.path(), "0417-001,HN1,F,BL\n");
    const auto built =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central pack build " + GANTRY_SOURCE_DIR +
                   "/packs/" + name + ".yaml --out " + config.pack.string() + " 2>/dev/null");
    REQUIRE(built.exit_code == 0);
    std::string json = must(readFile(config.pack));
    constexpr std::string_view kMark = ",\"verify\":\"true\"";
    if (sources == Sources::Verified)
        for (auto at = json.find(kMark); at != std::string::npos; at = json.find(kMark))
            json.erase(at, kMark.size());
    must(writeFileDurably(config.pack, asBytes(json)));
    return loadTrial(config, folder.path());
}

constexpr const char* kDrafts[] = {"onc-recist11-ct", "neuro-btip-mri", "onc-fdg-petct"};

}  // namespace

TEST_CASE("a pack whose sources are not verified is not put in force", "[agent][trial]") {
    for (const auto* name : kDrafts) {
        CAPTURE(name);
        const auto trial = trialWith(name);
        REQUIRE_FALSE(trial);
        CHECK(trial.error().code == Errc::ConfigInvalid);
        CHECK(trial.error().context.find("is not verified yet") != std::string::npos);
    }
}

TEST_CASE("a pack whose sources are verified is put in force", "[agent][trial]") {
    must(trialWith("onc-demo-ct"));
    for (const auto* name : kDrafts) {
        CAPTURE(name);
        must(trialWith(name, Sources::Verified));
    }
}

TEST_CASE("a bad pack leaves the last good one in force, also after a restart", "[agent][trial]") {
    const auto folder = temporaryDirectory();
    const auto config = writeTrial(folder.path(), "0417-001,HN1,F,BL\n");
    const auto load = [&] { return loadTrial(config, folder.path()); };
    const std::string good = must(readFile(config.pack));
    CHECK(must(load()).pack_refused.empty());
    const auto kept = keptPack(folder.path(), config.id);
    CHECK_FALSE(std::filesystem::exists(kept));  // looking changes nothing
    must(keepPack(config.pack, kept));

    std::string no_thickness = good;
    no_thickness.replace(no_thickness.find("derived.slice_thickness"), 23, "derived.slice_thinness!");
    for (const std::string& bad :
         {std::string("nonsense"), std::string(), no_thickness, good.substr(0, 900)}) {
        must(writeFileDurably(config.pack, asBytes(bad)));
        for (int start = 0; start < 2; ++start) {
            const auto trial = must(load());
            CHECK(trial.pack.version() == "1.0.0");
            CHECK_FALSE(trial.pack_refused.empty());
        }
    }
    std::filesystem::remove(config.pack);
    CHECK_FALSE(must(load()).pack_refused.empty());

    std::string next = good;
    next.replace(next.find(R"("version":"1.0.0")"), 17, R"("version":"1.0.1")");
    must(writeFileDurably(config.pack, asBytes(next)));
    const auto trial = must(load());
    CHECK(trial.pack.version() == "1.0.1");
    CHECK(trial.pack_refused.empty());
}
