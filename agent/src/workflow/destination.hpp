#pragma once
/// A trial's sponsor as the transports know it.

#include "gantry/uplink/destination.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

inline constexpr auto kGrantsFolder = "grants";  ///< below the data directory, a folder a trial

/// Token and certificates of the trial.
uplink::HttpClientConfig clientConfigOf(const Trial& trial);
uplink::Destination destinationOf(const Config& config, const Trial& trial);

}  // namespace gantry::agent
