#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <mutex>

#include "http_exchange.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

constexpr long kUploadBufferBytes =
    256 << 10;  // measured: stays in the cache; 64 KiB and 2 MiB cost a fifth more
constexpr long kAnswerBufferBytes = 256 << 10;
constexpr int kPollMillis = 200;
constexpr int kOk = 200;

struct EasyFree {
    void operator()(CURL* c) const noexcept { curl_easy_cleanup(c); }
};
struct MultiFree {
    void operator()(CURLM* m) const noexcept { curl_multi_cleanup(m); }
};
struct ListFree {
    void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};
struct UrlFree {
    void operator()(CURLU* u) const noexcept { curl_url_cleanup(u); }
};
using EasyHandle = std::unique_ptr<CURL, EasyFree>;
using MultiHandle = std::unique_ptr<CURLM, MultiFree>;
using HeaderList = std::unique_ptr<curl_slist, ListFree>;
using UrlHandle = std::unique_ptr<CURLU, UrlFree>;

std::string lowerCase(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

// One request in flight: what goes out, what came back.
struct Transfer {
    const HttpRequest* request = nullptr;
    const FileRange* range = nullptr;
    std::uint64_t body_bytes = 0;
    std::uint64_t body_at = 0;
    CURL* easy = nullptr;
    std::uint64_t answer_bytes = 0;
    HttpResponse response;
    std::optional<Error> error;
};

std::size_t readBody(char* out, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto wanted = static_cast<std::size_t>(
        std::min<std::uint64_t>(size * count, transfer.body_bytes - transfer.body_at));
    if (wanted == 0) return 0;
    if (transfer.range == nullptr) {
        std::copy_n(transfer.request->body.data() + transfer.body_at, wanted, out);
        transfer.body_at += wanted;
        return wanted;
    }
    for (;;) {
        const auto got = ::pread(transfer.range->fd, out, wanted,
                                 static_cast<off_t>(transfer.range->offset + transfer.body_at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            transfer.error = got < 0 ? failErrno("reading what is sent", errno)
                                     : fail(Errc::Io, "the file became shorter while it was sent");
            return CURL_READFUNC_ABORT;
        }
        transfer.body_at += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
    }
}

// libcurl wants to rewind when a kept connection died before an answer, and would then send the whole body
// again unasked. For a small body that is welcome. Of a file the server may have everything already: the
// transport asks.
int seekBody(void* self, curl_off_t offset, int origin) {
    auto& transfer = *static_cast<Transfer*>(self);
    const bool again = transfer.range != nullptr && transfer.body_at > 0;
    if (again || origin != SEEK_SET || offset < 0 || static_cast<std::uint64_t>(offset) > transfer.body_bytes)
        return CURL_SEEKFUNC_FAIL;
    transfer.body_at = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

int statusOf(CURL* easy) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
}

std::size_t takeAnswer(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.answer_bytes += size * count;
    if (transfer.answer_bytes > transfer.request->max_answer_bytes) {
        transfer.error = fail(Errc::BadFormat, "the answer is larger than allowed");
        return 0;
    }
    const auto& sink = transfer.request->sink;
    if (!sink || statusOf(transfer.easy) != kOk) {
        transfer.response.body.append(data, size * count);
        return size * count;
    }
    if (auto taken = sink(asBytes({data, size * count})); !taken) {
        transfer.error = taken.error();
        return 0;
    }
    return size * count;
}

std::size_t takeHeader(char* data, std::size_t size, std::size_t count, void* self) {
    auto& response = static_cast<Transfer*>(self)->response;
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) response.headers.clear();  // of an interim answer, such as 100
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && response.headers.size() < 200)
        response.headers.emplace(lowerCase(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
    return size * count;
}

Errc errcOf(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return Errc::Timeout;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_ISSUER_ERROR:
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

struct UrlParts {
    std::string scheme, host, port;
    bool loopback() const {
        return host == "localhost" || host == "[::1]" ||
               (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
    }
};

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

Result<UrlParts> partsOf(const std::string& text) {
    const UrlHandle url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return fail(Errc::InvalidArgument, "not a URL");
    const auto parts = partsOf(url.get());
    if (!parts || (parts->scheme != "https" && parts->scheme != "http"))
        return fail(Errc::InvalidArgument, "not an http or https URL");
    return *parts;
}

class CurlConnection final : public HttpConnection {
public:
    static Result<std::unique_ptr<HttpConnection>> open(HttpClientConfig config) {
        static std::once_flag once;
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
        auto connection = std::unique_ptr<CurlConnection>(new CurlConnection(std::move(config)));
        if (!connection->easy_ || !connection->multi_) return fail(Errc::Internal, "libcurl does not start");
        if (connection->config_.bearer_token.find_first_of("\r\n") != std::string::npos)
            return fail(Errc::InvalidArgument, "the token holds a line break");
        return std::unique_ptr<HttpConnection>(std::move(connection));
    }

    Result<HttpResponse> exchange(const HttpRequest& request, const FileRange* range, std::stop_token stop,
                                  const std::function<void(std::uint64_t)>& progress) override {
        const auto url = GANTRY_TRY(partsOf(request.url));
        GANTRY_CHECK(checkUrl(request.url));
        const auto headers = GANTRY_TRY(headersOf(request));
        Transfer transfer;
        transfer.request = &request;
        transfer.range = range;
        transfer.easy = easy_.get();
        transfer.body_bytes = range != nullptr ? range->length : request.body.size();
        prepare(transfer, url, headers.get());
        const auto code = perform(stop, progress);
        if (stop.stop_requested() && code != CURLE_OK)
            return fail(Errc::Stopped, "stopped while talking to the peer");
        if (transfer.error) return *transfer.error;
        if (code != CURLE_OK) return fail(errcOf(code), std::string(curl_easy_strerror(code)) + reason());
        transfer.response.status = statusOf(easy_.get());
        return std::move(transfer.response);
    }

private:
    explicit CurlConnection(HttpClientConfig config)
        : config_(std::move(config)), multi_(curl_multi_init()), easy_(curl_easy_init()) {}

    template <class T>
    void set(CURLoption option, T value) {
        const auto code = curl_easy_setopt(easy_.get(), option, value);
        assert(code == CURLE_OK);
        (void)code;
    }

    Result<HeaderList> headersOf(const HttpRequest& request) const {
        HeaderList list;
        const auto add = [&](const std::string& line) {
            list.reset(curl_slist_append(list.release(), line.c_str()));
        };
        for (const auto& [name, value] : request.headers) {
            if ((name + value).find_first_of("\r\n") != std::string::npos)
                return fail(Errc::InvalidArgument, "a header holds a line break");
            add(value.empty() ? name + ";" : name + ": " + value);
        }
        if (!config_.bearer_token.empty()) add("Authorization: Bearer " + config_.bearer_token);
        add("Expect:");  // asking first would cost a round trip for each chunk
        return list;
    }

    void prepare(Transfer& transfer, const UrlParts& url, curl_slist* headers) {
        curl_easy_reset(easy_.get());  // keeps connections, name and session caches
        reason_[0] = '\0';
        set(CURLOPT_ERRORBUFFER, reason_);
        set(CURLOPT_URL, transfer.request->url.c_str());
        set(CURLOPT_HTTPHEADER, headers);
        set(CURLOPT_USERAGENT, config_.user_agent.c_str());
        prepareConnection(url);
        prepareBody(transfer);
        if (transfer.request->max_duration.count() > 0)
            set(CURLOPT_TIMEOUT, static_cast<long>(transfer.request->max_duration.count()));
        set(CURLOPT_BUFFERSIZE, kAnswerBufferBytes);
        set(CURLOPT_WRITEFUNCTION, takeAnswer);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
        set(CURLOPT_HEADERFUNCTION, takeHeader);
        set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
    }

    void prepareConnection(const UrlParts& url) {
        set(CURLOPT_PROTOCOLS_STR, url.loopback() ? "http,https" : "https");
        set(CURLOPT_HTTP_VERSION,
            static_cast<long>(CURL_HTTP_VERSION_1_1));  // one stream: HTTP/2's windows only slow it
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // stopping does not wait for a name server
        set(CURLOPT_TCP_KEEPALIVE, 1L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!config_.client_certificate.empty()) {
            set(CURLOPT_SSLCERT, config_.client_certificate.c_str());
            set(CURLOPT_SSLKEY, config_.client_key.c_str());
        }
        if (!config_.ca_file.empty()) {
            set(CURLOPT_CAINFO, config_.ca_file.c_str());
            set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
        }
        if (url.loopback()) set(CURLOPT_PROXY, "");
        set(CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<long>(std::chrono::milliseconds(config_.connect_timeout).count()));
        set(CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(config_.stall_timeout.count()));
    }

    void prepareBody(Transfer& transfer) {
        const auto& method = transfer.request->method;
        if (method == "HEAD") return set(CURLOPT_NOBODY, 1L);
        if (transfer.body_bytes == 0 && method == "GET") return;
        if (transfer.body_bytes == 0 && method == "OPTIONS")
            return set(CURLOPT_CUSTOMREQUEST, method.c_str());
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_CUSTOMREQUEST, method.c_str());
        set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.body_bytes));
        set(CURLOPT_UPLOAD_BUFFERSIZE, transfer.body_bytes > 65536 ? kUploadBufferBytes : 65536L);
        set(CURLOPT_READFUNCTION, readBody);
        set(CURLOPT_READDATA, static_cast<void*>(&transfer));
        set(CURLOPT_SEEKFUNCTION, seekBody);
        set(CURLOPT_SEEKDATA, static_cast<void*>(&transfer));
    }

    CURLcode perform(std::stop_token stop, const std::function<void(std::uint64_t)>& progress) {
        curl_multi_add_handle(multi_.get(), easy_.get());
        const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
        auto code = CURLE_ABORTED_BY_CALLBACK;
        auto reported = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            int running = 0;
            if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) code = CURLE_FAILED_INIT;
            if (running == 0) {
                code = resultOf(code);
                break;
            }
            const auto now = std::chrono::steady_clock::now();
            if (progress && now - reported >= std::chrono::milliseconds(kPollMillis)) {
                reported = now;
                progress(uploaded());
            }
            curl_multi_poll(multi_.get(), nullptr, 0, kPollMillis, nullptr);
        }
        curl_multi_remove_handle(multi_.get(), easy_.get());
        return code;
    }

    CURLcode resultOf(CURLcode otherwise) {
        int left = 0;
        while (const auto* message = curl_multi_info_read(multi_.get(), &left))
            if (message->msg == CURLMSG_DONE) return message->data.result;
        return otherwise;
    }

    std::uint64_t uploaded() const {
        curl_off_t bytes = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &bytes);
        return static_cast<std::uint64_t>(bytes);
    }

    std::string reason() const {
        return reason_[0] == '\0' ? std::string() : " (" + std::string(reason_) + ")";
    }

    HttpClientConfig config_;
    MultiHandle multi_;
    EasyHandle easy_;  // goes before the multi handle it was in
    char reason_[CURL_ERROR_SIZE] = {};
};

