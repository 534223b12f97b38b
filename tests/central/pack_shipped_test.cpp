// The packs that are shipped do what their own examples say, and the examples say enough.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace json = boost::json;

namespace {

json::object documentOf(const std::filesystem::path& yaml) {
    const auto folder = temporaryDirectory();
    const auto out = (folder.path() / "p.json").string();
    REQUIRE(pack("build " + yaml.string() + " --out " + out).exit_code == 0);
    return json::parse(must(readFile(out))).as_object();
}

void addIds(const json::object& where, const char* list, std::set<std::string>& ids) {
    if (const auto* rules = where.if_contains(list))
        for (const auto& rule : rules->as_array()) ids.emplace(rule.at("id").as_string());
}

/// Rules that an example can show: not those against an earlier visit or on pixels, which examples have not.
std::set<std::string> rulesOf(const json::object& document) {
    std::set<std::string> ids;
    addIds(document, "identity", ids);
    for (const auto& slot : document.at("slots").as_object()) addIds(slot.value().as_object(), "rules", ids);
    return ids;
}

std::set<std::string> expectedTo(const json::object& document, std::string_view result) {
    std::set<std::string> ids;
    for (const auto& example : document.at("examples").as_array())
        for (const auto& one : example.at("expect").as_object())
            if (one.value().as_string() == result) ids.emplace(one.key());
    return ids;
}

}  // namespace

TEST_CASE("the examples of every shipped pack hold", "[pack][shipped]") {
    REQUIRE(shippedPacks().size() >= 4);
    for (const auto& yaml : shippedPacks()) {
        const auto said = packOutput("test " + yaml.string() + " --json 2>/dev/null");
        CAPTURE(yaml.string());
        CHECK(said.exit_code == 0);
        std::size_t executed = 0;
        const auto out = json::parse(said.output);
        for (const auto& example : out.at("examples").as_array()) {
            CHECK(example.at("as_expected").as_bool());
            executed += example.at("executed").as_bool() ? 1 : 0;
        }
        CHECK(executed >= 10);
    }
}

TEST_CASE("most rules of a shipped pack are shown to hold and to fail", "[pack][shipped]") {
    for (const auto& yaml : shippedPacks()) {
        const auto document = documentOf(yaml);
        const auto rules = rulesOf(document);
        const auto passing = expectedTo(document, "pass");
        const auto failing = expectedTo(document, "fail");
        const auto shown = [&](const std::set<std::string>& in_examples) {
            return std::ranges::count_if(rules, [&](const auto& id) { return in_examples.contains(id); });
        };
        CAPTURE(yaml.string(), rules.size());
        CHECK(2 * shown(passing) > static_cast<std::ptrdiff_t>(rules.size()));
        CHECK(3 * shown(failing) > static_cast<std::ptrdiff_t>(rules.size()));
    }
}

TEST_CASE("packs made after documents that nobody read again stay drafts", "[pack][shipped]") {
    for (const auto* name : {"onc-recist11-ct", "neuro-btip-mri", "onc-fdg-petct"}) {
        CAPTURE(name);
        const auto said = pack("lint " + shippedPack(name).string());
        CHECK(said.exit_code == 0);
        CHECK(said.output.find("this blocks activation") != std::string::npos);
    }
    CHECK(pack("lint " + shippedPack("onc-demo-ct").string()).output.find("blocks") == std::string::npos);
}

TEST_CASE("every sentence of a shipped pack is there, and short", "[pack][shipped]") {
    constexpr std::size_t kShort = 130;
    for (const auto& yaml : shippedPacks()) {
        const auto document = documentOf(yaml);
        for (const auto& slot : document.at("slots").as_object())
            for (const auto& rule : slot.value().at("rules").as_array()) {
                CAPTURE(yaml.string(), std::string(rule.at("id").as_string()));
                CHECK(rule.at("why").as_string().size() > 8);
                CHECK(rule.at("why").as_string().size() < kShort);
                CHECK(rule.at("advice").as_string().size() > 8);
                CHECK(rule.at("advice").as_string().size() < kShort);
            }
    }
}
