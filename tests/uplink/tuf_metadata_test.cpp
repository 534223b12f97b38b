// Reading and writing the metadata's formats (specification 1.0.34, section 4).
#include <boost/json.hpp>

#include "canonical_json.hpp"
#include "tuf_kit.hpp"

namespace gantry::uplink::tuf {
namespace {

using namespace gantry::test;

const std::string kRoot =
    R"({"_type":"root","spec_version":"1.0.34","version":1,"expires":"2030-01-01T00:00:00Z",
  "consistent_snapshot":true,"keys":{"k":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"aa"}}},
  "roles":{"root":{"keyids":["k"],"threshold":1},"timestamp":{"keyids":["k"],"threshold":1},
           "snapshot":{"keyids":["k"],"threshold":1},"targets":{"keyids":["k"],"threshold":1}}})";
const std::string kTimestamp = R"({"_type":"timestamp","spec_version":"1.0.34","version":1,
  "expires":"2030-01-01T00:00:00Z","meta":{"snapshot.json":{"version":1}}})";
const std::string kSnapshot = R"({"_type":"snapshot","spec_version":"1.0.34","version":1,
  "expires":"2030-01-01T00:00:00Z","meta":{"targets.json":{"version":1,"length":2,"hashes":{"sha256":"aa"}}}})";
const std::string kTargets = R"({"_type":"targets","spec_version":"1.0.34","version":1,
  "expires":"2030-01-01T00:00:00Z","targets":{"a":{"length":1,"hashes":{"sha256":"aa"}}},
  "delegations":{"keys":{},"roles":[{"name":"r","keyids":[],"threshold":1,"terminating":false,"paths":["*"]}]}})";

const std::string kEd25519 = R"("keytype":"ed25519","scheme":"ed25519","keyval":{"public":"aa"})";
// What stands for a key where people sign by sigstore.
const std::string kIdentity = R"("keytype":"sigstore-oidc","scheme":"Fulcio",
  "keyval":{"identity":"a@example.org","issuer":"https://example.org"})";

std::string enveloped(const std::string& content) {
    return R"({"signatures":[],"signed":)" + content + "}";
}

std::string with(std::string text, const std::string& what, const std::string& instead) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), instead);
}

Errc refusal(const std::string& kind, const std::string& content) {
    const auto text = enveloped(content);
    if (kind == "root") return readRoot(text).error().code;
    if (kind == "timestamp") return readTimestamp(text).error().code;
    if (kind == "snapshot") return readSnapshot(text).error().code;
    return readTargets(text).error().code;
}

struct Bent {
    std::string kind, what, instead;
    Errc code = Errc::BadFormat;
};

std::string contentOf(const std::string& kind) {
    return kind == "root"        ? kRoot
           : kind == "timestamp" ? kTimestamp
           : kind == "snapshot"  ? kSnapshot
                                 : kTargets;
}

}  // namespace

TEST_CASE("well-formed metadata is read", "[uplink][tuf]") {
    const auto root = must(readRoot(enveloped(kRoot)));
    CHECK(root.content.keys.at("k").public_value == "aa");
    CHECK(root.content.expires == 1893456000);  // date -u -d 2030-01-01 +%s
    CHECK(must(readTimestamp(enveloped(kTimestamp))).content.snapshot.version == 1);
    CHECK(must(readSnapshot(enveloped(kSnapshot))).content.meta.at("targets.json").length == 2);
    const auto targets = must(readTargets(enveloped(kTargets)));
    CHECK(targets.content.delegations->roles.at(0).paths->at(0) == "*");
    must(readRoot(enveloped(with(kRoot, "1.0.34", "1.0"))));
    must(readRoot(enveloped(with(kRoot, "00:00:00Z", "00:00:00.120Z"))));
    CHECK_FALSE(must(readRoot(enveloped(with(kRoot, R"("consistent_snapshot":true,)", ""))))
                    .content.consistent_snapshot.has_value());
}

