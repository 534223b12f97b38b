#include "age_header.hpp"

#include <algorithm>
#include <optional>

#include "base64_raw.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::uplink {
namespace {

constexpr std::string_view kVersionLine = "age-encryption.org/v1";
constexpr std::string_view kX25519Label = "age-encryption.org/v1/X25519";
constexpr std::size_t kBodyColumns = 64;
constexpr std::size_t kMaxArgumentsLine = 8 * 1024;
constexpr std::size_t kMaxHeaderBytes = 1 << 20;  // some ten thousand recipients; a bound for hostile files

Error broken(std::string what) {
    return fail(Errc::BadFormat, "age header: " + std::move(what));
}

Result<std::string_view> headerLine(ByteReader& reader, std::size_t limit) {
    auto line = reader.line(limit);
    if (!line) return within("age header", line.error());
    return *line;
}

Result<std::vector<std::string>> splitArguments(std::string_view text) {
    std::vector<std::string> arguments(1);
    for (const char c : text) {
        if (c == ' ')
            arguments.emplace_back();
        else if (c < 33 || c > 126)
            return broken("a stanza argument with an unprintable character");
        else
            arguments.back() += c;
    }
    if (std::any_of(arguments.begin(), arguments.end(), [](const auto& a) { return a.empty(); }))
        return broken("an empty stanza argument");
    return arguments;
}

// Full lines of 64 columns, then one that is shorter, possibly empty.
Result<std::string> readBody(ByteReader& reader, AgeHeader& header) {
    std::string body;
    for (;;) {
        const auto line = GANTRY_TRY(headerLine(reader, kBodyColumns));
        auto piece = fromRawBase64(line);
        if (!piece) return broken("a stanza body that is not canonical Base64");
        header.authenticated.append(line).append("\n");
        body += *piece;
        if (line.size() < kBodyColumns) return body;
        if (header.authenticated.size() > kMaxHeaderBytes) return broken("longer than allowed");
    }
}

Result<Digest> parseMac(std::string_view text) {
    const auto bytes = fromRawBase64(text);
    Digest mac{};
    if (!bytes || bytes->size() != mac.size()) return broken("a malformed MAC");
    std::copy_n(asBytes(*bytes).begin(), mac.size(), mac.begin());
    return mac;
}

Digest headerMac(const FileKey& file_key, std::string_view authenticated) {
    auto key = hkdfSha256(file_key, {}, "header");
    const auto mac = hmacSha256(key, asBytes(authenticated));
    wipe(key);
    return mac;
}

struct X25519Stanza {
    Key32 share;
    std::array<std::byte, sizeof(FileKey) + kTagBytes> sealed;
};

Result<X25519Stanza> parseX25519(const Stanza& stanza) {
    X25519Stanza out{};
    if (stanza.arguments.size() != 2) return broken("an X25519 stanza without exactly one argument");
    const auto share = fromRawBase64(stanza.arguments[1]);
    if (!share || share->size() != out.share.size()) return broken("an X25519 share that is not 32 bytes");
    if (stanza.body.size() != out.sealed.size()) return broken("an X25519 body that is not 32 bytes");
    std::copy_n(asBytes(*share).begin(), out.share.size(), out.share.begin());
    std::copy_n(asBytes(stanza.body).begin(), out.sealed.size(), out.sealed.begin());
    return out;
}

Key32 wrapKey(const Key32& shared, const Key32& share, const Key32& recipient) {
    std::array<std::byte, 64> salt;
    std::copy(recipient.begin(), recipient.end(), std::copy(share.begin(), share.end(), salt.begin()));
    return hkdfSha256(shared, salt, kX25519Label);
}

// Nullopt: not for this identity.
Result<std::optional<FileKey>> unwrapX25519(const X25519Stanza& stanza, const AgeIdentity& identity,
                                            const Key32& own_public_key) {
    auto shared = x25519(identity.secretKey(), stanza.share);
    if (!shared) return broken("an X25519 share of low order");
    auto key = wrapKey(*shared, stanza.share, own_public_key);
    FileKey file_key{};
    const bool mine =
        ChunkCipher(key, ChunkCipher::Direction::Open).open(0, false, stanza.sealed, file_key.data());
    wipe(*shared);
    wipe(key);
    if (!mine) return std::optional<FileKey>();
    return std::optional(file_key);
}

// A passphrase stanza must stand alone, or who knows a recipient could pass files off as made by who knows
// the phrase.
Result<> checkScryptAlone(const std::vector<Stanza>& stanzas) {
    const auto scrypt = std::count_if(stanzas.begin(), stanzas.end(),
                                      [](const Stanza& s) { return s.arguments[0] == "scrypt"; });
    if (scrypt > 0 && stanzas.size() > 1) return broken("a scrypt stanza beside another stanza");
    return {};
}

}  // namespace

