// The test vectors of the age specification (C2SP CCTV), read from ../shared/vectors/age.
#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"
#include "support.hpp"

namespace gantry::uplink {
namespace {

// A chunk at the wrong end of a file: good but marked last and followed by something, or at the end and not
// marked last. Readers that look at the mark alone let it out before they notice; this one withholds it.
const std::set<std::string> kWithheld{"armor_garbage_encoded",           "stream_no_final_full",
                                      "stream_no_final_two_chunks_full", "stream_trailing_garbage_long",
                                      "stream_trailing_garbage_short",   "stream_two_final_chunks",
                                      "stream_two_final_chunks_full",    "stream_two_final_chunks_second"};

struct Vector {
    std::string name;
    std::string expect;
    std::string payload_sha256;
    std::vector<std::string> identities;
    bool passphrase = false;
    bool compressed = false;
    std::string file;
};

std::string inflateZlib(std::string_view packed) {
    std::string out(32u << 20, '\0');
    auto length = static_cast<uLongf>(out.size());
    REQUIRE(::uncompress(reinterpret_cast<Bytef*>(out.data()), &length,
                         reinterpret_cast<const Bytef*>(packed.data()),
                         static_cast<uLong>(packed.size())) == Z_OK);
    out.resize(length);
    return out;
}

Vector readVector(const std::filesystem::path& path) {
    const auto text = test::must(readFile(path));
    Vector v;
    v.name = path.filename().string();
    std::size_t at = 0;
    for (;;) {
        const auto end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        const auto line = text.substr(at, end - at);
        at = end + 1;
        if (line.empty()) break;
        const auto colon = line.find(": ");
        REQUIRE(colon != std::string::npos);
        const auto key = line.substr(0, colon), value = line.substr(colon + 2);
        if (key == "expect") v.expect = value;
        if (key == "payload") v.payload_sha256 = value;
        if (key == "identity") v.identities.push_back(value);
        if (key == "passphrase") v.passphrase = true;
        if (key == "compressed") v.compressed = true;
    }
    v.file = v.compressed ? inflateZlib(std::string_view(text).substr(at)) : text.substr(at);
    return v;
}

constexpr auto kPassphrase = "passphrases: parcels are for keys";
constexpr auto kPostQuantum = "post-quantum hybrids: no recipients of ours";

// Why this implementation has no part in a vector; "" when it has. The stanzas of those are unknown to it, so
// it may only say "not for me", and must never open them.
std::string whyForeign(const Vector& v) {
    const bool post_quantum = std::any_of(v.identities.begin(), v.identities.end(),
                                          [](const auto& i) { return i.starts_with("AGE-SECRET-KEY-PQ-"); });
    if (post_quantum) return kPostQuantum;
    return v.passphrase && v.expect != "no match" && v.identities.empty() ? kPassphrase : "";
}

Errc expectedError(std::string_view expect) {
    if (expect == "no match") return Errc::NoIdentity;
    if (expect == "HMAC failure" || expect == "payload failure") return Errc::BadSignature;
    return Errc::BadFormat;  // header failure, armor failure
}

// In pieces of `piece` bytes, as a slow source gives them.
ByteSource slowly(const std::string& file, std::size_t piece) {
    return [&file, piece, at = std::size_t{0}](std::span<std::byte> room) mutable -> Result<std::size_t> {
        const auto count = std::min({piece, room.size(), file.size() - at});
        std::copy_n(asBytes(file).begin() + static_cast<std::ptrdiff_t>(at), count, room.begin());
        at += count;
        return count;
    };
}

struct Outcome {
    Result<> result;
    std::string plain;
};

Outcome decrypt(const Vector& v, std::size_t piece) {
    std::vector<AgeIdentity> identities;
    for (const auto& text : v.identities)
        if (auto identity = AgeIdentity::parse(text)) identities.push_back(*identity);
    Outcome outcome;
    outcome.result = ageDecrypt(slowly(v.file, piece), identities, [&](Bytes bytes) -> Result<> {
        outcome.plain.append(asText(bytes));
        return {};
    });
    return outcome;
}

void checkForeign(const Vector& v) {
    const auto outcome = decrypt(v, 1 << 20);
    REQUIRE(!outcome.result);
    CHECK(outcome.plain.empty());
    const auto code = outcome.result.error().code;
    CHECK((code == Errc::NoIdentity || code == Errc::BadFormat));
}

void checkOwn(const Vector& v, std::size_t piece) {
    const auto outcome = decrypt(v, piece);
    if (v.expect == "success") {
        test::must(outcome.result);
        CHECK(toHex(sha256(asBytes(outcome.plain))) == v.payload_sha256);
        return;
    }
    REQUIRE(!outcome.result);
    CHECK(outcome.result.error().code == expectedError(v.expect));
    if (v.expect == "payload failure")
        CHECK(outcome.result.error().context.find("payload") != std::string::npos);
    if (v.expect != "payload failure")
        CHECK(outcome.plain.empty());
    else if (kWithheld.contains(v.name))
        CHECK(outcome.plain.size() % (64 * 1024) == 0);
    else
        CHECK(toHex(sha256(asBytes(outcome.plain))) == v.payload_sha256);
}

}  // namespace

TEST_CASE("the vectors of the age specification end as they state", "[uplink][age]") {
    const auto shared = test::sharedFolder();
    const auto folder = shared ? *shared / "vectors" / "age" : std::filesystem::path();
    if (!shared || !std::filesystem::is_directory(folder))
        return test::skipLoudly("no age vectors in ../shared");
    std::size_t own = 0;
    std::map<std::string, std::vector<std::string>> foreign;  // by why
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        CAPTURE(name);
        const auto v = readVector(entry.path());
        if (const auto why = whyForeign(v); !why.empty()) {
            checkForeign(v);
            foreign[why].push_back(name);
            continue;
        }
        checkOwn(v, 1 << 20);
        checkOwn(v, 7);  // pieces that end in the middle of everything
        ++own;
    }
    // As many as of the edition that was read when this was written; later ones only add.
    CHECK(own >= 103);
    CHECK(foreign.size() == 2);
    std::string said = std::to_string(own) + " vectors hold. Refused, as they must be:";
    for (const auto& [why, names] : foreign) {
        said += "\n  " + why + " (" + std::to_string(names.size()) + "):";
        for (const auto& name : names) said += " " + name;
    }
    WARN(said);
}

}  // namespace gantry::uplink