TEST_CASE("keys of other types are kept, whatever tells them", "[uplink][tuf]") {
    const auto root = must(readRoot(enveloped(with(kRoot, kEd25519, kIdentity))));
    const auto& role = root.content.roles.at("root");
    const std::vector<Signature> signatures{{"k", "00"}};
    CHECK(signingState(role, root.content.keys, root.signed_bytes, signatures).signed_by.empty());
}

TEST_CASE("what two readers could take for two things is refused", "[uplink][tuf]") {
    const auto bent = GENERATE(values<Bent>({
        {"root", R"("version":1)", R"("version":0)"},
        {"root", R"("version":1)", R"("version":-1)"},
        {"root", R"("version":1)", R"("version":1.0)"},
        {"root", R"("version":1)", R"("version":"1")"},
        {"root", R"("version":1)", R"("version":99999999999999999999)"},
        {"root", R"("version":1)", R"("version":1,"version":2)"},
        {"root", R"("version":1,)", ""},
        {"root", R"("_type":"root")", R"("_type":"timestamp")"},
        {"root", "1.0.34", "2.0.0", Errc::Unsupported},
        {"root", "1.0.34", "1"},
        {"root", "1.0.34", "1.0.34.1"},
        {"root", "1.0.34", "1.x.4"},
        {"root", "2030-01-01T00:00:00Z", "2030-01-01"},
        {"root", "2030-01-01T00:00:00Z", "2030-02-30T00:00:00Z"},
        {"root", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00+01:00"},
        {"root", R"("threshold":1)", R"("threshold":0)"},
        {"root", R"("keyids":["k"])", R"("keyids":["k","k"])"},
        {"root", R"("keyids":["k"])", R"("keyids":"k")"},
        {"root", R"("snapshot":{)", R"("another":{)"},
        {"root", R"("keys":{"k":{)", R"("keys":{"k":{},"k":{)"},
        {"root", R"("public":"aa")", R"("private":"aa")"},
        {"root", R"("consistent_snapshot":true)", R"("consistent_snapshot":"true")"},
        {"root", R"("expires")", R"("f":1.5,"expires")"},
        {"timestamp", R"("snapshot.json")", R"("snapshot")"},
        {"timestamp", R"({"version":1})", R"({"version":1,"hashes":{}})"},
        {"snapshot", R"("length":2)", R"("length":-2)"},
        {"snapshot", R"("sha256":"aa")", R"("sha256":1)"},
        {"targets", R"("length":1,)", ""},
        {"targets", R"({"sha256":"aa"})", "{}"},
        {"targets", R"("length":1)", R"("length":1,"custom":[])"},
        {"targets", R"("name":"r")", R"("name":"")"},
        {"targets", R"("name":"r")", R"("name":"snapshot")"},
        {"targets", R"("terminating":false,)", ""},
        {"targets", R"("paths":["*"])", R"("paths":["*"],"path_hash_prefixes":["0"])"},
        {"targets", R"(,"paths":["*"])", ""},
        {"targets", R"("paths":["*"])", R"("paths":[1])"},
        {"targets", R"("paths":["*"]})",
         R"("paths":["*"]},{"name":"r","keyids":[],"threshold":1,"terminating":true,"paths":[]})"},
        {"targets", R"("roles":[)",
         R"("succinct_roles":{"keyids":[],"threshold":1,"bit_length":2,"name_prefix":"b"},"roles":[)"},
    }));
    CAPTURE(bent.kind, bent.what, bent.instead);
    CHECK(refusal(bent.kind, with(contentOf(bent.kind), bent.what, bent.instead)) == bent.code);
}

TEST_CASE("the outside of a file is as strict", "[uplink][tuf]") {
    for (const auto& text : {
             std::string(),
             std::string("{}"),
             std::string("[]"),
             enveloped(kTimestamp) + "x",
             R"({"signed":)" + kTimestamp + "}",
             R"({"signatures":{},"signed":)" + kTimestamp + "}",
             R"({"signatures":[{"keyid":"a"}],"signed":)" + kTimestamp + "}",
             R"({"signatures":[{"keyid":"a","sig":""},{"keyid":"a","sig":"00"}],"signed":)" + kTimestamp +
                 "}",
             R"({"signatures":[],"signed":)" + kTimestamp + R"(,"signed":)" + kTimestamp + "}",
             enveloped(with(kTimestamp, R"("version":1)", "\"version\":1,\"\xff\":1")),
             enveloped(with(kTimestamp, R"("version":1)", R"("version":1,"\ud800":1)")),
         }) {
        CAPTURE(text);
        CHECK(readTimestamp(text).error().code == Errc::BadFormat);
    }
}

TEST_CASE("members that nobody knows survive, everywhere", "[uplink][tuf]") {
    const auto place = GENERATE(values<Bent>({
        {"root", R"({"_type")", R"({"x":{"b":[1,-2,null,"ü\n"],"a":true},"_type")"},
        {"root", R"({"keytype")", R"({"x":[1],"keytype")"},
        {"root", R"({"public")", R"({"x":"y","public")"},
        {"root", R"({"public":"aa"})", R"({"public":""})"},
        {"root", kEd25519, kIdentity},
        {"root", R"({"keyids")", R"({"x":{},"keyids")"},
        {"root", R"("roles":{)", R"("roles":{"mirrors":{"keyids":[],"threshold":1},)"},
        {"timestamp", R"({"_type")", R"({"x":1,"_type")"},
        {"timestamp", R"({"snapshot.json")", R"({"other.json":1,"snapshot.json")"},
        {"timestamp", R"({"version")", R"({"x":1,"version")"},
        {"snapshot", R"({"_type")", R"({"x":1,"_type")"},
        {"snapshot", R"({"version")", R"({"x":1,"version")"},
        {"targets", R"({"_type")", R"({"x":1,"_type")"},
        {"targets", R"({"length")", R"({"x":1,"custom":{"k":[1]},"length")"},
        {"targets", R"({"keys")", R"({"x":1,"keys")"},
        {"targets", R"({"name")", R"({"x":1,"name")"},
    }));
    CAPTURE(place.kind, place.instead);
    const auto survives = [&](auto read) {
        const auto before = must(read(enveloped(with(contentOf(place.kind), place.what, place.instead))));
        CHECK(must(read(must(toText(before.content)))).signed_bytes == before.signed_bytes);
    };
    if (place.kind == "root") survives(readRoot);
    if (place.kind == "timestamp") survives(readTimestamp);
    if (place.kind == "snapshot") survives(readSnapshot);
    if (place.kind == "targets") survives(readTargets);
}

TEST_CASE("what could not be read is not written", "[uplink][tuf]") {
    Root root;
    CHECK(toText(root).error().code == Errc::BadFormat);  // no roles
    auto targets = Office::targetsContent();
    targets.version = 0;
    CHECK(toText(targets).error().code == Errc::BadFormat);
    targets.version = 1;
    targets.targets["a"] = {};
    CHECK(toText(targets).error().code == Errc::BadFormat);  // no hashes
}

TEST_CASE("canonical JSON is OLPC's", "[uplink][tuf]") {
    const auto canonical = [](const std::string& text) {
        return must(olpcCanonicalJson(boost::json::parse(text)));
    };
    CHECK(canonical(R"( { "b" : [ ] , "a" : { } , "" : null } )") == R"({"":null,"a":{},"b":[]})");
    CHECK(canonical(R"([true, false, 0, -5, 18446744073709551615, -9223372036854775808])") ==
          "[true,false,0,-5,18446744073709551615,-9223372036854775808]");
    // Only the quote and the backslash are escaped: a line feed stays one byte.
    CHECK(canonical(R"("\"\\\/\n\t\u0000\u00fc\u20ac\ud83d\ude00")") ==
          std::string("\"\\\"\\\\/\n\t\0\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\"", 19));
    CHECK(canonical(R"({"B":1,"a":2,"A":3,"aa":4,"ä":5})") == R"({"A":3,"B":1,"a":2,"aa":4,"ä":5})");
    CHECK(olpcCanonicalJson(boost::json::parse("[1.5]")).error().code == Errc::BadFormat);
    CHECK(olpcCanonicalJson(boost::json::parse("[1e3]")).error().code == Errc::BadFormat);
}

}  // namespace gantry::uplink::tuf