Result<AgeHeader> readHeader(ByteReader& reader) {
    AgeHeader header;
    const auto version = GANTRY_TRY(headerLine(reader, kVersionLine.size()));
    if (version != kVersionLine) return broken("not an age v1 file");
    header.authenticated.append(version).append("\n");
    for (;;) {
        const auto line = GANTRY_TRY(headerLine(reader, kMaxArgumentsLine));
        if (line.starts_with("--- ")) {
            if (header.stanzas.empty()) return broken("no stanza");
            header.mac = GANTRY_TRY(parseMac(line.substr(4)));
            header.authenticated.append("---");
            return header;
        }
        if (!line.starts_with("-> ")) return broken("neither a stanza nor the MAC where one must be");
        header.authenticated.append(line).append("\n");
        auto arguments = GANTRY_TRY(splitArguments(line.substr(3)));
        auto body = GANTRY_TRY(readBody(reader, header));
        header.stanzas.push_back({std::move(arguments), std::move(body)});
        if (header.authenticated.size() > kMaxHeaderBytes) return broken("longer than allowed");
    }
}

Result<FileKey> unwrapFileKey(const AgeHeader& header, std::span<const AgeIdentity> identities) {
    GANTRY_CHECK(checkScryptAlone(header.stanzas));
    std::vector<X25519Stanza> candidates;
    for (const auto& stanza : header.stanzas)
        if (stanza.arguments[0] == "X25519") candidates.push_back(GANTRY_TRY(parseX25519(stanza)));
    for (const auto& identity : identities) {
        const auto own_public_key = identity.recipient().publicKey();
        for (const auto& candidate : candidates) {
            auto file_key = GANTRY_TRY(unwrapX25519(candidate, identity, own_public_key));
            if (!file_key) continue;
            if (!equalConstantTime(headerMac(*file_key, header.authenticated), header.mac))
                return fail(Errc::BadSignature, "age header: the MAC does not verify");
            return *file_key;
        }
    }
    return fail(Errc::NoIdentity, "age header: none of the identities opens this file");
}

Result<std::string> makeHeader(const FileKey& file_key, std::span<const AgeRecipient> recipients) {
    if (recipients.empty()) return fail(Errc::InvalidArgument, "no recipient to encrypt for");
    std::string text(kVersionLine);
    text += '\n';
    for (const auto& recipient : recipients) {
        const auto ephemeral = AgeIdentity::generate();
        const auto share = ephemeral.recipient().publicKey();
        auto shared = x25519(ephemeral.secretKey(), recipient.publicKey());
        if (!shared) return fail(Errc::Crypto, "an age recipient of low order");
        auto key = wrapKey(*shared, share, recipient.publicKey());
        std::array<std::byte, sizeof(FileKey) + kTagBytes> sealed;
        ChunkCipher(key, ChunkCipher::Direction::Seal).seal(0, false, file_key, sealed.data());
        wipe(*shared);
        wipe(key);
        text += "-> X25519 " + toRawBase64(share) + "\n" + toRawBase64(sealed) + "\n";
    }
    text += "---";
    const auto mac = headerMac(file_key, text);
    text += " " + toRawBase64(mac) + "\n";
    return text;
}

}  // namespace gantry::uplink
