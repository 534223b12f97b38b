#pragma once
/// Where objects go, and by which transport: the address says it, and nothing above knows more.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/s3.hpp"
#include "gantry/uplink/transport.hpp"

namespace gantry::uplink {

/// The address of uploads by presigned URLs: they say themselves where they go.
inline constexpr std::string_view kPresigned = "presigned";

struct Destination {
    /// "https://…" (http for loopback): tus. "s3+https://host/bucket/prefix": S3. "presigned": S3 by grants.
    std::string endpoint;
    HttpClientConfig http;
    std::uint64_t chunk_bytes = 8u << 20;           ///< tus: of one request; S3: of a part, 5 MiB at least
    std::uint64_t largest_chunk_bytes = 64u << 20;  ///< see TusConfig
    int connections = 4;                            ///< S3 alone: parts in flight at once, 1 to 16
    std::filesystem::path credentials;              ///< S3: see loadS3Credentials
    S3Addressing addressing = S3Addressing::Auto;   ///< S3
    S3ObjectOptions objects;                        ///< S3
    std::filesystem::path grants;                   ///< presigned: the folder where they come in
    const Clock* clock = nullptr;                   ///< the system's when null; must outlive the transport
};

/// @errors InvalidArgument, NotAllowed: the address or a setting is none; those of loadS3Credentials
Result<std::unique_ptr<Transport>> makeTransport(const Destination& destination);

}  // namespace gantry::uplink
