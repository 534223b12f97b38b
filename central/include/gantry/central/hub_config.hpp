#pragma once
/// What gantry-hub is told by its YAML file. packaging/config/hub.yaml shows every key with its default.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::central {

struct HubConfig {
    std::string address = "127.0.0.1";  ///< key listen.address, numeric
    std::uint16_t port = 8443;          ///< key listen.port, 0–65535; 0 takes any free one
    std::filesystem::path
        certificate;  ///< key listen.certificate, PEM chain; may be absent on loopback alone
    std::filesystem::path private_key;      ///< key listen.private_key, PEM
    int threads = 4;                        ///< key listen.threads, 1–64
    int max_connections = 512;              ///< key listen.max_connections, 1–65536
    std::chrono::seconds idle_timeout{60};  ///< key listen.idle_timeout_seconds, 5–3600

    std::filesystem::path directory;                ///< key directory: all that the hub keeps
    std::optional<std::filesystem::path> identity;  ///< key identity: age key file that opens parcels
    std::optional<std::filesystem::path>
        receipt_key;                    ///< key receipt_key: Ed25519 key file that signs receipts
    std::string issuer = "gantry-hub";  ///< key issuer: the name in the receipts, 1–100 bytes

    bool delete_withdrawn = false;  ///< key withdrawn: keep or delete what a site withdrew

    std::uint64_t max_upload_bytes = 256ull << 30;  ///< key limits.max_upload_bytes, 1 MiB–16 TiB
    std::uint64_t reserve_bytes = 1ull << 30;       ///< key limits.reserve_bytes: room never used for uploads
    std::chrono::hours unfinished_expiry{24 * 30};  ///< key expiry.unfinished_upload_hours, 1–8760
};

/// Every mistake at once, one a line. Relative paths are taken from `base`. @errors ConfigInvalid
Result<HubConfig> parseHubConfig(std::string_view yaml, const std::filesystem::path& base);
/// @errors NotFound, Io, ConfigInvalid
Result<HubConfig> loadHubConfig(const std::filesystem::path& file);

}  // namespace gantry::central
