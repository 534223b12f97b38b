#include "s3/sigv4.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "gantry/core/crypto.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

bool isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string lowerCase(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// Blanks around it go, runs of blanks inside become one.
std::string canonicalValue(std::string_view value) {
    std::string out;
    for (const char c : value) {
        const bool blank = c == ' ' || c == '\t';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

// By lower-case name; values of a name that comes twice are joined in their order.
std::map<std::string, std::string> canonicalHeaders(const Pairs& headers) {
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : headers) {
        const auto [entry, fresh] = out.try_emplace(lowerCase(name), canonicalValue(value));
        if (!fresh) entry->second += "," + canonicalValue(value);
    }
    return out;
}

Digest signingKeyOf(const SigningKey& key, std::string_view day) {
    auto step = hmacSha256(asBytes("AWS4" + key.secret_access_key), asBytes(day));
    step = hmacSha256(step, asBytes(key.region));
    step = hmacSha256(step, asBytes(key.service));
    return hmacSha256(step, asBytes("aws4_request"));
}

}  // namespace

std::string uriEncoded(std::string_view bytes, Slash slash) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : bytes) {
        if (isUnreserved(c) || (c == '/' && slash == Slash::Keep)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return out;
}

std::string canonicalQuery(const Pairs& query) {
    Pairs encoded;
    for (const auto& [name, value] : query)
        encoded.emplace_back(uriEncoded(name, Slash::Encode), uriEncoded(value, Slash::Encode));
    std::sort(encoded.begin(), encoded.end());
    std::string out;
    for (const auto& [name, value] : encoded) out += (out.empty() ? "" : "&") + name + "=" + value;
    return out;
}

std::string signedHeaders(const Pairs& headers) {
    std::string out;
    for (const auto& [name, value] : canonicalHeaders(headers)) out += (out.empty() ? "" : ";") + name;
    return out;
}

std::string canonicalRequest(const ToSign& request) {
    auto out = request.method + "\n" + uriEncoded(request.path, Slash::Keep) + "\n" +
               canonicalQuery(request.query) + "\n";
    for (const auto& [name, value] : canonicalHeaders(request.headers)) out += name + ":" + value + "\n";
    return out + "\n" + signedHeaders(request.headers) + "\n" + request.payload_hash;
}

std::string amzDate(UnixMillis at) {
    auto iso = isoUtc(at);  // 2026-11-23T08:49:03.120Z
    iso.resize(iso.find('.'));
    std::erase_if(iso, [](char c) { return c == '-' || c == ':'; });
    return iso + "Z";
}

std::string credentialScope(const SigningKey& key, UnixMillis at) {
    return amzDate(at).substr(0, 8) + "/" + key.region + "/" + key.service + "/aws4_request";
}

std::string signatureOf(const ToSign& request, const SigningKey& key, UnixMillis at) {
    const auto text = std::string(kAlgorithm) + "\n" + amzDate(at) + "\n" + credentialScope(key, at) + "\n" +
                      toHex(sha256(asBytes(canonicalRequest(request))));
    return toHex(hmacSha256(signingKeyOf(key, amzDate(at).substr(0, 8)), asBytes(text)));
}

std::string authorization(const ToSign& request, const SigningKey& key, UnixMillis at) {
    return std::string(kAlgorithm) + " Credential=" + key.access_key_id + "/" + credentialScope(key, at) +
           ", SignedHeaders=" + signedHeaders(request.headers) +
           ", Signature=" + signatureOf(request, key, at);
}

}  // namespace gantry::uplink::s3
