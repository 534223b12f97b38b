#include "gantry/core/crypto.hpp"

#include "support.hpp"

using namespace gantry;

namespace {
template <std::size_t N>
std::array<std::byte, N> bytesOf(std::string_view hex) {
    const auto raw = test::must(fromHex(hex));
    std::array<std::byte, N> out{};
    REQUIRE(raw.size() == N);
    std::copy(asBytes(raw).begin(), asBytes(raw).end(), out.begin());
    return out;
}
}  // namespace

TEST_CASE("SHA-256 gives the examples of FIPS 180-4") {
    CHECK(toHex(sha256(asBytes("abc"))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.update(asBytes("a"));
    hash.update(asBytes("bc"));
    CHECK(hash.finish() == sha256(asBytes("abc")));
    hash.update(asBytes(""));
    CHECK(toHex(hash.finish()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("HMAC-SHA256 gives test case 2 of RFC 4231") {
    CHECK(toHex(hmacSha256(asBytes("Jefe"), asBytes("what do ya want for nothing?"))) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("HKDF-SHA256 gives test case 1 of RFC 5869, first 32 bytes") {
    const auto ikm = bytesOf<22>("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    const auto salt = bytesOf<13>("000102030405060708090a0b0c");
    const auto info = test::must(fromHex("f0f1f2f3f4f5f6f7f8f9"));
    CHECK(toHex(hkdfSha256(ikm, salt, info)) ==
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

TEST_CASE("Ed25519 gives test 2 of RFC 8032 and refuses a changed message") {
    const auto seed = bytesOf<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    const auto key = ed25519PublicKey(seed);
    CHECK(toHex(key) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const auto signature = ed25519Sign(seed, asBytes("\x72"));
    CHECK(toHex(signature) ==
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    CHECK(ed25519Verify(key, asBytes("\x72"), signature));
    CHECK_FALSE(ed25519Verify(key, asBytes("\x73"), signature));
}

TEST_CASE("base64 is strict in both directions") {
    CHECK(toBase64(asBytes("foob")) == "Zm9vYg==");  // RFC 4648 section 10
    CHECK(test::must(fromBase64("Zm9vYmE=")) == "fooba");
    CHECK(test::must(fromBase64("")).empty());
    const auto* bad = GENERATE("Zm9vYg", "Zm9vYg=", "Zm9v\nYg==", "Zm9vYh==", "Zm9v Yg=", "####");
    CAPTURE(bad);
    CHECK_FALSE(fromBase64(bad));
}

TEST_CASE("AES-256-GCM opens what was sealed, and nothing else") {
    const auto key = bytesOf<32>("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    // Test case 16 of the GCM specification (McGrew and Viega): key, nonce, plaintext, associated data, tag.
    const auto nonce = test::must(fromHex("cafebabefacedbaddecaf888"));
    const auto associated = test::must(fromHex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
    const auto plain = test::must(fromHex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
        "b16aedf5aa0de657ba637b39"));
    const auto cipher = test::must(fromHex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f662"));
    const auto tag = test::must(fromHex("76fc6ece0f4e1768cddf8853bb2d551b"));
    const auto open = [&](const std::string& sealed, const std::string& with) {
        return openSealed(key, asBytes(sealed), asBytes(with));
    };
    CHECK(test::must(open(nonce + cipher + tag, associated)) == plain);
    CHECK_FALSE(open(nonce + cipher + tag, "else"));
    auto altered = nonce + cipher + tag;
    altered[20] = static_cast<char>(altered[20] ^ 1);
    CHECK(open(altered, associated).error().code == Errc::BadSignature);
    CHECK_FALSE(open("short", associated));

    for (const auto* text : {"", "DOE^JANE"}) {
        const auto sealed = seal(key, asBytes(text), asBytes("row 1"));
        CHECK(sealed != seal(key, asBytes(text), asBytes("row 1")));  // a fresh nonce each time
        CHECK(test::must(open(sealed, "row 1")) == text);
        CHECK_FALSE(open(sealed, "row 2"));
        auto other = key;
        other[0] ^= std::byte{1};
        CHECK_FALSE(openSealed(other, asBytes(sealed), asBytes("row 1")));
    }
}