// What a server says about itself is shown to people: printable, short.
std::string excerpt(std::string_view body) {
    std::string out;
    for (const char c : body.substr(0, 160)) out += c >= 32 && c < 127 ? c : ' ';
    return std::string(trimmed(out));
}

}  // namespace

Result<std::unique_ptr<HttpConnection>> HttpConnection::open(HttpClientConfig config) {
    return CurlConnection::open(std::move(config));
}

Result<> checkUrl(const std::string& url) {
    const auto parts = GANTRY_TRY(partsOf(url));
    if (parts.scheme == "http" && !parts.loopback())
        return fail(Errc::NotAllowed, "plain http to another machine; https is required");
    return {};
}

Result<std::string> resolveLocation(const std::string& base, const std::string& location) {
    const auto origin = GANTRY_TRY(partsOf(base));
    const UrlHandle url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
        curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
        return fail(Errc::PeerRefused, "the location in the answer is not a URL");
    auto target = partsOf(url.get());
    if (!target || target->host != origin.host)
        return fail(Errc::PeerRefused, "the location in the answer is at another host");
    if (target->scheme == "http" && origin.scheme == "https") {
        curl_url_set(url.get(), CURLUPART_SCHEME, "https", 0);
        curl_url_set(url.get(), CURLUPART_PORT, origin.port.c_str(), 0);
        target = origin;
    }
    if (target->scheme != origin.scheme || target->port != origin.port)
        return fail(Errc::PeerRefused, "the location in the answer is at another port");
    const auto text = part(url.get(), CURLUPART_URL);
    if (!text) return fail(Errc::PeerRefused, "the location in the answer is not a URL");
    return *text;
}

