#pragma once
/// AWS Signature Version 4 as S3 wants it: paths are encoded once and never normalised. HMAC-SHA256 is
/// OpenSSL's. Source: Amazon S3 API reference, "Authenticating Requests (AWS Signature Version 4)".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gantry/core/clock.hpp"

namespace gantry::uplink::s3 {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
/// SHA-256 of nothing.
inline constexpr std::string_view kEmptyPayload =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

enum class Slash { Keep, Encode };
/// Percent-encodes all but A-Z a-z 0-9 - . _ ~ with upper-case digits.
std::string uriEncoded(std::string_view bytes, Slash slash);

/// Names and values encoded, sorted by encoded name, then value; "a=" where the value is empty. It is also
/// what goes over the line, so that signer and server see the same bytes.
std::string canonicalQuery(const Pairs& query);

/// What is signed. Nothing in it is encoded yet.
struct ToSign {
    std::string method;
    std::string path;  ///< "/bucket/a b", bytes as they are
    Pairs query;
    Pairs headers;             ///< all of them are signed; host must be among them
    std::string payload_hash;  ///< hexadecimal SHA-256, or kUnsignedPayload
};

struct SigningKey {
    std::string access_key_id;
    std::string secret_access_key;
    std::string region;
    std::string service = "s3";
};

/// Names in lower case, sorted, joined by ';'.
std::string signedHeaders(const Pairs& headers);
std::string canonicalRequest(const ToSign& request);
/// "20130524T000000Z"
std::string amzDate(UnixMillis at);
/// "20130524/us-east-1/s3/aws4_request"
std::string credentialScope(const SigningKey& key, UnixMillis at);
/// 64 hexadecimal digits.
std::string signatureOf(const ToSign& request, const SigningKey& key, UnixMillis at);
/// Value of the Authorization header. The caller has put x-amz-date of the same time among the headers.
std::string authorization(const ToSign& request, const SigningKey& key, UnixMillis at);

}  // namespace gantry::uplink::s3
