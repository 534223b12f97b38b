#pragma once
/// What the ways of putting one object by tus have in common during one attempt.

#include <memory>
#include <stop_token>
#include <vector>

#include "gantry/uplink/tus.hpp"
#include "tus_peer.hpp"
#include "tus_state.hpp"

namespace gantry::uplink {

/// Connections that stay open from one object to the next; opened when they are first needed.
class TusConnections {
public:
    explicit TusConnections(HttpClientConfig config) : config_(std::move(config)) {}
    Result<HttpConnection*> at(std::size_t number);

private:
    const HttpClientConfig config_;
    std::vector<std::unique_ptr<HttpConnection>> open_;
};

struct TusJob {
    TusConnections& connections;
    TusPeer& peer;  ///< on the first of the connections
    const TusConfig& config;
    const TusOffer& offer;
    const PutObject& object;
    int fd;
    TusState& state;
    UploadMemory& memory;

    Result<> save() const { return memory.saveResumeState(state.text()); }
    void progress(std::uint64_t sent) const { memory.progress(sent, object.bytes); }
    /// What the server keeps with the object.
    std::string metadata() const;
    /// Nothing of it is to be gone on with.
    Result<> forgetAll() const;
};

}  // namespace gantry::uplink