std::chrono::seconds retryAfter(const HttpResponse& response) {
    constexpr std::chrono::seconds kMost = std::chrono::hours(24);
    const auto text = response.header("retry-after").value_or("");
    if (text.empty()) return {};
    if (text.find_first_not_of("0123456789") == std::string::npos)
        return text.size() > 6 ? kMost : std::min(std::chrono::seconds(std::stol(text)), kMost);
    const auto date = curl_getdate(text.c_str(), nullptr);
    if (date < 0) return {};
    return std::clamp(std::chrono::seconds(date - ::time(nullptr)), std::chrono::seconds(0), kMost);
}

Error statusError(const HttpResponse& response, const std::string& what) {
    const int status = response.status;
    auto text = what + " was answered " + std::to_string(status);
    if (const auto said = excerpt(response.body); !said.empty()) text += " \"" + said + "\"";
    if (status == 401 || status == 403) return fail(Errc::NotAllowed, text);
    if (status == 404 || status == 410) return fail(Errc::Gone, text);
    if (status == 409) return fail(Errc::OffsetMismatch, text);
    if (status == 423) return fail(Errc::Busy, text);
    if (status == 408 || status == 425 || status == 429 || status >= 500) return fail(Errc::PeerBusy, text);
    return fail(Errc::PeerRefused, text);
}

std::optional<std::string> HttpResponse::header(std::string_view name) const {
    const auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
}

}  // namespace gantry::uplink
