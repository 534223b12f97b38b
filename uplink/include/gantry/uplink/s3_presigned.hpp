#pragma once
/// Uploads for which the site holds no secret: the sponsor begins a multipart upload and signs the URLs of
/// its steps; the site uses them until they run out. docs/formats/presigned.md.

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/uplink/s3.hpp"

namespace gantry::uplink {

/// The permission to upload one object. Who holds it can write that object, and nothing else.
struct Grant {
    std::string object;     ///< its key, for people
    std::string upload_id;  ///< what the URLs are about; a renewed grant has the same
    UnixMillis issued_at = 0;
    UnixMillis expires_at = 0;
    bool etag_is_md5 = true;  ///< false where a key service encrypts
    std::string head, list, complete, abort;
    std::vector<std::string> parts;  ///< of part 1, 2, …; not all need be used
};

inline constexpr int kMostGrantParts = 1000;                       ///< one page of a list of parts
inline constexpr auto kLongestGrant = std::chrono::hours(24 * 7);  ///< SigV4's limit

std::string writeGrant(const Grant& grant);
/// @errors BadFormat; NotAllowed: a URL is plain http to another machine
Result<Grant> readGrant(std::string_view json);

struct GrantRequest {
    std::string object;                                   ///< name below the location's prefix
    int parts = 100;                                      ///< 1 to kMostGrantParts
    std::chrono::seconds valid = std::chrono::hours(72);  ///< 1 minute to kLongestGrant
};

/// At the sponsor: begins an upload and signs what the site needs.
/// @errors InvalidArgument, and as Transport::put
Result<Grant> makeGrant(const S3Config& config, const GrantRequest& request, std::stop_token stop = {});
/// Signs the URLs of the same upload anew, for a site that did not end in time.
/// @errors InvalidArgument, and those of loadS3Credentials
Result<Grant> renewGrant(const S3Config& config, const Grant& grant, std::chrono::seconds valid);

struct PresignedConfig {
    /// Folder with a grant a file, *.json. Beside them the transport keeps which grant is used for what.
    std::filesystem::path grants;
    HttpClientConfig http;                ///< authorities, timeouts; its token is not used
    std::uint64_t part_bytes = 8u << 20;  ///< 5 MiB to 5 GiB, more where a grant's parts would not do
    int connections = 4;                  ///< 1 to 16
    const Clock* clock = nullptr;         ///< the system's when null; must outlive the transport
};

/// Takes for each object a grant that nobody used, and goes on with it, or with a renewed one, until the
/// object is there. put() fails with NoGrant when there is none, or it has run out.
/// @errors InvalidArgument
Result<std::unique_ptr<Transport>> makePresignedTransport(PresignedConfig config);

}  // namespace gantry::uplink
