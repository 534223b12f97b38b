// The JSON Schema that editors use: the committed file is what the program prints, it lets every shipped pack
// pass in an independent validator, and it knows the same words as the engine.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace json = boost::json;

namespace {

using Words = std::set<std::string>;

std::filesystem::path schemaFile() {
    return std::filesystem::path(GANTRY_SOURCE_DIR) / "docs/formats/pack.schema.json";
}

json::value schema() {
    return json::parse(must(readFile(schemaFile())));
}

/// Words of an enum that are texts.
Words enumAt(const json::value& schema, const std::string& pointer) {
    Words words;
    for (const auto& one : schema.at_pointer(pointer).as_array())
        if (one.is_string()) words.emplace(one.as_string());
    return words;
}

Words keysAt(const json::value& schema, const std::string& pointer) {
    Words words;
    for (const auto& member : schema.at_pointer(pointer).as_object()) words.emplace(member.key());
    return words;
}

/// What lint says is allowed where kSmallPack has `from` instead of `to`.
Words allowed(const std::string& from, const std::string& to) {
    const auto folder = temporaryDirectory();
    const auto said =
        packOutput("lint --json " + written(folder, "p.yaml", smallPackWith(from, to)).string());
    const auto report = json::parse(said.output);
    const std::string message(report.at(0).at("problems").at(0).at("message").as_string());
    CAPTURE(message);
    const auto at = message.find("allowed: ");
    REQUIRE(at != std::string::npos);
    Words words;
    std::string rest = message.substr(at + 9);
    while (!rest.empty()) {
        const auto comma = rest.find(", ");
        words.insert(rest.substr(0, comma));
        rest = comma == std::string::npos ? "" : rest.substr(comma + 2);
    }
    return words;
}

std::string keyAfter(const std::string& place) {
    return place + "nonsense: x, ";
}

bool validatorIsThere() {
    if (runCommand("python3 -c 'import jsonschema' 2>&1").exit_code == 0) return true;
    skipLoudly("python3-jsonschema is not installed");
    return false;
}

CommandOutcome validate(const std::string& packs) {
    return runCommand("python3 " + std::string(GANTRY_SOURCE_DIR) + "/tests/central/pack_schema.py " +
                      schemaFile().string() + " " + packs + " 2>&1");
}

std::string built(const TemporaryDirectory& folder, const std::filesystem::path& yaml) {
    const auto out = (folder.path() / yaml.stem()).string() + ".json";
    REQUIRE(pack("build " + yaml.string() + " --out " + out).exit_code == 0);
    return out;
}

}  // namespace

TEST_CASE("the page of checks is what the engine's tables say", "[pack]") {
    const auto page = must(readFile(std::filesystem::path(GANTRY_SOURCE_DIR) / "docs/checks-reference.md"));
    CHECK(packOutput("rules").output == page);
}

TEST_CASE("the program prints the committed schema", "[pack][schema]") {
    const auto said = packOutput("schema");
    CHECK(said.exit_code == 0);
    CHECK(said.output == must(readFile(schemaFile())));
}

TEST_CASE("the shipped packs are valid by an independent validator", "[pack][schema]") {
    if (!validatorIsThere()) return;
    const auto folder = temporaryDirectory();
    std::string packs = built(folder, written(folder, "small.yaml", kSmallPack));
    for (const auto& yaml : shippedPacks()) packs += " " + built(folder, yaml);
    const auto said = validate(packs);
    CAPTURE(said.output);
    CHECK(said.exit_code == 0);
}

TEST_CASE("what lint refuses by its form the schema refuses too", "[pack][schema]") {
    if (!validatorIsThere()) return;
    const auto folder = temporaryDirectory();
    const auto document =
        json::parse(must(readFile(built(folder, written(folder, "small.yaml", kSmallPack)))));
    const std::pair<const char*, json::value> faults[] = {
        {"/pack", "2"},
        {"/id", "two words"},
        {"/version", "1.0"},
        {"/visits", json::array{}},
        {"/slots/ct/rules/0/op", "at_mots"},
        {"/slots/ct/rules/0/severity", "fatal"},
        {"/slots/ct/rules/0", json::object{{"id", "X"}, {"check", "KVP"}, {"op", "present"}}},
        {"/slots/ct/match", json::object{{"must", json::array{}}}},
        {"/sources/TRIAL", json::object{{"cited", "x"}}}};
    std::vector<std::string> files;
    std::string all;
    for (const auto& [pointer, value] : faults) {
        json::value changed = document;
        changed.at_pointer(pointer) = value;
        files.push_back(
            written(folder, std::to_string(files.size()) + ".json", json::serialize(changed)).string());
        CAPTURE(pointer);
        CHECK(pack("lint " + files.back()).exit_code == 1);
        all += " " + files.back();
    }
    const auto said = validate(all);
    for (const std::string& file : files) CHECK(said.output.find(file + ": ") != std::string::npos);
}

