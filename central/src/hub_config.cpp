#include "gantry/central/hub_config.hpp"

#include <arpa/inet.h>

#include <array>

#include "gantry/core/config_reader.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {
namespace {

constexpr std::int64_t kMiB = 1ll << 20;
constexpr std::int64_t kTiB = 1ll << 40;

bool isNumericAddress(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    return ::inet_pton(AF_INET, text.c_str(), parsed.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), parsed.data()) == 1;
}

bool isLoopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1";
}

std::optional<std::filesystem::path> optionalPath(ConfigSection& section, std::string_view key) {
    auto path = section.path(key);
    return path.empty() ? std::nullopt : std::optional(std::move(path));
}

std::uint64_t bytes(ConfigSection& section, std::string_view key, std::uint64_t fallback,
                    std::int64_t least) {
    return static_cast<std::uint64_t>(
        section.integer(key, static_cast<std::int64_t>(fallback), least, 16 * kTiB));
}

void readListen(ConfigSection listen, HubConfig& config) {
    config.address = listen.text("address", config.address);
    config.port = static_cast<std::uint16_t>(listen.integer("port", config.port, 0, 65535));
    config.certificate = listen.path("certificate");
    config.private_key = listen.path("private_key");
    config.threads = static_cast<int>(listen.integer("threads", config.threads, 1, 64));
    config.max_connections =
        static_cast<int>(listen.integer("max_connections", config.max_connections, 1, 65536));
    config.idle_timeout =
        std::chrono::seconds(listen.integer("idle_timeout_seconds", config.idle_timeout.count(), 5, 3600));
    if (!isNumericAddress(config.address))
        listen.mistake("address", "'" + config.address + "' is not a numeric IPv4 or IPv6 address");
    else if (config.certificate.empty() && !isLoopback(config.address))
        listen.mistake("certificate",
                       "is missing: plain HTTP is for loopback alone, not for " + config.address);
    if (config.certificate.empty() != config.private_key.empty())
        listen.mistake(config.certificate.empty() ? "certificate" : "private_key",
                       "is missing: certificate and private key, or neither");
}

void readKeys(ConfigSection& root, HubConfig& config) {
    config.identity = optionalPath(root, "identity");
    config.receipt_key = optionalPath(root, "receipt_key");
    config.issuer = root.text("issuer", config.issuer);
    if (config.receipt_key && !config.identity)
        root.mistake("identity", "is missing: a receipt is given for a parcel that was opened");
    if (config.issuer.empty() || config.issuer.size() > 100)
        root.mistake("issuer", "'" + config.issuer + "' is not 1 to 100 bytes of text");
}

}  // namespace

Result<HubConfig> parseHubConfig(std::string_view yaml, const std::filesystem::path& base) {
    auto reader = GANTRY_TRY(ConfigReader::parse(yaml, base));
    auto root = reader.root();
    HubConfig config;
    root.integer("version", 1, 1, 1);
    readListen(root.section("listen"), config);
    config.directory = root.requiredPath("directory");
    readKeys(root, config);
    config.delete_withdrawn = root.oneOf("withdrawn", "keep", {"keep", "delete"}) == "delete";
    auto limits = root.section("limits");
    config.max_upload_bytes = bytes(limits, "max_upload_bytes", config.max_upload_bytes, kMiB);
    config.reserve_bytes = bytes(limits, "reserve_bytes", config.reserve_bytes, 0);
    auto expiry = root.section("expiry");
    config.unfinished_expiry = std::chrono::hours(
        expiry.integer("unfinished_upload_hours", config.unfinished_expiry.count(), 1, 8760));
    GANTRY_CHECK(reader.finish());
    return config;
}

Result<HubConfig> loadHubConfig(const std::filesystem::path& file) {
    const auto text = GANTRY_TRY(readFile(file, 1u << 20));
    auto config = parseHubConfig(text, std::filesystem::absolute(file).parent_path());
    if (!config) return within(file.filename().string(), config.error());
    return config;
}

}  // namespace gantry::central
