#pragma once
/// A real S3 for tests and measurements: Ceph's gateway on loopback, gone with its object.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/uplink/s3.hpp"
#include "process.hpp"

namespace gantry::test {

/// What the other client (s3.py) was answered.
struct S3Seen {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
};

struct S3Ask {
    std::string method, target;  ///< "/bucket/key?query", not encoded
    std::string body = {};
    std::vector<std::string> headers = {};  ///< "name:value"
    std::string host = {};                  ///< of the Host header; "" for the endpoint's
};

class Ceph {
public:
    /// @errors NotFound: not installed; Internal, Timeout: it does not start
    static Result<std::unique_ptr<Ceph>> start();
    ~Ceph();
    Ceph(const Ceph&) = delete;
    Ceph& operator=(const Ceph&) = delete;

    std::uint16_t port() const { return port_; }
    std::uint16_t tlsPort() const { return tls_port_; }
    std::filesystem::path ca() const { return folder_.path() / "tls.crt"; }
    /// Files of mode 0600 as a site gets them.
    std::filesystem::path sponsorCredentials() const { return folder_.path() / "sponsor"; }
    std::filesystem::path siteCredentials() const { return folder_.path() / "site"; }
    /// "s3+http://127.0.0.1:PORT/BUCKET/in", of the gateway or of a proxy before it
    static std::string url(std::uint16_t port, const std::string& bucket);
    Result<uplink::S3Config> config(std::uint16_t port, const std::string& bucket) const;
    /// A bucket of the sponsor's: a new one, or the one that the certificate names before the host.
    Result<std::string> makeBucket(std::string name = {});
    static constexpr auto kBucketInHost = "trial-host";
    /// As the sponsor, by a client that is not ours.
    Result<S3Seen> ask(const S3Ask& question) const;

private:
    explicit Ceph(TemporaryDirectory folder) : folder_(std::move(folder)) {}
    Result<> begin();

    TemporaryDirectory folder_;
    std::uint16_t port_ = 0, tls_port_ = 0;
    std::optional<Process> process_;
    int buckets_ = 0;
};

}  // namespace gantry::test
