#include "gantry/uplink/receipt.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "support.hpp"

namespace gantry::uplink {
namespace {

using test::must;

Receipt sample() {
    return {"7f0c12",
            std::string(64, 'a'),
            123'456'789,
            std::string(64, 'b'),
            2000,
            "2026-11-23T09:00:00.000Z",
            "hub \"north\" \xc3\xa9\n"};
}

}  // namespace

TEST_CASE("a receipt that was signed verifies and says the same", "[uplink][receipt]") {
    const auto seed = generateSigningKey();
    const Ed25519PublicKey keys[] = {ed25519PublicKey(generateSigningKey()), ed25519PublicKey(seed)};
    const auto text = must(signReceipt(seed, sample()));
    CHECK(must(verifyReceipt(text, keys)) == sample());
    CHECK(verifyReceipt(text, std::span(keys, 1)).error().code == Errc::BadSignature);
    CHECK(verifyReceipt(text, {}).error().code == Errc::BadSignature);
}

TEST_CASE("the signed bytes are those the format describes", "[uplink][receipt]") {
    const auto seed = generateSigningKey();
    const auto text = must(signReceipt(seed, sample()));
    const std::string content =
        R"({"bytes":123456789,"format":1,"instances":2000,"issued_at":"2026-11-23T09:00:00.000Z",)"
        R"("issuer":"hub \"north\" )"
        "\xc3\xa9"
        R"(\n","manifest_sha256":")" +
        std::string(64, 'b') + R"(","parcel_id":"7f0c12","sha256":")" + std::string(64, 'a') + R"("})";
    CHECK(text.find("\"signed\":" + content + "}") != std::string::npos);
    const auto at = text.find("\"signature\":\"") + 13;
    const auto bytes = must(fromBase64(text.substr(at, text.find('"', at) - at)));
    Ed25519Signature signature{};
    REQUIRE(bytes.size() == signature.size());
    std::copy_n(asBytes(bytes).begin(), signature.size(), signature.begin());
    CHECK(ed25519Verify(ed25519PublicKey(seed), asBytes(content), signature));
}

TEST_CASE("openssl verifies a receipt by the description alone", "[uplink][receipt]") {
    if (std::system("command -v openssl >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1") != 0)
        return test::skipLoudly("openssl or python3 is not installed");
    const auto folder = test::temporaryDirectory();
    const auto path = folder.path();
    const auto seed = generateSigningKey();
    must(writeFileDurably(path / "receipt.json", asBytes(must(signReceipt(seed, sample())))));
    must(saveSigningKey(path / "key", path / "key.pub", seed));
    const std::string script = R"(
import base64, json, sys
r = json.load(open('receipt.json'))
open('content', 'w').write(json.dumps(r['signed'], sort_keys=True, separators=(',', ':'), ensure_ascii=False))
open('signature', 'wb').write(base64.b64decode(r['signature']))
raw = base64.b64decode(open('key.pub').read().strip().split(':')[1])
open('key.der', 'wb').write(bytes.fromhex('302a300506032b6570032100') + raw)   # RFC 8410 SubjectPublicKeyInfo
)";
    must(writeFileDurably(path / "unpack.py", asBytes(script)));
    const auto command = "cd " + path.string() +
                         " && python3 unpack.py && openssl pkeyutl -verify -pubin -keyform DER -inkey key.der"
                         " -rawin -in content -sigfile signature >/dev/null";
    CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("white space and the order of keys do not matter, content does", "[uplink][receipt]") {
    const auto seed = generateSigningKey();
    const auto key = ed25519PublicKey(seed);
    const auto text = must(signReceipt(seed, sample()));
    const auto at = text.find("\"format\":1,");
    REQUIRE(at != std::string::npos);
    auto moved = text;
    moved.erase(at, 11);
    moved.insert(moved.find("\"bytes\""), " \"format\" : 1 ,\n");
    CHECK(must(verifyReceipt(moved, std::span(&key, 1))) == sample());
    for (const auto& [from, to] : {std::pair{"\"format\":1", "\"format\":2"},
                                   {"\"bytes\":123456789", "\"bytes\":123456788"},
                                   {"\"bytes\":123456789", "\"bytes\":123456789,\"more\":1"},
                                   {"7f0c12", "7f0c13"}}) {
        auto altered = text;
        altered.replace(altered.find(from), std::string_view(from).size(), to);
        CHECK(verifyReceipt(altered, std::span(&key, 1)).error().code == Errc::BadSignature);
    }
}

TEST_CASE("no flipped bit in the signed content goes unseen", "[uplink][receipt]") {
    const auto seed = generateSigningKey();
    const auto key = ed25519PublicKey(seed);
    const auto text = must(signReceipt(seed, sample()));
    for (auto at = text.find("\"signature\""); at + 1 < text.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            CAPTURE(at, bit);
            auto altered = text;
            altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
            const auto result = verifyReceipt(altered, std::span(&key, 1));
            REQUIRE(!result);
            const auto code = result.error().code;
            CHECK((code == Errc::BadSignature || code == Errc::BadFormat));  // BadFormat: no longer JSON
        }
    }
}

TEST_CASE("what is not a receipt is refused", "[uplink][receipt]") {
    const auto key = ed25519PublicKey(generateSigningKey());
    for (const auto* text :
         {"", "{}", "[]", "null", "{\"signed\":{},\"signature\":1}", "{\"signed\":{}}", "\xff"})
        CHECK(verifyReceipt(text, std::span(&key, 1)).error().code == Errc::BadFormat);
    auto bad = sample();
    bad.parcel_id = "../x";
    CHECK(signReceipt(generateSigningKey(), bad).error().code == Errc::InvalidArgument);
    bad = sample();
    bad.sha256 = "AA";
    CHECK(signReceipt(generateSigningKey(), bad).error().code == Errc::InvalidArgument);
}

TEST_CASE("key files keep the secret to their owner", "[uplink][receipt]") {
    const auto folder = test::temporaryDirectory();
    const auto secret = folder.path() / "receipts.key", open = folder.path() / "receipts.pub";
    const auto seed = generateSigningKey();
    must(saveSigningKey(secret, open, seed));
    CHECK(must(loadSigningKey(secret)) == seed);
    CHECK(must(loadPublicKey(open)) == ed25519PublicKey(seed));
    struct stat status {};
    REQUIRE(::stat(secret.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(saveSigningKey(secret, {}, seed).error().code == Errc::AlreadyExists);
    REQUIRE(::chmod(secret.c_str(), 0640) == 0);
    CHECK(loadSigningKey(secret).error().code == Errc::NotAllowed);
    CHECK(loadPublicKey(secret).error().code == Errc::BadFormat);
    CHECK(loadSigningKey(folder.path() / "none").error().code == Errc::NotFound);
    CHECK(must(parsePublicKey("  " + toText(ed25519PublicKey(seed)) + "\n")) == ed25519PublicKey(seed));
    CHECK(parsePublicKey("gantry-ed25519-public:AAAA").error().code == Errc::BadFormat);
}

}  // namespace gantry::uplink
