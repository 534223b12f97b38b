#include "gantry/uplink/destination.hpp"

#include <algorithm>

#include "gantry/uplink/s3_presigned.hpp"
#include "gantry/uplink/tus.hpp"
#include "s3/part_plan.hpp"

namespace gantry::uplink {
namespace {

Result<std::unique_ptr<Transport>> tusTo(const Destination& to) {
    TusConfig config;
    config.endpoint = to.endpoint;
    config.http = to.http;
    config.chunk_bytes = to.chunk_bytes;
    config.largest_chunk_bytes = to.largest_chunk_bytes;
    return makeTusTransport(std::move(config));
}

Result<std::unique_ptr<Transport>> s3To(const Destination& to) {
    S3Config config;
    config.location = GANTRY_TRY(parseS3Url(to.endpoint));
    config.addressing = to.addressing;
    if (to.credentials.empty()) return fail(Errc::InvalidArgument, "S3 needs a file with credentials");
    config.credentials_file = to.credentials;
    config.objects = to.objects;
    config.http = to.http;
    config.part_bytes = std::max(to.chunk_bytes, s3::kLeastPart);
    config.connections = to.connections;
    config.clock = to.clock;
    return makeS3Transport(std::move(config));
}

Result<std::unique_ptr<Transport>> presignedTo(const Destination& to) {
    PresignedConfig config;
    config.grants = to.grants;
    config.http = to.http;
    config.part_bytes = std::max(to.chunk_bytes, s3::kLeastPart);
    config.connections = to.connections;
    config.clock = to.clock;
    return makePresignedTransport(std::move(config));
}

}  // namespace

Result<std::unique_ptr<Transport>> makeTransport(const Destination& destination) {
    if (destination.endpoint == kPresigned) return presignedTo(destination);
    if (isS3Url(destination.endpoint)) return s3To(destination);
    return tusTo(destination);
}

}  // namespace gantry::uplink
