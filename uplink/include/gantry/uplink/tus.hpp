#pragma once
/// The tus 1.0 protocol (tus.io) as a Transport: core, creation, and checksum where the server offers it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/transport.hpp"

namespace gantry::uplink {

struct TusConfig {
    std::string endpoint;   ///< URL of the creation endpoint, "https://hub.example/files/"
    HttpClientConfig http;  ///< token, authorities, timeouts
    std::uint64_t chunk_bytes =
        8u << 20;  ///< 64 KiB to 1 GiB; a cut of the line costs at most this much again
};

/// @errors InvalidArgument: not an https URL (http for loopback), chunk out of range.
Result<std::unique_ptr<Transport>> makeTusTransport(TusConfig config);

}  // namespace gantry::uplink
