#include <algorithm>
#include <set>

#include "config/uploads_config.hpp"
#include "gantry/agent/config.hpp"
#include "gantry/core/config_reader.hpp"
#include "gantry/core/dicom.hpp"
#include "gantry/core/files.hpp"
#include "receive/allow_list.hpp"

namespace gantry::agent {
namespace {

bool isLoopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1";
}

// A name could pass for loopback by how it begins, and resolve to anything.
std::string readAddress(ConfigSection& in, const std::string& fallback) {
    auto address = in.text("address", fallback);
    if (address.find('/') != std::string::npos || !checkNetwork(address))
        in.mistake("address", "'" + address + "' is not a numeric address");
    return address;
}

std::uint16_t readPort(ConfigSection& in, std::uint16_t fallback) {
    return static_cast<std::uint16_t>(in.integer("port", fallback, 0, 65535));
}

// PS3.5 6.2: AE is at most 16 characters of the default repertoire without backslash and control characters.
void checkAeTitle(ConfigSection& in, std::string_view key, const std::string& title) {
    const bool good = title.size() <= 16 &&
                      std::ranges::all_of(title, [](char c) { return c >= 0x20 && c < 0x7F && c != '\\'; });
    if (!good) in.mistake(key, "'" + title + "' is no AE title: at most 16 plain characters");
}

DicomConfig readDicom(ConfigSection in) {
    DicomConfig out;
    out.address = readAddress(in, out.address);
    out.announce = in.text("announce", "");
    if (out.announce.empty()) out.announce = out.address;
    out.port = readPort(in, out.port);
    out.max_associations = static_cast<int>(in.integer("max_associations", out.max_associations, 1, 256));
    out.max_pdu_bytes =
        static_cast<std::uint32_t>(in.integer("max_pdu_bytes", out.max_pdu_bytes, 4096, 131072));
    out.timeout = std::chrono::seconds(in.integer("timeout_seconds", out.timeout.count(), 1, 3600));
    for (auto& entry : in.sections("allow")) {
        AllowedPeer peer{entry.text("ae_title", ""), entry.text("network", "")};
        checkAeTitle(entry, "ae_title", peer.ae_title);
        if (!peer.network.empty())
            if (auto good = checkNetwork(peer.network); !good) entry.mistake("network", good.error().context);
        out.allow.push_back(std::move(peer));
    }
    out.extra_sop_classes = in.texts("extra_sop_classes");
    for (const auto& uid : out.extra_sop_classes)
        if (!dicom::isValidUid(uid)) in.mistake("extra_sop_classes", "'" + uid + "' is not a UID");
    auto tls = in.section("tls");
    out.tls.certificate = tls.path("certificate");
    out.tls.private_key = tls.path("private_key");
    out.tls.client_ca = tls.path("client_ca");
    if (out.tls.certificate.empty() != out.tls.private_key.empty())
        tls.mistake("", "certificate and private_key go together");
    if (!out.tls.client_ca.empty() && out.tls.certificate.empty())
        tls.mistake("client_ca", "needs a certificate of our own");
    return out;
}

WebConfig readWeb(ConfigSection in) {
    WebConfig out;
    out.address = readAddress(in, out.address);
    out.port = readPort(in, out.port);
    out.certificate = in.path("certificate");
    out.private_key = in.path("private_key");
    out.hosts = in.texts("hosts");
    if (out.certificate.empty() != out.private_key.empty())
        in.mistake("", "certificate and private_key go together");
    out.idle_lock = std::chrono::minutes(in.integer("idle_lock_minutes", out.idle_lock.count(), 1, 480));
    out.session = std::chrono::hours(in.integer("session_hours", out.session.count(), 1, 72));
    if (!isLoopback(out.address) && out.certificate.empty())
        in.mistake("address", "off loopback the page needs certificate and private_key");
    return out;
}

void readS3(ConfigSection in, TrialConfig& out) {
    const auto addressing = in.oneOf("addressing", "auto", {"auto", "path", "host"});
    if (addressing == "path") out.s3_addressing = uplink::S3Addressing::Path;
    if (addressing == "host") out.s3_addressing = uplink::S3Addressing::Host;
    out.s3_objects.encryption = in.oneOf("encryption", "", {"", "AES256", "aws:kms"});
    out.s3_objects.kms_key_id = in.text("kms_key_id", "");
    out.s3_objects.storage_class = in.text("storage_class", "");
    out.s3_objects.acl = in.oneOf("acl", "", {"", "bucket-owner-read", "bucket-owner-full-control"});
    if (!out.s3_objects.kms_key_id.empty() && out.s3_objects.encryption != "aws:kms")
        in.mistake("kms_key_id", "goes with encryption: aws:kms");
}

void checkEndpoint(ConfigSection& in, const TrialConfig& trial) {
    if (!uplink::isS3Url(trial.endpoint)) {
        if (!trial.credentials.empty())
            in.mistake("credentials", "these are for an endpoint of S3 (s3+https://…); a hub takes a token");
        return;
    }
    if (const auto good = uplink::parseS3Url(trial.endpoint); !good)
        in.mistake("endpoint", good.error().context);
    if (trial.credentials.empty())
        in.mistake("credentials", "an endpoint of S3 needs a file with credentials");
}

TrialConfig readTrial(ConfigSection in) {
    TrialConfig out;
    out.id = in.requiredText("id");
    out.ae_title = in.requiredText("ae_title");
    checkAeTitle(in, "ae_title", out.ae_title);
    out.pack = in.requiredPath("pack");
    out.roster = in.requiredPath("roster");
    out.operators = in.path("operators");
    out.key = in.requiredPath("key");
    out.recipients = in.texts("recipients");
    if (out.recipients.empty())
        in.mistake("recipients", "at least one age recipient (age1…) of the sponsor is needed");
    out.receipt_keys = in.texts("receipt_keys");
    if (out.receipt_keys.empty())
        in.mistake("receipt_keys", "at least one public receipt key of the sponsor is needed");
    out.endpoint = in.requiredText("endpoint");
    out.inbox = in.requiredText("inbox");
    out.token = in.path("token");
    out.ca = in.path("ca");
    out.pins = in.texts("pins");
    out.credentials = in.path("credentials");
    out.statement_key = in.path("statement_key");
    readS3(in.section("s3"), out);
    checkEndpoint(in, out);
    return out;
}

void checkTrials(ConfigSection& root, const std::vector<TrialConfig>& trials) {
    std::set<std::string> ids;
    std::set<std::string> titles;
    for (const auto& trial : trials) {
        if (!ids.insert(trial.id).second) root.mistake("trials", "the trial '" + trial.id + "' stands twice");
        if (!titles.insert(trial.ae_title).second)
            root.mistake("trials", "the AE title '" + trial.ae_title + "' belongs to two trials");
    }
}

}  // namespace

