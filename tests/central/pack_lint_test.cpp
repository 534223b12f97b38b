// What `gantry-central pack lint` and `pack build` say to those who write packs. Lines and columns are
// counted by hand in the text of kSmallPack.
#include <boost/json.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::string lintOf(const std::string& yaml, int exit_code = 1) {
    const auto folder = temporaryDirectory();
    const auto file = written(folder, "p.yaml", yaml);
    const auto said = pack("lint " + file.string());
    CHECK(said.exit_code == exit_code);
    std::string text = said.output;
    for (auto at = text.find(folder.path().string()); at != std::string::npos;
         at = text.find(folder.path().string()))
        text.erase(at, folder.path().string().size() + 1);
    return text;
}

bool says(const std::string& text, const std::string& part) {
    CAPTURE(text, part);
    const bool found = text.find(part) != std::string::npos;
    CHECK(found);
    return found;
}

}  // namespace

TEST_CASE("a clean pack has no mistakes", "[pack][lint]") {
    CHECK(lintOf(kSmallPack, 0) == "small 1.0.0: no mistakes\n");
    for (const auto& file : shippedPacks()) {
        CAPTURE(file.string());
        CHECK(pack("lint " + file.string()).exit_code == 0);
    }
}

TEST_CASE("each mistake stands at its line and column, with what is allowed", "[pack][lint]") {
    says(lintOf(smallPackWith("op: at_most", "op: at_mots")),
         "p.yaml:20:9: slots.ct.rules[0].op: got 'at_mots'; allowed: equals, in, between, at_most");
    says(
        lintOf(smallPackWith("severity: query", "severity: fatal")),
        "p.yaml:22:9: slots.ct.rules[0].severity: got 'fatal'; allowed: stop, stop_suv, rescan, query, note");
    says(lintOf(smallPackWith("value: $thickest", "value: $thinnest")),
         "p.yaml:21:9: slots.ct.rules[0].value: got '$thinnest'; allowed: $thickest");
    says(lintOf(smallPackWith("thickest: 5 mm", "thickest: 5 s")),
         "allowed: a number with one of the units mm");
    says(lintOf(smallPackWith("needs: [ct]", "needs: [mr]")),
         "p.yaml:10:31: visits[0].needs: got 'mr'; allowed: ct");
    says(lintOf(smallPackWith("check: KVP", "check: KPV")),
         "p.yaml:26:18: slots.ct.rules[1].check: got 'KPV'");
}

TEST_CASE("a key that is missing is reported where it should stand", "[pack][lint]") {
    says(lintOf(smallPackWith("        why: \"Thick slices hide small things.\"\n", "")),
         "p.yaml:18:9: slots.ct.rules[0]: 'why' is missing");
    says(lintOf(smallPackWith("title: A small pack\n", "")), "p.yaml:1:1: 'title' is missing");
}

TEST_CASE("mistakes of the YAML and of the pack are said together, in the order of the file",
          "[pack][lint]") {
    auto yaml = smallPackWith("version: 1.0.0\n", "version: 1.0.0\nversion: 1.0.1\n");
    yaml.replace(yaml.find("severity: note"), 14, "severity: nota");
    const auto text = lintOf(yaml);
    says(text, "p.yaml:4:1: the key 'version' is here twice\n");
    says(text, "p.yaml:27:");
    CHECK(text.find(":4:1:") < text.find(":27:"));
    says(lintOf(smallPackWith("title: A small pack", "title: [A small pack")), "not YAML");
}

TEST_CASE("a source that is still to be verified is a warning that names what it blocks", "[pack][lint]") {
    const auto text = lintOf(smallPackWith("own decision\"}", "own decision\", verify: true}"), 0);
    CHECK(text ==
          "p.yaml:6:45: warning: sources.TRIAL.verify: the source is still to be verified; this blocks "
          "activation\nsmall 1.0.0: no mistakes\n");
}

TEST_CASE("lint says the same in JSON, for several files", "[pack][lint]") {
    const auto folder = temporaryDirectory();
    const auto good = written(folder, "good.yaml", kSmallPack);
    const auto bad = written(folder, "bad.yaml", smallPackWith("id: small", "id: sm all"));
    const auto said = packOutput("lint --json " + good.string() + " " + bad.string());
    CHECK(said.exit_code == 1);
    const auto all = boost::json::parse(said.output).as_array();
    REQUIRE(all.size() == 2);
    CHECK(all[0].at("file").as_string() == good.string());
    CHECK(all[0].at("id").as_string() == "small");
    CHECK(all[0].at("problems").as_array().empty());
    const auto& problem = all[1].at("problems").as_array().at(0);
    CHECK(problem.at("kind").as_string() == "mistake");
    CHECK(problem.at("line").as_int64() == 2);
    CHECK(problem.at("column").as_int64() == 1);
    CHECK(problem.at("path").as_string() == "id");
}

TEST_CASE("what cannot be read and wrong use have an exit code of their own", "[pack][lint]") {
    const auto folder = temporaryDirectory();
    const auto good = written(folder, "good.yaml", kSmallPack);
    CHECK(pack("lint " + good.string() + " " + (folder.path() / "absent.yaml").string()).exit_code == 2);
    CHECK(pack("lint " + folder.path().string()).exit_code == 2);
    CHECK(pack("lint").exit_code == 2);
    CHECK(pack("lint --loud " + good.string()).exit_code == 2);
    CHECK(pack("lint --help").exit_code == 0);
}

TEST_CASE("build writes what a site reads, and nothing from a pack with mistakes", "[pack][build]") {
    const auto folder = temporaryDirectory();
    const auto out = (folder.path() / "p.json").string();
    const auto good = written(folder, "good.yaml", kSmallPack);
    REQUIRE(pack("build " + good.string() + " --out " + out).exit_code == 0);
    const auto built = must(readFile(out));
    CHECK(built.starts_with("{\"examples\":[{\"expect\":"));
    CHECK(pack("lint " + out).output == "small 1.0.0: no mistakes\n");  // canonical JSON is YAML too
    REQUIRE(pack("build " + out + " --out " + out + "2").exit_code == 0);
    CHECK(must(readFile(out + "2")) == built);

    const auto bad = written(folder, "bad.yaml", smallPackWith("pack: 1", "pack: 2"));
    const auto said = pack("build " + bad.string() + " --out " + out + "3");
    CHECK(said.exit_code == 2);
    says(said.output, "bad.yaml:1:1: pack: got '2'; allowed: 1");
    CHECK_FALSE(std::filesystem::exists(out + "3"));
}
