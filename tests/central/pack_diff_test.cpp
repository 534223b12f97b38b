// `gantry-central pack diff`: what people who approve a new version read.
#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

/// What is said of kSmallPack and the same with replacements made.
std::string changes(const std::vector<std::pair<std::string, std::string>>& replacements) {
    const auto folder = temporaryDirectory();
    const auto before = written(folder, "before.yaml", kSmallPack);
    std::string yaml = kSmallPack;
    for (const auto& [from, to] : replacements) {
        const auto at = yaml.find(from);
        REQUIRE(at != std::string::npos);
        yaml.replace(at, from.size(), to);
    }
    const auto after = written(folder, "after.yaml", yaml);
    const auto said = pack("diff " + before.string() + " " + after.string());
    CAPTURE(said.output);
    CHECK(said.exit_code == 1);
    return said.output;
}

}  // namespace

TEST_CASE("a pack compared with itself says nothing, however it is written", "[pack][diff]") {
    const auto folder = temporaryDirectory();
    const auto yaml = written(folder, "p.yaml", kSmallPack);
    const auto json = (folder.path() / "p.json").string();
    REQUIRE(pack("build " + yaml.string() + " --out " + json).exit_code == 0);
    const auto said = pack("diff " + yaml.string() + " " + json);
    CHECK(said.exit_code == 0);
    CHECK(said.output.empty());
}

TEST_CASE("a rule's change is said with its limit in words", "[pack][diff]") {
    CHECK(changes({{"op: at_most\n        value: $thickest\n        severity: query",
                    "op: at_most\n        value: 3 mm\n        severity: rescan"}}) ==
          "rules\n  THICK (slot ct): at most 5 mm -> at most 3 mm; severity query -> rescan\n");
    CHECK(changes({{"value: [80, 140]", "value: [100, 140]"}}) ==
          "rules\n  KV (slot ct): from 80 to 140 -> from 100 to 140\n");
    CHECK(changes({{"op: between, value: [80, 140]", "op: present"}}) ==
          "rules\n  KV (slot ct): from 80 to 140 -> is there\n");
}

TEST_CASE("a parameter's change is said, and so is each rule it changes", "[pack][diff]") {
    CHECK(changes({{"thickest: 5 mm", "thickest: 4 mm"}}) ==
          "rules\n  THICK (slot ct): at most 5 mm -> at most 4 mm\nparameters\n  thickest: 5 mm -> 4 mm\n");
    CHECK(changes({{"  thickest: 5 mm", "  thickest: 5 mm\n  unused: {min: 1 s, max: 2 s}"}}) ==
          "parameters\n  unused: added, 1 s to 2 s\n");
}

TEST_CASE("rules that come and go are named", "[pack][diff]") {
    CHECK(changes({{"{id: KV, check: KVP, op: between, value: [80, 140], severity: note",
                    "{id: MA, check: XRayTubeCurrent, op: at_least, value: 10, severity: query"},
                   {", KV: pass", ""}}) ==
          "rules\n  KV (slot ct): removed\n"
          "  MA (slot ct): added, XRayTubeCurrent at least 10, severity query\n"
          "examples\n  thin: expect.KV removed, was pass\n");
}

TEST_CASE("sentences that were reworded stand on lines of their own", "[pack][diff]") {
    CHECK(changes({{"Reconstruct at {limit} or thinner.", "Make it thinner."}}) ==
          "rules\n  THICK (slot ct): reworded\n"
          "      advice: \"Reconstruct at {limit} or thinner.\" -> \"Make it thinner.\"\n");
}

TEST_CASE("slots, visits, sources, overrides and phantoms are compared", "[pack][diff]") {
    CHECK(changes({{"must: [{check: Modality, op: equals, value: CT}]",
                    "must: [{check: Modality, op: in, value: [CT, PT]}]"},
                   {"accept: {score: 0}", "accept: {score: 0, margin: 1}"}}) ==
          "slots\n  ct: match.accept.margin added, 1; must now asks \"Modality is one of CT, PT\"; must no "
          "longer "
          "asks \"Modality is CT\"\n");
    CHECK(changes({{"needs: [ct]", "needs: [], optional: [ct]"}}) ==
          "visits\n  BL: needs without ct; optional added, ct\n");
    CHECK(changes({{"own decision\"}", "own decision\", verify: true}"}}) ==
          "sources\n  TRIAL: verify added, true\n");
    CHECK(changes(
              {{"examples:",
                "overrides:\n  - {when: \"KVP < 90\", set: {params.thickest: 4 mm}, why: w}\nphantoms:\n  - "
                "{id: water, kind: ct_water_cylinder, every: 7 d, tests: [{id: hu, metric: m, op: at_most, "
                "value: 5}]}\nexamples:"}}) == "overrides\n  KVP < 90: added\nphantoms\n  water: added\n");
    CHECK(changes({{"title: A small pack", "title: A pack"}}) ==
          "pack\n  title: \"A small pack\" -> \"A pack\"\n");
}

TEST_CASE("packs with mistakes are not compared", "[pack][diff]") {
    const auto folder = temporaryDirectory();
    const auto good = written(folder, "good.yaml", kSmallPack);
    const auto bad = written(folder, "bad.yaml", smallPackWith("pack: 1", "pack: 7"));
    CHECK(pack("diff " + good.string() + " " + bad.string()).exit_code == 2);
    CHECK(pack("diff " + good.string()).exit_code == 2);
}

TEST_CASE("what leaves and what stays is said option by option", "[pack][diff]") {
    CHECK(changes({{"examples:", "deidentification: {options: [retain_device_identity]}\nexamples:"}}) ==
          "policies\n  deidentification added, options retain_device_identity\n");
    const auto folder = temporaryDirectory();
    const auto with = [&](const std::string& name, const std::string& section) {
        std::string yaml = kSmallPack;
        return written(folder, name, yaml + "\n" + section + "\n").string();
    };
    const auto before =
        with("a.yaml", "deidentification: {options: [clean_descriptors], words: [DAY1], age_cap_years: 89}");
    const auto after = with("b.yaml",
                            "deidentification: {options: [clean_descriptors, retain_uids], words: [DAY2], "
                            "age_cap_years: 80, documents: clean}");
    CHECK(pack("diff " + before + " " + after).output ==
          "policies\n"
          "  deidentification.age_cap_years 89 -> 80\n"
          "  deidentification.documents added, clean\n"
          "  deidentification.options now with retain_uids\n"
          "  deidentification.words now with DAY2\n"
          "  deidentification.words without DAY1\n");
}