Result<Config> parseConfig(std::string_view yaml, const std::filesystem::path& base) {
    auto reader = GANTRY_TRY(ConfigReader::parse(yaml, base));
    auto root = reader.root();
    Config config;
    root.integer("version", 1, 1, 1);
    auto site = root.section("site");
    config.site_id = site.requiredText("id");
    config.site_name = site.text("name", config.site_id);
    config.data_directory = root.requiredPath("data_directory");
    auto disk = root.section("disk");
    config.disk_reserve_bytes = static_cast<std::uint64_t>(disk.integer("reserve_mib", 2048, 1, 1 << 24))
                                << 20;
    config.log_level = root.section("log").oneOf("level", "info", {"debug", "info", "warning", "error"});
    config.dicom = readDicom(root.section("dicom"));
    auto completion = root.section("completion");
    auto& c = config.completion;
    c.after_release =
        std::chrono::milliseconds(completion.integer("after_release_ms", c.after_release.count(), 0, 60000));
    c.quiet = std::chrono::seconds(completion.integer("quiet_seconds", c.quiet.count(), 1, 3600));
    c.settle = std::chrono::seconds(completion.integer("settle_seconds", c.settle.count(), 0, 86400));
    config.web = readWeb(root.section("web"));
    config.uploads = readUploads(root.section("uploads"));
    for (auto& trial : root.sections("trials")) config.trials.push_back(readTrial(trial));
    checkTrials(root, config.trials);
    GANTRY_CHECK(reader.finish());
    return config;
}

Result<Config> loadConfig(const std::filesystem::path& file) {
    const auto text = GANTRY_TRY(readFile(file, 1u << 20));
    return parseConfig(text, std::filesystem::absolute(file).parent_path());
}

}  // namespace gantry::agent
