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
    /// Bytes of one request, 64 KiB to 1 GiB; a cut of the line costs at most one chunk again.
    std::uint64_t chunk_bytes = 8u << 20;
    /// While chunks take less than a second they grow up to this, so that the wait for each answer stays
    /// small beside them on fast or long lines. Not less than chunk_bytes, or chunk_bytes holds.
    std::uint64_t largest_chunk_bytes = 64u << 20;
};

/// @errors InvalidArgument: not an https URL (http for loopback), chunk out of range.
Result<std::unique_ptr<Transport>> makeTusTransport(TusConfig config);

}  // namespace gantry::uplink
