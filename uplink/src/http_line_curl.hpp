#pragma once
/// What all uses of libcurl here share: its handles, how the line is set up, what its errors mean.

#include <curl/curl.h>

#include <memory>
#include <string>

#include "gantry/uplink/http_client.hpp"
#include "http_url.hpp"

namespace gantry::uplink {

struct EasyFree {
    void operator()(CURL* c) const noexcept { curl_easy_cleanup(c); }
};
struct MultiFree {
    void operator()(CURLM* m) const noexcept { curl_multi_cleanup(m); }
};
struct ListFree {
    void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};
using EasyHandle = std::unique_ptr<CURL, EasyFree>;
using MultiHandle = std::unique_ptr<CURLM, MultiFree>;
using HeaderList = std::unique_ptr<curl_slist, ListFree>;

/// curl_easy_setopt for options that cannot fail.
template <class T>
void set(CURL* easy, CURLoption option, T value) {
    const auto code = curl_easy_setopt(easy, option, value);
    (void)code;
}

/// Name look-up, proxy, TLS and time limits of every transfer, read and checked once.
class CurlLine {
public:
    /// @errors those of HttpClient::open
    static Result<CurlLine> open(HttpClientConfig config);
    void applyTo(CURL* easy, const UrlParts& url) const;
    const HttpClientConfig& config() const { return config_; }
    bool goesByProxy() const { return !config_.proxy.url.empty(); }

private:
    explicit CurlLine(HttpClientConfig config) : config_(std::move(config)) {}
    void applyTls(CURL* easy) const;
    void applyProxy(CURL* easy) const;

    HttpClientConfig config_;
    std::string proxy_user_, proxy_password_;  // never logged
    std::string no_proxy_;                     // as libcurl takes it
    std::string pins_;
};

/// Why a transfer ended. @param said  what libcurl wrote into the error buffer
Error curlError(CURL* easy, CURLcode code, const std::string& said);

}  // namespace gantry::uplink
