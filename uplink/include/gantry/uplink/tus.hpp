#pragma once
/// The tus 1.0 protocol (tus.io) as a Transport: core, creation, and of the extensions creation-with-upload,
/// checksum, concatenation, termination and expiration where the server offers them. Servers that bend the
/// protocol are understood as far as it is safe; docs/formats/outbox-inbox.md lists how.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/transport.hpp"

namespace gantry::uplink {

/// Whether an object is read back and compared after it was sent.
enum class ReadBack {
    Auto,  ///< where the server compared no checksums, and lets its uploads be read
    Never,
};

struct TusConfig {
    std::string endpoint;   ///< URL of the creation endpoint, "https://hub.example/files/"
    HttpClientConfig http;  ///< token, authorities, proxy, rate, timeouts
    /// Bytes of one request, 64 KiB to 1 GiB; a cut of the line costs at most one chunk again.
    std::uint64_t chunk_bytes = 8u << 20;
    /// While chunks take less than a second they grow up to this, so that the wait for each answer stays
    /// small beside them on fast or long lines. Not less than chunk_bytes, or chunk_bytes holds.
    std::uint64_t largest_chunk_bytes = 64u << 20;
    /// 1 to 8. Objects of several chunks go in so many parts at once, for lines that are fast and long, where
    /// the server offers concatenation. A cut then costs a chunk of each connection that it breaks.
    int connections = 1;
    ReadBack verify_by_reading_back = ReadBack::Auto;
};

/// @errors InvalidArgument: not an https URL (http for loopback), chunk or connections out of range; those
/// of HttpClient::open
Result<std::unique_ptr<Transport>> makeTusTransport(TusConfig config);

}  // namespace gantry::uplink
