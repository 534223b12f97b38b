#include "gantry/uplink/destination.hpp"

#include <algorithm>

#include "gantry/uplink/s3_presigned.hpp"
#include "gantry/uplink/tus.hpp"
#include "s3/part_plan.hpp"

namespace gantry::uplink {
namespace {

// A parcel that began by another transport, before the sponsor moved, begins anew.
class OwnMemory final : public UploadMemory {
public:
    explicit OwnMemory(UploadMemory& memory) : memory_(memory) {}
    std::string resumeUrl() override {
        auto url = memory_.resumeUrl();
        return url.starts_with("https:") || url.starts_with("http:") ? url : std::string();
    }
    Result<> saveResumeUrl(std::string url) override { return memory_.saveResumeUrl(std::move(url)); }
    void progress(std::uint64_t sent, std::uint64_t total) override { memory_.progress(sent, total); }

private:
    UploadMemory& memory_;
};

class TusWithOwnMemory final : public Transport {
public:
    explicit TusWithOwnMemory(std::unique_ptr<Transport> tus) : tus_(std::move(tus)) {}
    Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) override {
        OwnMemory own(memory);
        return tus_->put(object, own, std::move(stop));
    }
    std::chrono::seconds askedToWait() const override { return tus_->askedToWait(); }

private:
    std::unique_ptr<Transport> tus_;
};

Result<std::unique_ptr<Transport>> tusTo(const Destination& to) {
    TusConfig config;
    config.endpoint = to.endpoint;
    config.http = to.http;
    config.chunk_bytes = to.chunk_bytes;
    config.largest_chunk_bytes = to.largest_chunk_bytes;
    auto tus = GANTRY_TRY(makeTusTransport(std::move(config)));
    return std::unique_ptr<Transport>(std::make_unique<TusWithOwnMemory>(std::move(tus)));
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
