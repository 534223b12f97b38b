#include "http_line_curl.hpp"

#include <algorithm>
#include <mutex>

#include "gantry/core/crypto.hpp"
#include "private_file.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

constexpr std::uint64_t kMaxCredentials = 4096;

Error bad(const std::string& what) {
    return fail(Errc::InvalidArgument, what);
}

Result<> checkProxyUrl(const std::string& url) {
    const auto parts = partsOf(url);
    if (parts) return {};
    return bad(
        "the proxy is http://HOST:PORT or https://HOST:PORT; who we are to it stands in a file of its own");
}

Result<std::string> noProxyList(const std::vector<std::string>& hosts) {
    std::string list = "localhost,127.0.0.0/8,::1";
    for (const auto& host : hosts) {
        if (host.empty() || host.find_first_of(", \t\r\n*") != std::string::npos)
            return bad("no_proxy: '" + host + "' is neither a name nor an address nor a network");
        list += ',' + host;
    }
    return list;
}

Result<std::string> pinList(const std::vector<std::string>& pins) {
    constexpr std::string_view kKind = "sha256//";
    std::string list;
    for (std::string_view pin : pins) {
        if (pin.starts_with(kKind)) pin.remove_prefix(kKind.size());
        const auto digest = fromBase64(pin);
        if (!digest || digest->size() != 32)
            return bad("a pin is the SHA-256 of a public key in Base64, 44 characters");
        if (!list.empty()) list += ';';
        list += std::string(kKind) + std::string(pin);
    }
    return list;
}

Errc errcOf(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return Errc::Timeout;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return Errc::NotAllowed;
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return Errc::InvalidArgument;
        case CURLE_OUT_OF_MEMORY:
        case CURLE_FAILED_INIT:
        case CURLE_BAD_FUNCTION_ARGUMENT:
            return Errc::Internal;
        case CURLE_WEIRD_SERVER_REPLY:
            return Errc::PeerRefused;
        default:  // not resolved, not connected, broken while sending or receiving
            return Errc::NetworkDown;
    }
}

}  // namespace

Result<CurlLine> CurlLine::open(HttpClientConfig config) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    if (config.bearer_token.find_first_of("\r\n") != std::string::npos)
        return bad("the token holds a line break");
    CurlLine line(std::move(config));
    line.pins_ = GANTRY_TRY(pinList(line.config_.pins));
    const auto& proxy = line.config_.proxy;
    if (proxy.url.empty()) return line;
    GANTRY_CHECK(checkProxyUrl(proxy.url));
    line.no_proxy_ = GANTRY_TRY(noProxyList(proxy.no_proxy));
    if (proxy.credentials_file.empty()) return line;
    GANTRY_CHECK(checkPrivate(proxy.credentials_file));
    const auto text = GANTRY_TRY(readFile(proxy.credentials_file, kMaxCredentials));
    const auto credentials = trimmed(text);
    const auto colon = credentials.find(':');
    if (colon == std::string_view::npos || credentials.find_first_of("\r\n") != std::string_view::npos)
        return bad("the file with the proxy's credentials holds one line, user:password");
    line.proxy_user_ = credentials.substr(0, colon);
    line.proxy_password_ = credentials.substr(colon + 1);
    return line;
}

void CurlLine::applyTo(CURL* easy, const UrlParts& url) const {
    set(easy, CURLOPT_PROTOCOLS_STR, url.loopback() ? "http,https" : "https");
    set(easy, CURLOPT_HTTP_VERSION,
        static_cast<long>(CURL_HTTP_VERSION_1_1));  // one stream: HTTP/2's windows only slow it
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_QUICK_EXIT, 1L);  // stopping does not wait for a name server
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_USERAGENT, config_.user_agent.c_str());
    set(easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::chrono::milliseconds(config_.connect_timeout).count()));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(config_.stall_timeout.count()));
    applyTls(easy);
    applyProxy(easy);
}

void CurlLine::applyTls(CURL* easy) const {
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!config_.client_certificate.empty()) {
        set(easy, CURLOPT_SSLCERT, config_.client_certificate.c_str());
        set(easy, CURLOPT_SSLKEY, config_.client_key.c_str());
    }
    if (!config_.ca_file.empty()) {
        set(easy, CURLOPT_CAINFO, config_.ca_file.c_str());
        set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!pins_.empty()) set(easy, CURLOPT_PINNEDPUBLICKEY, pins_.c_str());
}

void CurlLine::applyProxy(CURL* easy) const {
    const auto& proxy = config_.proxy;
    set(easy, CURLOPT_PROXY, proxy.url.c_str());  // "": none, whatever the environment says
    if (proxy.url.empty()) return;
    set(easy, CURLOPT_NOPROXY, no_proxy_.c_str());
    set(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
    if (!proxy.ca_file.empty()) {
        set(easy, CURLOPT_PROXY_CAINFO, proxy.ca_file.c_str());
        set(easy, CURLOPT_PROXY_CAPATH, static_cast<const char*>(nullptr));
    }
    if (proxy_user_.empty()) return;
    set(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_ANY));
    set(easy, CURLOPT_PROXYUSERNAME, proxy_user_.c_str());
    set(easy, CURLOPT_PROXYPASSWORD, proxy_password_.c_str());
}

Error curlError(CURL* easy, CURLcode code, const std::string& said) {
    long proxy = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy);
    if (proxy == 407) return fail(Errc::NotAllowed, "the proxy does not accept the credentials (407)");
    if (proxy >= 500)
        return fail(Errc::NetworkDown, "the proxy does not reach the peer (" + std::to_string(proxy) + ")");
    if (proxy >= 300)
        return fail(Errc::NotAllowed, "the proxy refuses the connection (" + std::to_string(proxy) + ")");
    auto text = std::string(curl_easy_strerror(code));
    if (!said.empty()) text += " (" + said + ")";
    return fail(errcOf(code), std::move(text));
}

}  // namespace gantry::uplink
