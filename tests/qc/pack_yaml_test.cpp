#include "gantry/qc/pack_yaml.hpp"

#include <catch2/catch.hpp>

#include "support.hpp"

using namespace gantry;
using namespace gantry::qc;
using gantry::test::must;

namespace {

std::string mistakesIn(const std::string& yaml) {
    const auto json = packYamlToJson(yaml);
    return json ? "none" : json.error().context;
}

}  // namespace

TEST_CASE("YAML becomes JSON with sorted keys, no white space, and every scalar as it was written",
          "[yaml]") {
    CHECK(
        must(packYamlToJson("b: 1\na: [NO, 0417, 1.0, true, 'x', \"y\\n\"]\nc: {z: é, y: []}\n")) ==
        "{\"a\":[\"NO\",\"0417\",\"1.0\",\"true\",\"x\",\"y\\n\"],\"b\":\"1\",\"c\":{\"y\":[],\"z\":\"é\"}}");
    CHECK(must(packYamlToJson("# only\ntext: |\n  two\n  lines\n")) == "{\"text\":\"two\\nlines\\n\"}");
    CHECK(must(packYamlToJson("a: ''")) == "{\"a\":\"\"}");
    CHECK(must(packYamlToJson("a: 'null'")) == "{\"a\":\"null\"}");
}

TEST_CASE("what a pack may not use is refused with its place", "[yaml]") {
    CHECK(mistakesIn("a: &x 1\nb: 2\n") == "1:4: anchors (&name) are not allowed");
    CHECK(mistakesIn("a: &x 1\nb: *x\n") ==
          "1:4: anchors (&name) are not allowed\n"
          "2:4: aliases (*name) are not allowed: write the value out");
    CHECK(mistakesIn("a: 1\n<<: 2\n") == "2:1: merge keys (<<) are not allowed");
    CHECK(mistakesIn("a: !!int 1\n") == "1:4: tags (!name) are not allowed");
    CHECK(mistakesIn("a: !local {b: 1}\n") == "1:4: tags (!name) are not allowed");
    CHECK(mistakesIn("a: 1\nb: 2\na: 3\n") == "3:1: the key 'a' is here twice");
    CHECK(mistakesIn("a:\nb: 1\n").find("1:1: there is no value here") == 0);
    CHECK(mistakesIn("a: 1\nb: ~\n").find("2:1: there is no value here") == 0);
    CHECK(mistakesIn("a: 1\n---\nb: 2\n").find("one document only") != std::string::npos);
    CHECK(mistakesIn("").find("the file is empty") != std::string::npos);
    CHECK(mistakesIn("a: [1, 2\nb: 3\n").find("not YAML") != std::string::npos);
    CHECK(mistakesIn("? [x, y]\n: 1\n") == "1:3: a key has to be a text");
    CHECK(mistakesIn("a: [[[[[[[[[[[1]]]]]]]]]]]\n") == "none");
    CHECK(mistakesIn("a: [[[[[[[[[[[[1]]]]]]]]]]]]\n").find("nested deeper than 12") != std::string::npos);
    CHECK(mistakesIn(std::string(300u << 10, 'x')).find("bytes; allowed") != std::string::npos);
    CHECK(mistakesIn(std::string("a: \0b", 5)) == "1:1: the file is not text");
}

TEST_CASE("places are kept by path, and the nearest one answers for what is not there", "[yaml]") {
    const auto document = must(readPackYaml("a:\n  b:\n    - x: 1\n      y: 2\n"));
    const auto at = [&](std::string_view path) {
        const YamlPlace place = document.placeOf(path);
        return std::to_string(place.line) + ":" + std::to_string(place.column);
    };
    CHECK(at("a") == "1:1");
    CHECK(at("a.b") == "2:3");
    CHECK(at("a.b[0]") == "3:7");
    CHECK(at("a.b[0].y") == "4:7");
    CHECK(at("a.b[0].z") == "3:7");
    CHECK(at("q") == "1:1");
}
