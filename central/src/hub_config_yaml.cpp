// The only file here that meets yaml-cpp's exceptions for configuration.
#include <arpa/inet.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

#include "gantry/central/hub_config.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {
namespace {

constexpr std::uint64_t kMiB = 1ull << 20;
constexpr std::uint64_t kTiB = 1ull << 40;

/// Puts values into a HubConfig and keeps what is wrong with them.
class Reader {
public:
    Reader(std::filesystem::path base, HubConfigOutcome& out) : base_(std::move(base)), out_(out) {}

    void mistake(const std::string& key, const std::string& got, const std::string& allowed) {
        out_.mistakes.push_back({key, got, allowed});
    }

    /// The value of a scalar; nullopt, and a mistake, for a list or a map.
    std::optional<std::string> scalar(const std::string& key, const YAML::Node& node,
                                      const std::string& allowed) {
        if (node.IsNull()) return std::string();
        if (node.IsScalar()) return node.Scalar();
        mistake(key, node.IsMap() ? "a map" : "a list", allowed);
        return std::nullopt;
    }

    template <class T>
    void number(const std::string& key, const YAML::Node& node, T low, T high, T& into) {
        const auto allowed = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
        const auto text = scalar(key, node, allowed);
        if (!text) return;
        T value{};
        const auto [stopped, error] = std::from_chars(text->data(), text->data() + text->size(), value);
        const bool whole = error == std::errc{} && stopped == text->data() + text->size();
        if (!whole || value < low || value > high) return mistake(key, *text, allowed);
        into = value;
    }

    template <class Span>
    void span(const std::string& key, const YAML::Node& node, std::int64_t low, std::int64_t high,
              Span& into) {
        auto value = static_cast<std::int64_t>(into.count());
        number(key, node, low, high, value);
        into = Span(value);
    }

    /// Empty stays empty: not given.
    void path(const std::string& key, const YAML::Node& node, std::filesystem::path& into) {
        const auto text = scalar(key, node, "a path");
        if (text) into = text->empty() ? std::filesystem::path() : (base_ / *text).lexically_normal();
    }

