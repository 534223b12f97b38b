#pragma once
/// What gantryd is told by its one YAML file; packaging/config/gantryd.yaml documents every key.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/line_schedule.hpp"
#include "gantry/uplink/s3.hpp"
#include "gantry/uplink/tus.hpp"

namespace gantry::agent {

/// Who may open an association. Empty fields match anything.
struct AllowedPeer {
    std::string ae_title;  ///< calling AE title; key dicom.allow[].ae_title
    std::string network;   ///< "10.1.2.0/24" or one address; key dicom.allow[].network
};

struct DicomTlsConfig {
    std::filesystem::path certificate;  ///< PEM; key dicom.tls.certificate; empty: no TLS
    std::filesystem::path private_key;  ///< PEM; key dicom.tls.private_key
    std::filesystem::path
        client_ca;  ///< PEM; key dicom.tls.client_ca; set: peers must show a certificate of it
};

struct DicomConfig {
    std::string address = "127.0.0.1";  ///< key dicom.address
    std::string announce;        ///< key dicom.announce: address that the page tells people; "": `address`
    std::uint16_t port = 11112;  ///< key dicom.port; 0: any free one
    int max_associations = 16;   ///< key dicom.max_associations, 1-256
    std::uint32_t max_pdu_bytes = 131072;  ///< key dicom.max_pdu_bytes, 4096-131072
    std::chrono::seconds timeout{
        60};                         ///< key dicom.timeout_seconds, 1-3600: silence that ends an association
    std::vector<AllowedPeer> allow;  ///< key dicom.allow; nobody is let in when empty
    std::vector<std::string> extra_sop_classes;  ///< key dicom.extra_sop_classes: private storage SOP classes
    DicomTlsConfig tls;
};

struct CompletionConfig {
    std::chrono::milliseconds after_release{
        300};  ///< key completion.after_release_ms: verdict this long after the end
    std::chrono::seconds quiet{
        20};  ///< key completion.quiet_seconds: verdict while an association stays open
    std::chrono::seconds settle{
        30};  ///< key completion.settle_seconds: nothing leaves sooner after the last image
};

struct WebConfig {
    std::string address = "127.0.0.1";       ///< key web.address
    std::uint16_t port = 8042;               ///< key web.port; 0: any free one
    std::filesystem::path certificate;       ///< key web.certificate, PEM; needed off loopback
    std::filesystem::path private_key;       ///< key web.private_key, PEM
    std::vector<std::string>
        hosts;  ///< key web.hosts: names the page is reached by, besides address and localhost
    std::chrono::minutes idle_lock{15};  ///< key web.idle_lock_minutes: the page is locked when nobody touches it
    std::chrono::hours session{12};      ///< key web.session_hours: then a person signs in again
};

struct TrialConfig {
    std::string id;                ///< key trials[].id
    std::string ae_title;          ///< key trials[].ae_title: called AE title
    std::filesystem::path pack;    ///< key trials[].pack: canonical JSON
    std::filesystem::path roster;  ///< key trials[].roster: CSV subject_id,patient_id,sex,visit_id, and more
    std::filesystem::path
        operators;  ///< key trials[].operators: OperatorsName of trained people, one a line; may be left out
    std::filesystem::path key;  ///< key trials[].key: secret of the keyed mappings; made at first start
    std::vector<std::string> recipients;    ///< key trials[].recipients: age1…
    std::vector<std::string> receipt_keys;  ///< key trials[].receipt_keys: gantry-ed25519-public:…
    std::string endpoint;                   ///< key trials[].endpoint: see uplink::Destination
    std::vector<std::string> other_endpoints;  ///< of a trial by enrolment: used when the first cannot be reached
    std::string inbox;                      ///< key trials[].inbox: base URL of receipts
    std::filesystem::path token;            ///< key trials[].token: file with the bearer token, mode 0600
    std::filesystem::path
        ca;  ///< key trials[].ca: PEM of the sponsor's certificate authority; empty: the system's
    std::vector<std::string> pins;  ///< key trials[].pins: see uplink::HttpClientConfig
    std::filesystem::path
        credentials;  ///< key trials[].credentials: S3 credentials, mode 0600; for s3+https alone
    /// key trials[].s3.addressing: auto, path or host
    uplink::S3Addressing s3_addressing = uplink::S3Addressing::Auto;
    /// key trials[].statement_key: secret that signs messages to the sponsor, made at first use; empty: as
    /// enrolment left it
    std::filesystem::path statement_key;
    uplink::S3ObjectOptions s3_objects;  ///< keys trials[].s3.encryption, .kms_key_id, .storage_class, .acl
    // Of trials by enrolment alone; no keys of the file.
    std::string site_id;                       ///< as this trial's sponsor calls the site; "": Config::site_id
    std::filesystem::path client_certificate;  ///< PEM, shown to the sponsor's servers
    std::filesystem::path client_key;          ///< PEM
};

struct UploadConfig {
    std::uint64_t chunk_bytes = 8u << 20;  ///< key uploads.chunk_mib, 1-64: what a broken line costs at most
    int connections = 0;                   ///< key uploads.connections, 0-16: see uplink::Destination
    /// key uploads.verify_by_reading_back: auto or never
    uplink::ReadBack read_back = uplink::ReadBack::Auto;
    /// keys uploads.rate_kib_per_second and uploads.schedule[]: days, from, to, rate_kib_per_second, line
    uplink::LineSchedule schedule;
    uplink::ProxyConfig proxy;            ///< keys uploads.proxy: url, credentials, ca, no_proxy
    std::chrono::seconds retry_first{2};  ///< key uploads.retry_first_seconds, 1-3600
    std::chrono::seconds retry_cap{900};  ///< key uploads.retry_cap_seconds, 1-86400
};

struct Config {
    std::string site_id;                               ///< key site.id
    std::string site_name;                             ///< key site.name
    std::filesystem::path data_directory;              ///< key data_directory
    std::uint64_t disk_reserve_bytes = 2048ull << 20;  ///< key disk.reserve_mib: never filled by images
    std::string log_level = "info";                    ///< key log.level: debug, info, warning, error
    DicomConfig dicom;
    CompletionConfig completion;
    WebConfig web;
    UploadConfig uploads;
    std::vector<TrialConfig> trials;

    /// What that trial's sponsor calls this site.
    const std::string& siteIdFor(const TrialConfig& trial) const {
        return trial.site_id.empty() ? site_id : trial.site_id;
    }
};

/// Reads and validates the whole file. Relative paths are taken from the file's folder.
/// @errors ConfigInvalid with every mistake, one a line: key path, what was found, what is allowed
Result<Config> loadConfig(const std::filesystem::path& file);
Result<Config> parseConfig(std::string_view yaml, const std::filesystem::path& base);

}  // namespace gantry::agent
