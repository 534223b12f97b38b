#include "ceph.hpp"

#include <iostream>
#include <sstream>

#include "gantry/core/files.hpp"
#include "network.hpp"
#include "wait.hpp"

namespace gantry::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kStartWithin = std::chrono::seconds(120);
constexpr int kNotInstalled = 77;

fs::path scripts() {
    return fs::path(GANTRY_SOURCE_DIR) / "tests/system/ceph";
}

// For localhost and the buckets before it; certificate and key in one file, as the gateway wants them.
Result<> makeCertificate(const fs::path& folder) {
    const std::string script =
        "cd '" + folder.string() +
        "' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out "
        "tls.crt -days 2 "
        "-subj /CN=localhost -addext 'subjectAltName=DNS:localhost,DNS:" +
        std::string(Ceph::kBucketInHost) +
        ".localhost,IP:127.0.0.1' && "
        "cat tls.crt tls.key > tls.pem";
    if (GANTRY_TRY(runToEnd({"bash", {"-c", script}, folder / "openssl.log", {}})) != 0)
        return fail(Errc::Internal, "openssl made no certificate");
    return {};
}

Result<> writeCredentials(const fs::path& file, const std::string& key, const std::string& secret) {
    return writeFileDurably(file, asBytes("access_key_id: " + key + "\nsecret_access_key: " + secret + "\n"));
}

// What s3.py printed.
Result<S3Seen> seenIn(const std::string& text, int code) {
    const auto end = text.find("\n\n");
    if (code != 0 || end == std::string::npos) return fail(Errc::Internal, "s3.py: " + text.substr(0, 2000));
    S3Seen seen;
    std::istringstream head(text.substr(0, end));
    head >> seen.status;
    std::string line;
    std::getline(head, line);
    while (std::getline(head, line)) {
        const auto colon = line.find(": ");
        seen.headers[line.substr(0, colon)] = line.substr(colon + 2);
    }
    seen.body = text.substr(end + 2);
    return seen;
}

}  // namespace

Result<std::unique_ptr<Ceph>> Ceph::start() {
    auto folder = GANTRY_TRY(TemporaryDirectory::create(fs::temp_directory_path(), "gantry-ceph-"));
    auto ceph = std::unique_ptr<Ceph>(new Ceph(std::move(folder)));
    GANTRY_CHECK(ceph->begin());
    return ceph;
}

// Its daemons are gone before the folder they write to is.
Ceph::~Ceph() {
    if (process_) (void)process_->stop();
}

Result<> Ceph::begin() {
    const auto folder = folder_.path();
    GANTRY_CHECK(makeCertificate(folder));
    GANTRY_CHECK(writeCredentials(sponsorCredentials(), "SPONSOR", "sponsor-secret"));
    GANTRY_CHECK(writeCredentials(siteCredentials(), "SITE", "site/secret+key"));
    port_ = freePort();
    tls_port_ = freePort();
    const auto log = folder / "start.log";
    process_ = GANTRY_TRY(Process::start({scripts() / "start-ceph",
                                          {folder / "ceph", std::to_string(freePort()), std::to_string(port_),
                                           std::to_string(tls_port_), folder / "tls.pem"},
                                          log,
                                          {}}));
    const auto said = [&] {
        const auto text = readFile(log);
        return text ? *text : std::string();
    };
    const bool settled = waitUntil(
        [&] { return said().find("ready") != std::string::npos || !process_->running(); }, kStartWithin);
    if (settled && process_->running()) return {};
    if (process_->running()) return fail(Errc::Timeout, "it did not get ready");
    const auto code = GANTRY_TRY(process_->wait(std::chrono::seconds(1)));
    if (code != kNotInstalled) std::cerr << said();
    return fail(code == kNotInstalled ? Errc::NotFound : Errc::Internal, said());
}

std::string Ceph::url(std::uint16_t port, const std::string& bucket) {
    return "s3+http://127.0.0.1:" + std::to_string(port) + "/" + bucket + "/in";
}

Result<uplink::S3Config> Ceph::config(std::uint16_t port, const std::string& bucket) const {
    uplink::S3Config config;
    config.location = GANTRY_TRY(uplink::parseS3Url(url(port, bucket)));
    config.credentials_file = sponsorCredentials();
    config.part_bytes = 5 << 20;
    config.connections = 2;
    config.http.stall_timeout = std::chrono::seconds(20);
    return config;
}

Result<std::string> Ceph::makeBucket(std::string name) {
    if (name.empty()) name = "trial-" + std::to_string(++buckets_);
    const auto made = GANTRY_TRY(ask({"PUT", "/" + name}));
    if (made.status != 200) return fail(Errc::PeerRefused, "no bucket: " + made.body);
    return name;
}

Result<S3Seen> Ceph::ask(const S3Ask& question) const {
    const auto body = folder_.path() / "body", answer = folder_.path() / "answer";
    std::vector<std::string> arguments{"http://127.0.0.1:" + std::to_string(port_), "SPONSOR",
                                       "sponsor-secret", question.method, question.target};
    if (!question.body.empty()) {
        GANTRY_CHECK(writeFileDurably(body, asBytes(question.body)));
        arguments.insert(arguments.end(), {"--body", body});
    }
    for (const auto& header : question.headers) arguments.insert(arguments.end(), {"--header", header});
    if (!question.host.empty()) arguments.insert(arguments.end(), {"--host", question.host});
    fs::remove(answer);  // output is appended
    const int code = GANTRY_TRY(runToEnd({scripts() / "s3.py", arguments, answer, {}}));
    return seenIn(GANTRY_TRY(readFile(answer, 1u << 30)), code);
}

}  // namespace gantry::test
