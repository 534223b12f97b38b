#include "gantry/uplink/s3_presigned.hpp"
#include "s3/errors.hpp"
#include "s3/presigned_put.hpp"

namespace gantry::uplink {
namespace {

using namespace s3;

class PresignedTransport final : public Transport {
public:
    explicit PresignedTransport(PresignedConfig config)
        : config_(std::move(config)),
          clock_(config_.clock != nullptr ? config_.clock : &system_clock_),
          folder_(config_.grants, *clock_) {}

    Result<> openConnections() {
        config_.http.bearer_token.clear();  // what is allowed stands in the URLs
        for (int i = 0; i < config_.connections; ++i)
            connections_.push_back(GANTRY_TRY(HttpConnection::open(config_.http)));
        return {};
    }

    Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) override {
        wait_.reset();
        const PresignedPutInput input{object,       memory,  std::move(stop), config_,
                                      connections_, folder_, *clock_,         wait_};
        auto done = PresignedPut(input).run();
        if (done) return {};
        return forCaller(std::move(done).error());
    }
    Result<> forget(UploadMemory& memory, std::stop_token stop) override {
        const auto state = PresignedState::parse(memory.resumeState());
        if (const auto grant = state ? folder_.begunBy(state->upload_id) : std::nullopt) {
            Line line(*connections_.front(), std::move(stop), wait_);
            (void)line.ask(toUrl("DELETE", grant->abort), "aborting the upload");  // else the sponsor does it
            GANTRY_CHECK(folder_.giveUp(state->upload_id));
        }
        return memory.saveResumeState("");
    }
    std::chrono::seconds askedToWait() const override { return wait_.value(); }

private:
    SystemClock system_clock_;
    PresignedConfig config_;
    const Clock* clock_;
    GrantFolder folder_;
    std::vector<std::unique_ptr<HttpConnection>> connections_;
    WaitAsked wait_;
};

}  // namespace

Result<std::unique_ptr<Transport>> makePresignedTransport(PresignedConfig config) {
    GANTRY_CHECK(checkSending(config.part_bytes, config.connections));
    if (config.grants.empty()) return fail(Errc::InvalidArgument, "permissions to upload need a folder");
    auto transport = std::make_unique<PresignedTransport>(std::move(config));
    GANTRY_CHECK(transport->openConnections());
    return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace gantry::uplink
