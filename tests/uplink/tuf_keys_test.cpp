// Keys and signatures, with the openssl program as the other side.
#include <cstdlib>

#include "raw_http.hpp"
#include "tuf_kit.hpp"

namespace gantry::uplink::tuf {
namespace {

using namespace gantry::test;
namespace fs = std::filesystem;

/// Keys and signatures that openssl makes in a folder of its own.
class OpensslDesk {
public:
    /// `arguments` of `openssl genpkey`.
    void makeKey(const std::string& arguments) const {
        run("openssl genpkey " + arguments + " -out key.pem");
        run("openssl pkey -in key.pem -pubout -out public.pem");
        run("openssl pkey -in key.pem -pubout -outform DER -out public.der");
    }
    std::string publicPem() const { return must(readFile(folder_.path() / "public.pem")); }
    std::string publicRawHex() const {
        const auto der = must(readFile(folder_.path() / "public.der"));
        return toHex(asBytes(der.substr(der.size() - 32)));
    }
    /// `command` reads "message" and writes "signature".
    Signature sign(const std::string& message, const std::string& command) const {
        must(writeFileDurably(folder_.path() / "message", asBytes(message)));
        run(command);
        return {"signer", toHex(asBytes(must(readFile(folder_.path() / "signature"))))};
    }
    void run(const std::string& command) const {
        const auto outcome = runCommand("cd " + folder_.path().string() + " && " + command + " 2>&1");
        CAPTURE(command, outcome.output);
        REQUIRE(outcome.exit_code == 0);
    }
    fs::path file(const std::string& name) const { return folder_.path() / name; }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
};

bool signedBy(const Key& key, const std::string& message, const Signature& signature) {
    return signingState({{"signer"}, 1, {}}, {{"signer", key}}, message, {{signature}}).complete();
}

Key keyWith(const std::string& type, const std::string& scheme, const std::string& public_value) {
    Key key;
    key.type = type;
    key.scheme = scheme;
    key.public_value = public_value;
    return key;
}

struct Kind {
    std::string type, scheme, genpkey, sign;
    bool good = true;
};
const std::string kDgst = "openssl dgst -sha256 -sign key.pem -out signature";
const std::string kP256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const std::string kRsa = "-algorithm RSA -pkeyopt rsa_keygen_bits:";

}  // namespace

TEST_CASE("signatures that openssl made are verified, and only those", "[uplink][tuf]") {
    const auto kind = GENERATE(values<Kind>({
        {"ed25519", "ed25519", "-algorithm ed25519",
         "openssl pkeyutl -sign -rawin -inkey key.pem -in message -out signature"},
        {"ecdsa", "ecdsa-sha2-nistp256", kP256, kDgst + " message"},
        {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", kP256, kDgst + " message"},
        {"rsa", "rsassa-pss-sha256", kRsa + "2048",
         kDgst + " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 message"},
        {"rsa", "rsassa-pss-sha256", kRsa + "3072",
         kDgst + " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max message"},
        {"rsa", "rsa-pkcs1v15-sha256", kRsa + "2048", kDgst + " message"},
        // what must not do
        {"rsa", "rsassa-pss-sha256", kRsa + "2048", kDgst + " message", false},  // the other padding
        {"rsa", "rsassa-pss-sha256", kRsa + "1024", kDgst + " -sigopt rsa_padding_mode:pss message", false},
        {"rsa", "rsassa-pss-sha256", kRsa + "2048",
         "openssl dgst -sha512 -sign key.pem -out signature -sigopt rsa_padding_mode:pss message", false},
        {"ecdsa", "ecdsa-sha2-nistp256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", kDgst + " message",
         false},
        {"ecdsa", "ecdsa-sha2-nistp384", kP256, kDgst + " message", false},
        {"ecdsa", "ed25519", kP256, kDgst + " message", false},
        {"rsa", "rsassa-pss-sha256", kP256, kDgst + " message", false},
    }));
    CAPTURE(kind.type, kind.scheme, kind.genpkey, kind.sign);
    const OpensslDesk desk;
    desk.makeKey(kind.genpkey);
    const auto key =
        keyWith(kind.type, kind.scheme, kind.type == "ed25519" ? desk.publicRawHex() : desk.publicPem());
    const std::string message = "a message\n";
    const auto signature = desk.sign(message, kind.sign);
    CHECK(signedBy(key, message, signature) == kind.good);
    CHECK_FALSE(signedBy(key, "another message\n", signature));
    auto bent = signature;
    bent.hex.back() = bent.hex.back() == '0' ? '1' : '0';
    CHECK_FALSE(signedBy(key, message, bent));
    CHECK_FALSE(signedBy(key, message, {"signer", ""}));
    CHECK_FALSE(signedBy(key, message, {"signer", "zz"}));
}

TEST_CASE("what is no key verifies nothing, and asks nobody for a passphrase", "[uplink][tuf]") {
    const OpensslDesk desk;
    desk.run("openssl genrsa -aes128 -traditional -passout pass:x -out sealed.pem 2048");
    const auto sealed = must(readFile(desk.file("sealed.pem")));
    for (const auto& value :
         {std::string(), std::string("00"), std::string(64, 'g'), std::string(64, '0'), sealed})
        for (const auto* type : {"ed25519", "rsa", "ecdsa"}) {
            CAPTURE(type, value);
            const std::string scheme = type == std::string("rsa") ? "rsassa-pss-sha256" : type;
            CHECK_FALSE(signedBy(keyWith(type, scheme, value), "m", {"signer", std::string(128, '0')}));
        }
}

TEST_CASE("a key counts once, however it is written and whatever it is called", "[uplink][tuf]") {
    const OpensslDesk desk;
    desk.makeKey(kP256);
    desk.run("openssl ec -pubin -in public.pem -conv_form compressed -out compressed.pem");
    const auto compressed = must(readFile(desk.file("compressed.pem")));
    REQUIRE(compressed != desk.publicPem());
    const std::string message = "m";
    auto signature = desk.sign(message, kDgst + " message");
    const Keys keys{{"one", keyWith("ecdsa", "ecdsa-sha2-nistp256", desk.publicPem())},
                    {"two", keyWith("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", compressed)}};
    std::vector<Signature> signatures{{"one", signature.hex}, {"two", signature.hex}};
    const auto state = signingState({{"one", "two"}, 2, {}}, keys, message, signatures);
    CHECK_FALSE(state.complete());
    CHECK(state.signed_by == std::vector<std::string>{"one"});
    CHECK(state.missing == std::vector<std::string>{"two"});
    CHECK(signingState({{"two"}, 1, {}}, keys, message, signatures).complete());
}

TEST_CASE("what we sign, openssl verifies", "[uplink][tuf]") {
    const OpensslDesk desk;
    const auto text = must(signedText(Office::rootContent(), seedsOf({1, 2})));
    const auto root = must(readRoot(text));
    REQUIRE(root.signatures.size() == 2);
    CHECK(root.signatures[1].key_id == keyIdOf(seedOf(2)));
    must(saveEncryptedKey(desk.file("key.pem"), seedOf(2), "secret"));
    must(writeFileDurably(desk.file("message"), asBytes(root.signed_bytes)));
    must(writeFileDurably(desk.file("signature"), asBytes(must(fromHex(root.signatures[1].hex)))));
    desk.run(
        "openssl pkeyutl -verify -rawin -inkey key.pem -passin pass:secret -in message -sigfile signature");
}

TEST_CASE("a key identifier is the SHA-256 of the key's canonical form", "[uplink][tuf]") {
    const OpensslDesk desk;
    auto key = keyWith("ed25519", "ed25519", std::string(64, 'a'));
    key.other = {{"x-owner", R"("an \"owner\"")"}, {"a", R"({"z":1,"b":[true,null,-1]})"}};
    must(writeFileDurably(
        desk.file("canonical"),
        asBytes(R"({"a":{"b":[true,null,-1],"z":1},"keytype":"ed25519","keyval":{"public":")" +
                std::string(64, 'a') + R"("},"scheme":"ed25519","x-owner":"an \"owner\""})")));
    const auto sum = runCommand("sha256sum < " + desk.file("canonical").string()).output;
    CHECK(keyId(key) == sum.substr(0, 64));
}

TEST_CASE("a signature is replaced by its key's next one, and the rest stays", "[uplink][tuf]") {
    auto text = must(signedText(Office::rootContent(), seedsOf({1, 2})));
    const auto once = must(addSignature(text, seedOf(1)));
    CHECK(once == text);
    const auto three = must(readRoot(must(addSignature(text, seedOf(3)))));
    const auto& role = three.content.roles.at("root");
    CHECK(signingState(role, three.content.keys, three.signed_bytes, three.signatures).signed_by.size() == 3);
    CHECK(addSignature("{}", seedOf(1)).error().code == Errc::BadFormat);
}

TEST_CASE("signing keys are kept behind a passphrase", "[uplink][tuf]") {
    const OpensslDesk desk;
    const auto path = desk.file("root-1.pem");
    CHECK(saveEncryptedKey(path, seedOf(5), "").error().code == Errc::InvalidArgument);
    must(saveEncryptedKey(path, seedOf(5), "correct horse"));
    CHECK(must(loadEncryptedKey(path, "correct horse")) == seedOf(5));
    CHECK(loadEncryptedKey(path, "wrong").error().code == Errc::NotAllowed);
    CHECK(loadEncryptedKey(path, "").error().code == Errc::NotAllowed);
    CHECK(saveEncryptedKey(path, seedOf(6), "x").error().code == Errc::AlreadyExists);
    CHECK(fs::status(path).permissions() == fs::perms(0600));
    // openssl reads it, finds scrypt in it, and the same key
    desk.run("openssl pkey -in root-1.pem -passin 'pass:correct horse' -pubout -outform DER -out public.der");
    CHECK(desk.publicRawHex() == toHex(ed25519PublicKey(seedOf(5))));
    desk.run("openssl asn1parse -in root-1.pem | grep -q scrypt");
    fs::permissions(path, fs::perms(0640));
    CHECK(loadEncryptedKey(path, "correct horse").error().code == Errc::NotAllowed);
}

TEST_CASE("keys that openssl encrypted are read", "[uplink][tuf]") {
    const OpensslDesk desk;
    desk.run(
        "openssl genpkey -algorithm ed25519 -aes-256-cbc -pass pass:x -out key.pem && chmod 600 key.pem");
    desk.run("openssl pkey -in key.pem -passin pass:x -pubout -outform DER -out public.der");
    CHECK(toHex(ed25519PublicKey(must(loadEncryptedKey(desk.file("key.pem"), "x")))) == desk.publicRawHex());
    desk.run("openssl genpkey " + kP256 + " -aes-256-cbc -pass pass:x -out ec.pem && chmod 600 ec.pem");
    CHECK(loadEncryptedKey(desk.file("ec.pem"), "x").error().code == Errc::BadFormat);
    desk.run("openssl genpkey -algorithm ed25519 -out plain.pem && chmod 600 plain.pem");
    CHECK(loadEncryptedKey(desk.file("plain.pem"), "x").error().code == Errc::BadFormat);
    CHECK(loadEncryptedKey(desk.file("absent.pem"), "x").error().code == Errc::NotFound);
}

}  // namespace gantry::uplink::tuf
