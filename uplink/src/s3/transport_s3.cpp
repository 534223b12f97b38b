#include "gantry/uplink/s3.hpp"
#include "s3/object_put.hpp"

namespace gantry::uplink {
namespace {

constexpr int kMostConnections = 16;
constexpr std::size_t kMostKeyBytes = 1024;  // Amazon S3 user guide, "Naming objects"
constexpr std::size_t kMostVerified = 64;    // uploads that were broken off, kept in memory

// What the caller of a transport can do something with.
Error forCaller(Error error) {
    switch (error.code) {
        case Errc::BadFormat:
        case Errc::NotFound:
        case Errc::Unsupported:
            error.code = Errc::PeerRefused;
            return error;
        default:
            return error;
    }
}

class S3Transport final : public Transport {
public:
    explicit S3Transport(S3Config config)
        : config_(std::move(config)), clock_(config_.clock != nullptr ? config_.clock : &system_clock_) {}

    Result<> openConnections() {
        config_.http.bearer_token.clear();
        for (int i = 0; i < config_.connections; ++i)
            connections_.push_back(GANTRY_TRY(HttpConnection::open(config_.http)));
        return {};
    }

    Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) override {
        wait_.reset();
        if (config_.location.keyOf(object.name).size() > kMostKeyBytes)
            return fail(Errc::InvalidArgument, "the object's name is too long for S3");
        if (!config_.credentials_file.empty())
            config_.credentials = GANTRY_TRY(loadS3Credentials(config_.credentials_file));
        const s3::Requests requests(config_.location, config_.addressing, config_.credentials, *clock_);
        if (verified_.size() > kMostVerified) verified_.clear();
        const s3::ObjectPutInput input{object,       memory,     std::move(stop), requests, config_,
                                       connections_, abilities_, verified_,       wait_};
        auto done = s3::ObjectPut(input).run();
        if (done) return {};
        abilities_ = {};  // the server may be another one when it comes back
        return forCaller(std::move(done).error());
    }
    std::chrono::seconds askedToWait() const override { return wait_.value(); }

private:
    SystemClock system_clock_;
    S3Config config_;
    const Clock* clock_;
    std::vector<std::unique_ptr<HttpConnection>> connections_;
    s3::Abilities abilities_;
    s3::VerifiedParts verified_;
    s3::WaitAsked wait_;
};

}  // namespace

Result<> checkS3Config(const S3Config& config) {
    if (config.part_bytes < s3::kLeastPart || config.part_bytes > s3::kMostPart)
        return fail(Errc::InvalidArgument, "S3: a part has 5 MiB to 5 GiB");
    if (config.connections < 1 || config.connections > kMostConnections)
        return fail(Errc::InvalidArgument, "S3: 1 to 16 connections");
    const auto& encryption = config.objects.encryption;
    if (!encryption.empty() && encryption != "AES256" && encryption != "aws:kms")
        return fail(Errc::InvalidArgument, "S3: encryption is AES256 or aws:kms");
    if (!config.objects.kms_key_id.empty() && encryption != "aws:kms")
        return fail(Errc::InvalidArgument, "S3: a key id goes with the encryption aws:kms");
    const auto& acl = config.objects.acl;
    if (!acl.empty() && acl != "bucket-owner-read" && acl != "bucket-owner-full-control")
        return fail(Errc::InvalidArgument, "S3: acl is bucket-owner-read or bucket-owner-full-control");
    if (config.location.host.empty() || config.location.bucket.empty())
        return fail(Errc::InvalidArgument, "S3: host and bucket are needed");
    return {};
}

Result<std::unique_ptr<Transport>> makeS3Transport(S3Config config) {
    GANTRY_CHECK(checkS3Config(config));
    if (!config.credentials_file.empty()) GANTRY_TRY(loadS3Credentials(config.credentials_file));
    auto transport = std::make_unique<S3Transport>(std::move(config));
    GANTRY_CHECK(transport->openConnections());
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace gantry::uplink
