#pragma once
/// Everything gantryd runs, wired together.

#include <cstdint>
#include <memory>

#include "gantry/agent/config.hpp"

namespace gantry::agent {

class Daemon {
public:
    /// Starts all; returns when scanners and browsers can connect.
    static Result<std::unique_ptr<Daemon>> start(const Config& config);
    /// Reads what the configuration names: packs, rosters, keys, certificates, addresses of the sponsor.
    static Result<> check(const Config& config);
    virtual ~Daemon() = default;
    virtual std::uint16_t dicomPort() const = 0;
    virtual std::uint16_t webPort() const = 0;
};

}  // namespace gantry::agent