    void path(const std::string& key, const YAML::Node& node, std::optional<std::filesystem::path>& into) {
        std::filesystem::path value;
        path(key, node, value);
        if (!value.empty()) into = value;
    }

private:
    const std::filesystem::path base_;
    HubConfigOutcome& out_;
};

struct Key {
    std::string_view name;
    void (*read)(Reader&, const std::string&, const YAML::Node&, HubConfig&);
};

void readVersion(Reader& r, const std::string& key, const YAML::Node& node, HubConfig&) {
    int version = 1;
    r.number(key, node, 1, 1, version);
}

void readAddress(Reader& r, const std::string& key, const YAML::Node& node, HubConfig& c) {
    constexpr auto kAllowed = "a numeric IPv4 or IPv6 address of this machine";
    const auto text = r.scalar(key, node, kAllowed);
    if (!text) return;
    std::array<unsigned char, sizeof(in6_addr)> parsed{};
    const bool numeric = ::inet_pton(AF_INET, text->c_str(), parsed.data()) == 1 ||
                         ::inet_pton(AF_INET6, text->c_str(), parsed.data()) == 1;
    if (!numeric) return r.mistake(key, *text, kAllowed);
    c.address = *text;
}

void readIssuer(Reader& r, const std::string& key, const YAML::Node& node, HubConfig& c) {
    constexpr auto kAllowed = "1 to 100 bytes of text";
    const auto text = r.scalar(key, node, kAllowed);
    if (!text) return;
    if (text->empty() || text->size() > 100) return r.mistake(key, *text, kAllowed);
    c.issuer = *text;
}

constexpr Key kKeys[] = {
    {"version", readVersion},
    {"listen.address", readAddress},
    {"listen.port", [](Reader& r, const std::string& k, const YAML::Node& n,
                       HubConfig& c) { r.number<std::uint16_t>(k, n, 0, 65535, c.port); }},
    {"listen.certificate",
     [](Reader& r, const std::string& k, const YAML::Node& n, HubConfig& c) { r.path(k, n, c.certificate); }},
    {"listen.private_key",
     [](Reader& r, const std::string& k, const YAML::Node& n, HubConfig& c) { r.path(k, n, c.private_key); }},
    {"listen.threads", [](Reader& r, const std::string& k, const YAML::Node& n,
                          HubConfig& c) { r.number(k, n, 1, 64, c.threads); }},
    {"listen.max_connections", [](Reader& r, const std::string& k, const YAML::Node& n,
                                  HubConfig& c) { r.number(k, n, 1, 65536, c.max_connections); }},
    {"listen.idle_timeout_seconds", [](Reader& r, const std::string& k, const YAML::Node& n,
                                       HubConfig& c) { r.span(k, n, 5, 3600, c.idle_timeout); }},
    {"directory",
     [](Reader& r, const std::string& k, const YAML::Node& n, HubConfig& c) { r.path(k, n, c.directory); }},
    {"identity",
     [](Reader& r, const std::string& k, const YAML::Node& n, HubConfig& c) { r.path(k, n, c.identity); }},
    {"receipt_key",
     [](Reader& r, const std::string& k, const YAML::Node& n, HubConfig& c) { r.path(k, n, c.receipt_key); }},
    {"issuer", readIssuer},
    {"limits.max_upload_bytes", [](Reader& r, const std::string& k, const YAML::Node& n,
                                   HubConfig& c) { r.number(k, n, kMiB, 16 * kTiB, c.max_upload_bytes); }},
    {"limits.reserve_bytes",
     [](Reader& r, const std::string& k, const YAML::Node& n, HubConfig& c) {
         r.number<std::uint64_t>(k, n, 0, 16 * kTiB, c.reserve_bytes);
     }},
    {"expiry.unfinished_upload_hours", [](Reader& r, const std::string& k, const YAML::Node& n,
                                          HubConfig& c) { r.span(k, n, 1, 8760, c.unfinished_expiry); }},
};

const Key* keyNamed(std::string_view name) {
    const auto* found =
        std::find_if(std::begin(kKeys), std::end(kKeys), [name](const Key& k) { return k.name == name; });
    return found == std::end(kKeys) ? nullptr : found;
}

/// A key that has keys below it: "listen" of "listen.port".
bool isSection(const std::string& name) {
    return std::any_of(std::begin(kKeys), std::end(kKeys),
                       [&](const Key& k) { return k.name.starts_with(name + "."); });
}

void readMap(Reader& reader, const std::string& prefix, const YAML::Node& map, HubConfig& config) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
        const auto name = prefix + (entry.first.IsScalar() ? entry.first.Scalar() : "?");
        if (!seen.insert(name).second) {
            reader.mistake(name, "the key twice", "each key once");
        } else if (const auto* key = keyNamed(name)) {
            key->read(reader, name, entry.second, config);
        } else if (!isSection(name)) {
            reader.mistake(name, "an unknown key", "one of those in the shipped hub.yaml");
        } else if (entry.second.IsMap()) {
            readMap(reader, name + ".", entry.second, config);
        } else if (!entry.second.IsNull()) {
            reader.mistake(name, "no map", "the keys of this section, indented below it");
        }
    }
}

bool isLoopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1";
}

/// Keys that make sense only together.
void checkTogether(Reader& reader, const HubConfig& config) {
    if (config.directory.empty())
        reader.mistake("directory", "", "the folder where the hub keeps all it has");
    if (config.certificate.empty() != config.private_key.empty())
        reader.mistake(config.certificate.empty() ? "listen.certificate" : "listen.private_key", "",
                       "certificate and private key, or neither");
    if (config.certificate.empty() && !isLoopback(config.address))
        reader.mistake("listen.certificate", "", "a certificate, as " + config.address + " is not loopback");
    if (config.receipt_key && !config.identity)
        reader.mistake("identity", "", "an age key file: a receipt is for a parcel that was opened");
}

}  // namespace

HubConfigOutcome parseHubConfig(std::string_view yaml, const std::filesystem::path& base) {
    HubConfigOutcome out;
    Reader reader(base, out);
    try {
        const auto root = YAML::Load(std::string(yaml));
        if (root.IsMap()) {
            readMap(reader, "", root, out.config);
        } else if (!root.IsNull()) {
            reader.mistake("", "no map", "keys and values");
        }
        if (out.mistakes.empty()) checkTogether(reader, out.config);
    } catch (const YAML::Exception& e) {
        reader.mistake("line " + std::to_string(e.mark.line + 1), e.msg, "YAML");
    }
    return out;
}

Result<HubConfig> loadHubConfig(const std::filesystem::path& file) {
    const auto text = GANTRY_TRY(readFile(file, 1u << 20));
    auto outcome = parseHubConfig(text, std::filesystem::absolute(file).parent_path());
    if (outcome.mistakes.empty()) return std::move(outcome.config);
    std::string all = file.filename().string();
    for (const auto& m : outcome.mistakes)
        all += "\n  " + m.key + ": got " + (m.got.empty() ? "nothing" : m.got) + ", allowed: " + m.allowed;
    return fail(Errc::ConfigInvalid, all);
}

}  // namespace gantry::central
