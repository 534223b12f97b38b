#pragma once
/// gantry-hub as a whole: takes parcels over tus, keeps them, opens them when it may, gives receipts out.

#include <cstdint>
#include <memory>

#include "gantry/central/hub_config.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::central {

class Hub {
public:
    /// Ends first what a kill left half done, then listens; serves until destroyed.
    /// @errors ConfigInvalid: no site may deliver, unusable key or certificate; NotAllowed: plain HTTP off
    /// loopback,
    ///         or secrets that others can read; Io, CatalogueBroken
    static Result<std::unique_ptr<Hub>> start(const HubConfig& config, const Clock& clock);
    virtual ~Hub() = default;
    virtual std::uint16_t port() const = 0;
};

}  // namespace gantry::central
