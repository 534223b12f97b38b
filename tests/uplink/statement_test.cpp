#include "gantry/uplink/statement.hpp"

#include <catch2/catch.hpp>

#include "gantry/uplink/receipt.hpp"
#include "support.hpp"

namespace gantry::uplink {

using test::must;

TEST_CASE("a statement comes back in canonical form from who signed it", "[uplink][statement]") {
    const auto seed = generateSigningKey();
    const Ed25519PublicKey keys[] = {ed25519PublicKey(generateSigningKey()), ed25519PublicKey(seed)};
    const auto text = must(signStatement(seed, R"({ "kind": "answer", "format": 1, "b": ["x", 2] })"));
    CHECK(must(verifyStatement(text, keys, "answer")) == R"({"b":["x",2],"format":1,"kind":"answer"})");
    CHECK(verifyStatement(text, std::span(keys, 1), "answer").error().code == Errc::BadSignature);
    auto altered = text;
    altered.replace(altered.find("\"x\""), 3, "\"y\"");
    CHECK(verifyStatement(altered, keys, "answer").error().code == Errc::BadSignature);
}

TEST_CASE("what has no canonical form is not signed", "[uplink][statement]") {
    for (const auto* text : {"[]", "1", "{", R"({"a": 0.5})", R"({"a": -1})", R"({"a": 9007199254740993})"})
        CHECK(signStatement(generateSigningKey(), text).error().code == Errc::BadFormat);
}

TEST_CASE("one kind of statement does not pass for another", "[uplink][statement]") {
    const auto seed = generateSigningKey();
    const auto key = ed25519PublicKey(seed);
    const auto query = must(signStatement(seed, R"({"format":1,"kind":"query","query_id":"q1"})"));
    CHECK(verifyReceipt(query, std::span(&key, 1)).error().code == Errc::BadFormat);
}

}  // namespace gantry::uplink