TEST_CASE("the schema knows the words that the engine knows", "[pack][schema]") {
    const auto known = schema();
    CHECK(enumAt(known, "/$defs/operator/enum") == allowed("op: at_most", "op: x"));
    CHECK(enumAt(known, "/$defs/severity/enum") == allowed("severity: query", "severity: x"));
    CHECK(enumAt(known, "/$defs/repair/enum") ==
          allowed("severity: query", "severity: query\n        repair: x"));
    CHECK(enumAt(known, "/$defs/rule/properties/missing/enum") ==
          allowed("severity: query", "severity: query\n        missing: x"));
    CHECK(enumAt(known, "/$defs/rule/properties/over/anyOf/0/enum") ==
          allowed("severity: query", "severity: query\n        over: x"));
    CHECK(enumAt(known, "/$defs/rule/properties/of/enum") ==
          allowed("severity: query", "severity: query\n        of: x"));
    CHECK(enumAt(known, "/properties/deidentification/properties/options/items/enum") ==
          allowed("examples:", "deidentification: {options: [x]}\nexamples:"));
    CHECK(enumAt(known, "/properties/deidentification/properties/documents/enum") ==
          allowed("examples:", "deidentification: {options: [], documents: x}\nexamples:"));
    CHECK(enumAt(known, "/properties/deidentification/properties/screening/enum") ==
          allowed("examples:", "deidentification: {options: [], screening: x}\nexamples:"));
    CHECK(enumAt(known, "/$defs/choice/enum") ==
          allowed("    rules:\n", "    choose: {when_many: x}\n    rules:\n"));
    CHECK(enumAt(known, "/$defs/slot/properties/merge/enum") ==
          allowed("    rules:\n", "    merge: x\n    rules:\n"));
}

TEST_CASE("the schema knows the keys that the engine knows", "[pack][schema]") {
    const auto known = schema();
    CHECK(keysAt(known, "/properties") == allowed("pack: 1\n", "pack: 1\nnonsense: x\n"));
    CHECK(keysAt(known, "/properties/deidentification/properties") ==
          allowed("examples:", "deidentification: {options: [], nonsense: x}\nexamples:"));
    CHECK(keysAt(known, "/properties/deidentification/properties/pixel_regions/items/properties") ==
          allowed("examples:",
                  "deidentification: {options: [], pixel_regions: [{modality: US, x: 0, y: 0, width: 1, "
                  "height: 1, nonsense: x}]}\nexamples:"));
    CHECK(keysAt(known, "/$defs/rule/properties") == allowed("{id: KV, ", keyAfter("{id: KV, ")));
    CHECK(keysAt(known, "/$defs/visit/properties") == allowed("{id: BL, ", keyAfter("{id: BL, ")));
    CHECK(keysAt(known, "/$defs/slot/properties") == allowed("    label: ", "    nonsense: x\n    label: "));
    CHECK(keysAt(known, "/$defs/slot/properties/match/properties") ==
          allowed("      must: ", "      nonsense: x\n      must: "));
    CHECK(keysAt(known, "/$defs/slot/properties/match/properties/must/items/properties") ==
          allowed("{check: Modality", "{nonsense: x, check: Modality"));
    CHECK(keysAt(known, "/$defs/example/properties") ==
          allowed("  - name: thin", "  - nonsense: x\n    name: thin"));
    CHECK(keysAt(known, "/$defs/example/properties/given/anyOf/0/properties") ==
          allowed("given: {", keyAfter("given: {")));
    CHECK(keysAt(known, "/properties/sources/additionalProperties/properties") ==
          allowed("TRIAL: {", keyAfter("TRIAL: {")));
}

TEST_CASE("every name of a check in the schema is one the engine knows", "[pack][schema]") {
    std::string conditions;
    for (const auto& name : enumAt(schema(), "/$defs/check/anyOf/0/enum"))
        conditions += (conditions.empty() ? "{check: " : ", {check: ") + name + ", op: present}";
    const auto folder = temporaryDirectory();
    const auto yaml = smallPackWith("{id: KV, check: KVP, op: between, value: [80, 140],",
                                    "{id: KV, any_of: [" + conditions + "],");
    CHECK(packOutput("lint " + written(folder, "p.yaml", yaml).string()).output ==
          "small 1.0.0: no mistakes\n");
}
