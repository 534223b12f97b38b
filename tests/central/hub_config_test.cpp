#include "gantry/central/hub_config.hpp"

#include "support.hpp"

using namespace gantry;
using namespace gantry::central;

TEST_CASE("the shipped hub.yaml says every default", "[config]") {
    const auto config = gantry::test::must(
        loadHubConfig(std::filesystem::path(GANTRY_SOURCE_DIR) / "packaging/config/hub.yaml"));
    const HubConfig plain;
    CHECK(config.address == plain.address);
    CHECK(config.port == plain.port);
    CHECK(config.threads == plain.threads);
    CHECK(config.max_connections == plain.max_connections);
    CHECK(config.idle_timeout == plain.idle_timeout);
    CHECK(config.certificate.empty());
    CHECK(config.private_key.empty());
    CHECK(config.directory == "/var/lib/gantry-hub");
    CHECK_FALSE(config.identity);
    CHECK_FALSE(config.receipt_key);
    CHECK(config.issuer == plain.issuer);
    CHECK(config.max_upload_bytes == plain.max_upload_bytes);
    CHECK(config.reserve_bytes == plain.reserve_bytes);
    CHECK(config.unfinished_expiry == plain.unfinished_expiry);
}

TEST_CASE("all mistakes are told at once", "[config]") {
    const auto config = parseHubConfig(
        "version: 2\nlisten: {adress: 1.2.3.4, address: hub.example, port: 70000, threads: many}\n"
        "directory: [a]\nlimits: {max_upload_bytes: 12}\nexpiry: 3\nissuer: ''\nsurprise: 1\n",
        "/etc");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().code == Errc::ConfigInvalid);
    for (const auto* key : {"version", "listen.adress", "listen.address", "listen.port", "listen.threads",
                            "directory", "limits.max_upload_bytes", "expiry", "issuer", "surprise"}) {
        CAPTURE(key, config.error().context);
        CHECK(("\n" + config.error().context).find("\n" + std::string(key) + ": ") != std::string::npos);
    }
}

TEST_CASE("keys that make sense only together", "[config]") {
    const auto [yaml, key] = GENERATE(table<std::string, std::string>({
        {"issuer: x", "directory: "},
        {"directory: /d\nlisten: {address: 0.0.0.0}", "listen.certificate: "},
        {"directory: /d\nlisten: {certificate: c.pem}", "listen.private_key: "},
        {"directory: /d\nreceipt_key: k", "identity: "},
        {"directory: /d\ndirectory: /e", "twice"},
        {"directory: /d\n  bad: [", ""},
        {"[1, 2]", ""},
    }));
    CAPTURE(yaml);
    const auto config = parseHubConfig(yaml, "/etc");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().code == Errc::ConfigInvalid);
    CHECK(config.error().context.find(key) != std::string::npos);
}

TEST_CASE("relative paths start at the file's folder", "[config]") {
    const auto config =
        gantry::test::must(parseHubConfig("directory: hub\nidentity: keys/i.txt\n", "/etc/gantry"));
    CHECK(config.directory == "/etc/gantry/hub");
    CHECK(config.identity == std::filesystem::path("/etc/gantry/keys/i.txt"));
}
