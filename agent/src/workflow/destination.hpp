#pragma once
/// A trial's sponsor as the transports know it.

#include "gantry/uplink/destination.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

inline constexpr auto kGrantsFolder = "grants";  ///< below the data directory, a folder a trial

/// The line of the site, and token and certificates of the trial.
uplink::HttpClientConfig clientConfigOf(const Config& config, const TrialConfig& trial, std::string token);
uplink::HttpClientConfig clientConfigOf(const Config& config, const Trial& trial);
uplink::Destination destinationOf(const Config& config, const Trial& trial);
/// Of a trial whose endpoint is tus.
uplink::TusConfig tusConfigOf(const Config& config, const TrialConfig& trial, std::string token);

}  // namespace gantry::agent
