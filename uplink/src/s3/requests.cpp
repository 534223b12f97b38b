#include "s3/requests.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::uplink::s3 {
namespace {

bool isAmazon(std::string_view host) {
    return host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
}

// Certificates for *.host do not cover a bucket with a dot in its name.
bool putsBucketInHost(const S3Location& location, S3Addressing addressing) {
    if (addressing != S3Addressing::Auto) return addressing == S3Addressing::Host;
    return isAmazon(location.host) && location.bucket.find('.') == std::string::npos;
}

}  // namespace

Requests::Requests(S3Location location, S3Addressing addressing, S3Credentials credentials,
                   const Clock& clock)
    : location_(std::move(location)),
      bucket_in_host_(putsBucketInHost(location_, addressing)),
      host_(bucket_in_host_ ? location_.bucket + "." + location_.host : location_.host),
      credentials_(std::move(credentials)),
      clock_(&clock) {}

std::string Requests::pathOf(std::string_view key) const {
    if (bucket_in_host_) return "/" + std::string(key);
    return "/" + location_.bucket + (key.empty() ? "" : "/" + std::string(key));
}

std::string Requests::urlOf(std::string_view key, const std::string& query) const {
    return (location_.tls ? "https://" : "http://") + host_ + uriEncoded(pathOf(key), Slash::Keep) +
           (query.empty() ? "" : "?" + query);
}

SigningKey Requests::signingKey() const {
    return {credentials_.access_key_id, credentials_.secret_access_key, credentials_.region};
}

HttpRequest Requests::make(Call call) const {
    const auto now = clock_->nowMillis();
    if (call.payload_hash.empty())
        call.payload_hash =
            call.body.empty() ? std::string(kEmptyPayload) : toHex(sha256(asBytes(call.body)));
    HttpRequest request;
    request.method = call.method;
    request.url = urlOf(call.key, canonicalQuery(call.query));
    request.headers = std::move(call.headers);
    request.headers.emplace_back("x-amz-content-sha256", call.payload_hash);
    request.headers.emplace_back("x-amz-date", amzDate(now));
    if (!credentials_.session_token.empty())
        request.headers.emplace_back("x-amz-security-token", credentials_.session_token);
    ToSign to_sign{call.method, pathOf(call.key), std::move(call.query), request.headers, call.payload_hash};
    to_sign.headers.emplace_back("host", host_);  // sent by the HTTP client, from the URL
    request.headers.emplace_back("Authorization", authorization(to_sign, signingKey(), now));
    request.body = std::move(call.body);
    return request;
}

std::string Requests::presigned(const Call& call, std::chrono::seconds valid) const {
    const auto now = clock_->nowMillis();
    ToSign to_sign{
        call.method, pathOf(call.key), call.query, {{"host", host_}}, std::string(kUnsignedPayload)};
    auto& query = to_sign.query;
    query.emplace_back("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    query.emplace_back("X-Amz-Credential",
                       credentials_.access_key_id + "/" + credentialScope(signingKey(), now));
    query.emplace_back("X-Amz-Date", amzDate(now));
    query.emplace_back("X-Amz-Expires", std::to_string(valid.count()));
    query.emplace_back("X-Amz-SignedHeaders", "host");
    if (!credentials_.session_token.empty())
        query.emplace_back("X-Amz-Security-Token", credentials_.session_token);
    return urlOf(call.key,
                 canonicalQuery(query) + "&X-Amz-Signature=" + signatureOf(to_sign, signingKey(), now));
}

}  // namespace gantry::uplink::s3
