#pragma once
/// The header fields of tus 1.0.0 as a client reads and writes them. All of it takes what a stranger sends.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checksum.hpp"
#include "gantry/uplink/http_client.hpp"

namespace gantry::uplink {

inline constexpr int kTusChecksumMismatch = 460;

/// A header that is a whole number and nothing else.
std::optional<std::uint64_t> countIn(const HttpResponse& response, std::string_view name);
/// 200 and 204 are used for each other.
bool isSuccess(const HttpResponse& response);
bool isGone(const HttpResponse& response);
/// A refusal of this very request, not of us, of now, or of the state of the upload.
bool isRefusal(const HttpResponse& response);

/// What a server says it offers.
struct TusOffer {
    std::vector<std::string> versions;
    std::vector<std::string> extensions;
    bool creation_with_upload = false;
    bool termination = false;
    bool concatenation = false;
    bool knows_objects = false;              ///< gantry-objects, see docs/formats/outbox-inbox.md
    std::optional<ChecksumKind> checksum;    ///< the best of those it knows
    std::optional<std::uint64_t> max_bytes;  ///< of one upload
};
/// Of the answer to OPTIONS. A server that does not answer it promises nothing.
TusOffer offerOf(const HttpResponse& response);

/// Upload-Metadata: keys, and values in Base64.
std::string tusMetadata(const std::map<std::string, std::string>& values);

/// When the upload expires, in Unix seconds of this machine's clock: where the answer has a Date, that is
/// compared with, so that a clock that is wrong does no harm.
std::optional<std::int64_t> expiryOf(const HttpResponse& response, std::int64_t now);

}  // namespace gantry::uplink
