#include "gantry/uplink/age.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "gantry/core/crypto.hpp"
#include "support.hpp"

namespace gantry::uplink {
namespace {

namespace fs = std::filesystem;
using test::must;

// Bytes that differ from place to place, so that a swapped chunk shows.
std::string patterned(std::size_t size) {
    std::string out(size, '\0');
    std::uint64_t state = 0x9e3779b97f4a7c15;
    for (auto& c : out) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        c = static_cast<char>(state >> 56);
    }
    return out;
}

ByteSink into(std::string& out) {
    return [&out](Bytes bytes) -> Result<> {
        out.append(asText(bytes));
        return {};
    };
}

ByteSource from(std::string_view text) {
    return [text](std::span<std::byte> room) mutable -> Result<std::size_t> {
        const auto count = std::min(room.size(), text.size());
        std::copy_n(asBytes(text).begin(), count, room.begin());
        text.remove_prefix(count);
        return count;
    };
}

std::string encrypted(std::string_view plain, const AgeRecipient& recipient, std::size_t step = 100'003,
                      AgeEncryptor::Mode mode = AgeEncryptor::Mode::Direct) {
    std::string out;
    auto encryptor = must(AgeEncryptor::start(std::span(&recipient, 1), into(out), mode));
    while (!plain.empty()) {
        const auto piece = plain.substr(0, step);
        must(encryptor.write(asBytes(piece)));
        plain.remove_prefix(piece.size());
    }
    must(encryptor.finish());
    return out;
}

Result<std::string> decrypted(std::string_view file, const AgeIdentity& identity) {
    std::string out;
    GANTRY_CHECK(ageDecrypt(from(file), std::span(&identity, 1), into(out)));
    return out;
}

const std::size_t kSizes[] = {0, 1, 65535, 65536, 65537, 131072, 131073, 1048576, 1048577, 3'000'000};

bool haveAge() {
    return std::system("command -v age >/dev/null 2>&1 && command -v age-keygen >/dev/null 2>&1") == 0;
}
int shell(const std::string& command) {
    return std::system(command.c_str());
}

}  // namespace

