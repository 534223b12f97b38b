#pragma once
/// The header of an age file: stanzas that wrap the file key, and a MAC over them.

#include <span>
#include <string>
#include <vector>

#include "age_cipher.hpp"
#include "byte_reader.hpp"
#include "gantry/core/result.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::uplink {

struct Stanza {
    std::vector<std::string> arguments;  ///< the first is the type
    std::string body;
};

struct AgeHeader {
    std::vector<Stanza> stanzas;
    std::string authenticated;  ///< the bytes the MAC covers: from the first to "---"
    Digest mac{};
};

/// Reads a header and leaves the reader at the payload's nonce. @errors BadFormat
Result<AgeHeader> readHeader(ByteReader& reader);

/// The file key that one of the identities unwraps, after the MAC held.
/// @errors BadFormat: a stanza we know is malformed; NoIdentity; BadSignature: wrong MAC
Result<FileKey> unwrapFileKey(const AgeHeader& header, std::span<const AgeIdentity> identities);

/// The header's bytes for these recipients, a fresh ephemeral key each.
/// @errors InvalidArgument: no recipient; Crypto: a recipient of low order
Result<std::string> makeHeader(const FileKey& file_key, std::span<const AgeRecipient> recipients);

}  // namespace gantry::uplink
