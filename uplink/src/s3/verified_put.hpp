#pragma once
/// A PUT of bytes whose arrival is checked: by the server against the digests that go along, and here against
/// what the server says it has.

#include "gantry/core/result.hpp"
#include "s3/answers.hpp"
#include "s3/errors.hpp"
#include "s3/line.hpp"
#include "s3/part_digest.hpp"

namespace gantry::uplink::s3 {

struct PutAnswer {
    std::optional<StoredPart> stored;  ///< nothing when the server refused
    ServerError refused;
};

/// Sends up to three times while the bytes arrive damaged.
/// @param make         the request, made anew for each time: signatures have a time in them
/// @param etag_is_md5  false where objects are encrypted with keys of a key service
/// @errors PeerBusy when it arrived damaged each time; those of HttpClient::send
Result<PutAnswer> putVerified(Line& line, const std::function<HttpRequest()>& make, const FileRange& range,
                              const PartDigest& digest, bool etag_is_md5, const char* what,
                              const std::function<void(std::uint64_t)>& progress);

/// What the answer to a PUT says of the bytes. An ETag that cannot be an MD5 is kept, and compares as "cannot
/// tell".
StoredPart storedBy(const HttpResponse& response);
/// Whether the answer names a key service or a key of the client: ETags are no MD5s then.
bool hasOpaqueEtags(const HttpResponse& response);

}  // namespace gantry::uplink::s3
