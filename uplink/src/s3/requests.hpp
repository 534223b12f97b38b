#pragma once
/// Requests to one bucket: their URLs and signatures.

#include <string>
#include <string_view>

#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/s3.hpp"
#include "s3/sigv4.hpp"

namespace gantry::uplink::s3 {

struct Call {
    std::string method = "GET";
    std::string key = {};  ///< "" for the bucket itself
    Pairs query = {};
    Pairs headers = {};  ///< all are signed
    std::string body = {};
    /// SHA-256 of what is sent when that is not `body`, hexadecimal.
    std::string payload_hash = {};
};

class Requests {
public:
    /// @param clock  must outlive this
    Requests(S3Location location, S3Addressing addressing, S3Credentials credentials, const Clock& clock);
    /// Ready to be sent, with x-amz-date, x-amz-content-sha256, x-amz-security-token and Authorization.
    HttpRequest make(Call call) const;
    /// Good for whoever holds it until `valid` has passed, at most seven days. Of headers only host is
    /// signed.
    std::string presigned(const Call& call, std::chrono::seconds valid) const;
    std::string keyOf(std::string_view name) const { return location_.keyOf(name); }

private:
    std::string pathOf(std::string_view key) const;
    std::string urlOf(std::string_view key, const std::string& query) const;
    SigningKey signingKey() const;

    S3Location location_;
    bool bucket_in_host_;
    std::string host_;  ///< as the Host header says it
    S3Credentials credentials_;
    const Clock* clock_;
};

}  // namespace gantry::uplink::s3
