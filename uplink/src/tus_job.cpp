#include "tus_job.hpp"

namespace gantry::uplink {

Result<HttpConnection*> TusConnections::at(std::size_t number) {
    while (open_.size() <= number) open_.push_back(GANTRY_TRY(HttpConnection::open(config_)));
    return open_[number].get();
}

std::string TusJob::metadata() const {
    auto all = object.metadata;
    all["filename"] = object.name;
    all["sha256"] = object.sha256_hex;
    return tusMetadata(all);
}

Result<> TusJob::forgetAll() const {
    const auto before = std::exchange(state, TusState{});
    GANTRY_CHECK(save());
    peer.terminate(offer, before.whole.url);
    for (const auto& part : before.parts) peer.terminate(offer, part.upload.url);
    return {};
}

}  // namespace gantry::uplink