TEST_CASE("what is encrypted comes back, at every size around a chunk", "[uplink][age]") {
    const auto identity = AgeIdentity::generate();
    const auto mode = GENERATE(AgeEncryptor::Mode::Direct, AgeEncryptor::Mode::WriteBehind);
    for (const auto size : kSizes) {
        CAPTURE(size);
        const auto plain = patterned(size);
        for (const std::size_t step :
             {std::size_t{1000}, std::size_t{65536}, std::size_t{100'003}, std::size_t{4'000'000}}) {
            const auto file = encrypted(plain, identity.recipient(), step, mode);
            // Header 168 bytes (one recipient), nonce 16, a tag of 16 for each chunk; one chunk when there is
            // nothing.
            const auto chunks = std::max<std::size_t>(1, (size + 65535) / 65536);
            CHECK(file.size() == 168 + 16 + size + 16 * chunks);
            CHECK((must(decrypted(file, identity)) == plain));
        }
    }
}

TEST_CASE("age and we read each other", "[uplink][age]") {
    if (!haveAge()) return test::skipLoudly("age is not installed");
    const auto folder = test::temporaryDirectory();
    const auto key = (folder.path() / "key").string();
    REQUIRE(shell("age-keygen -o " + key + " 2>/dev/null") == 0);
    const auto identities = must(loadAgeIdentities(key));
    REQUIRE(identities.size() == 1);
    const auto recipient = identities[0].recipient();
    const auto named = must(readFile(key));
    CHECK(named.find(recipient.toString()) != std::string::npos);
    CHECK(named.find(identities[0].toString()) != std::string::npos);
    for (const auto size : {0, 1, 65535, 65536, 65537, 131072}) {
        CAPTURE(size);
        const auto plain = patterned(static_cast<std::size_t>(size));
        const auto in = (folder.path() / "in").string(), ours = (folder.path() / "ours").string();
        const auto theirs = (folder.path() / "theirs").string(), back = (folder.path() / "back").string();
        must(writeFileDurably(in, asBytes(plain)));
        {
            const auto source = must(openFile(in, OpenMode::Read));
            const auto out = must(openFile(ours, OpenMode::CreateOrTruncate));
            must(ageEncrypt(source.get(), out.get(), std::span(&recipient, 1)));
        }
        REQUIRE(shell("age -d -i " + key + " " + ours + " > " + back) == 0);
        CHECK((must(readFile(back)) == plain));
        for (const std::string armor : {"", " -a"}) {
            REQUIRE(shell("age" + armor + " -r " + recipient.toString() + " -o " + theirs + " " + in) == 0);
            CHECK((must(decrypted(must(readFile(theirs)), identities[0])) == plain));
        }
    }
}

TEST_CASE("our key file is one that age takes", "[uplink][age]") {
    const auto folder = test::temporaryDirectory();
    const auto path = folder.path() / "key";
    const auto identity = AgeIdentity::generate();
    must(saveAgeIdentity(path, identity));
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(must(loadAgeIdentities(path))[0].recipient() == identity.recipient());
    CHECK(saveAgeIdentity(path, identity).error().code == Errc::AlreadyExists);
    if (!haveAge()) return test::skipLoudly("age is not installed");
    CHECK(shell("test \"$(age-keygen -y " + path.string() + ")\" = " + identity.recipient().toString()) == 0);
}

TEST_CASE("several recipients each open the file, nobody else does", "[uplink][age]") {
    const AgeIdentity identities[] = {AgeIdentity::generate(), AgeIdentity::generate(),
                                      AgeIdentity::generate()};
    const AgeRecipient recipients[] = {identities[0].recipient(), identities[1].recipient()};
    std::string file;
    auto encryptor = must(AgeEncryptor::start(recipients, into(file)));
    must(encryptor.write(asBytes("for two")));
    must(encryptor.finish());
    CHECK(must(decrypted(file, identities[0])) == "for two");
    CHECK(must(decrypted(file, identities[1])) == "for two");
    CHECK(decrypted(file, identities[2]).error().code == Errc::NoIdentity);
    CHECK(AgeEncryptor::start({}, into(file)).error().code == Errc::InvalidArgument);
}

TEST_CASE("any flipped bit and any cut is refused", "[uplink][age]") {
    const auto identity = AgeIdentity::generate();
    const auto file = encrypted(patterned(70'000), identity.recipient());
    for (std::size_t at = 0; at < file.size(); at += at < 400 ? 1 : 997) {
        CAPTURE(at);
        auto altered = file;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        CHECK(!decrypted(altered, identity));
        CHECK(!decrypted(std::string_view(file).substr(0, at), identity));
    }
    CHECK(decrypted(file + "x", identity).error().code == Errc::BadSignature);
}

TEST_CASE("keys are read strictly", "[uplink][age]") {
    const auto identity = AgeIdentity::generate();
    const auto secret = identity.toString();
    const auto open = identity.recipient().toString();
    CHECK(must(AgeIdentity::parse(secret)).toString() == secret);
    CHECK(must(AgeRecipient::parse(open)).toString() == open);
    CHECK(secret.starts_with("AGE-SECRET-KEY-1"));
    CHECK(secret.size() == 74);
    CHECK(open.size() == 62);

    auto mixed = open;
    mixed[10] = mixed[10] >= 'a' ? static_cast<char>(mixed[10] - 32) : 'Q';
    auto wrong = open;
    wrong.back() = wrong.back() == 'q' ? 'p' : 'q';
    std::string upper = open;
    for (auto& c : upper) c = static_cast<char>(std::toupper(c));
    for (const auto& bad :
         {std::string(), std::string("age1"), mixed, wrong, upper, secret, open + " ", " " + open})
        CHECK(AgeRecipient::parse(bad).error().code == Errc::BadFormat);
    auto failed = AgeIdentity::parse(secret.substr(0, secret.size() - 1) + "1");
    REQUIRE(!failed);
    CHECK(failed.error().code == Errc::BadFormat);
    CHECK(failed.error().context.find(secret.substr(20, 10)) == std::string::npos);
    // The vector of BIP 173's own list: a valid checksum, but another prefix.
    CHECK(!AgeRecipient::parse("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"));
}

TEST_CASE("a recipient of low order is not encrypted for", "[uplink][age]") {
    const auto zero = AgeRecipient::fromPublicKey({});
    std::string out;
    CHECK(AgeEncryptor::start(std::span(&zero, 1), into(out)).error().code == Errc::Crypto);
}

TEST_CASE("an error of the sink ends the encryption, on whichever thread it happens", "[uplink][age]") {
    const auto mode = GENERATE(AgeEncryptor::Mode::Direct, AgeEncryptor::Mode::WriteBehind);
    const auto recipient = AgeIdentity::generate().recipient();
    std::size_t taken = 0;
    auto sink = [&](Bytes bytes) -> Result<> {
        taken += bytes.size();
        if (taken > 3u << 20) return fail(Errc::DiskFull, "no room");
        return {};
    };
    auto encryptor = must(AgeEncryptor::start(std::span(&recipient, 1), sink, mode));
    const auto piece = patterned(1 << 20);
    Result<> result;
    for (int i = 0; i < 20 && result; ++i) result = encryptor.write(asBytes(piece));
    REQUIRE(!result);
    CHECK(result.error().code == Errc::DiskFull);
    CHECK(taken < 8u << 20);
}

TEST_CASE("an encryptor that is dropped half-way leaves no thread", "[uplink][age]") {
    const auto recipient = AgeIdentity::generate().recipient();
    std::string out;
    auto encryptor =
        must(AgeEncryptor::start(std::span(&recipient, 1), into(out), AgeEncryptor::Mode::WriteBehind));
    must(encryptor.write(asBytes(patterned(5 << 20))));
}

}  // namespace gantry::uplink
