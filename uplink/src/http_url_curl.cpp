#include <curl/curl.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>

#include "http_exchange.hpp"
#include "http_url.hpp"

namespace gantry::uplink {
namespace {

struct UrlFree {
    void operator()(CURLU* u) const noexcept { curl_url_cleanup(u); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlFree>;

bool put(CURLU* url, CURLUPart which, const std::string& text) {
    return curl_url_set(url, which, text.c_str(), 0) == CURLUE_OK;
}

std::optional<std::string> part(CURLU* url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return std::nullopt;
    std::string out(text);
    curl_free(text);
    return out;
}

std::optional<UrlParts> partsOf(CURLU* url) {
    const auto scheme = part(url, CURLUPART_SCHEME), host = part(url, CURLUPART_HOST);
    const auto port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if (!scheme || !host || !port || part(url, CURLUPART_USER)) return std::nullopt;
    return UrlParts{lowerCase(*scheme), lowerCase(*host), *port};
}

// Bytes that no URL has (RFC 3986, 2.1), as a browser would send them.
std::string inAscii(std::string_view location) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : location) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7F)
            out += c;
        else
            out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
    return out;
}

// "hub.example/files/1" or "hub.example:8443/files/1" at that host: some servers leave the scheme out.
bool beginsWithHost(const std::string& location, const UrlParts& origin) {
    const auto first = lowerCase(location.substr(0, location.find('/')));
    return location.find('/') != std::string::npos &&
           (first == origin.host || first == origin.host + ":" + origin.port);
}

}  // namespace

std::string lowerCase(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool UrlParts::loopback() const {
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

Result<UrlParts> partsOf(const std::string& text) {
    const UrlHandle url(curl_url());
    if (!url || !put(url.get(), CURLUPART_URL, text)) return fail(Errc::InvalidArgument, "not a URL");
    const auto parts = partsOf(url.get());
    if (!parts || (parts->scheme != "https" && parts->scheme != "http"))
        return fail(Errc::InvalidArgument, "not an http or https URL");
    return *parts;
}

Result<> checkUrl(const std::string& url) {
    const auto parts = GANTRY_TRY(partsOf(url));
    if (parts.scheme == "http" && !parts.loopback())
        return fail(Errc::NotAllowed, "plain http to another machine; https is required");
    return {};
}

Result<std::string> resolveLocation(const std::string& base, const std::string& answered) {
    const auto location = inAscii(answered);
    const auto origin = GANTRY_TRY(partsOf(base));
    const auto named = beginsWithHost(location, origin) ? origin.scheme + "://" + location : location;
    const UrlHandle url(curl_url());
    if (!url || !put(url.get(), CURLUPART_URL, base) || !put(url.get(), CURLUPART_URL, named))
        return fail(Errc::PeerRefused, "the location in the answer is not a URL");
    auto target = partsOf(url.get());
    if (!target || target->host != origin.host)
        return fail(Errc::PeerRefused, "the location in the answer is at another host");
    if (target->scheme == "http" && origin.scheme == "https") {
        put(url.get(), CURLUPART_SCHEME, "https");
        put(url.get(), CURLUPART_PORT, origin.port);
        target = origin;
    }
    if (target->scheme != origin.scheme || target->port != origin.port)
        return fail(Errc::PeerRefused, "the location in the answer is at another port");
    const auto text = part(url.get(), CURLUPART_URL);
    if (!text) return fail(Errc::PeerRefused, "the location in the answer is not a URL");
    return *text;
}

std::optional<std::int64_t> secondsOfHttpDate(const std::string& text) {
    const auto seconds = curl_getdate(text.c_str(), nullptr);
    return seconds < 0 ? std::nullopt : std::optional<std::int64_t>(seconds);
}

std::chrono::seconds retryAfter(const HttpResponse& response) {
    constexpr std::chrono::seconds kMost = std::chrono::hours(24);
    const auto text = response.header("retry-after").value_or("");
    if (text.empty()) return {};
    if (text.find_first_not_of("0123456789") == std::string::npos)
        return text.size() > 6 ? kMost : std::min(std::chrono::seconds(std::stol(text)), kMost);
    const auto date = secondsOfHttpDate(text);
    if (!date) return {};
    return std::clamp(std::chrono::seconds(*date - ::time(nullptr)), std::chrono::seconds(0), kMost);
}

}  // namespace gantry::uplink
