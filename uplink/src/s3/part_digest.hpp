#pragma once
/// Digests of what is sent, and whether what a server says it has is that.

#include <array>
#include <optional>

#include "gantry/core/crypto.hpp"
#include "http_exchange.hpp"
#include "s3/answers.hpp"

namespace gantry::uplink::s3 {

struct PartDigest {
    Digest sha256{};
    /// For Content-MD5 and the ETag. Nothing where it was not asked for, or where OpenSSL runs without MD5
    /// (FIPS).
    std::optional<std::array<std::byte, 16>> md5;
    std::string sha256Hex() const { return toHex(sha256); }
    std::string sha256Base64() const { return toBase64(sha256); }
};

/// @errors Io: the file became shorter
Result<PartDigest> digestOf(const FileRange& range, bool with_md5);

enum class Match { Same, Different, CannotTell };
/// By checksum where the server keeps one, else by ETag where that is an MD5.
Match compare(const StoredPart& stored, const PartDigest& local);
/// The ETag of an object made of these parts: MD5 of their MD5s, and their number. Nothing where one is not
/// known.
std::optional<std::string> compositeEtag(const std::map<int, StoredPart>& parts);

}  // namespace gantry::uplink::s3
