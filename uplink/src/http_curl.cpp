#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "http_exchange.hpp"
#include "http_line_curl.hpp"
#include "http_look_curl.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

using std::chrono::steady_clock;

constexpr long kUploadBufferBytes =
    256 << 10;  // measured: stays in the cache; 64 KiB and 2 MiB cost a fifth more
constexpr long kAnswerBufferBytes = 256 << 10;
constexpr auto kPoll = std::chrono::milliseconds(200);

// One request in flight: what goes out, what came back.
struct Transfer {
    CURL* easy = nullptr;
    const HttpRequest* request = nullptr;
    const FileRange* range = nullptr;
    std::uint64_t body_bytes = 0;
    std::uint64_t body_at = 0;
    RateLimiter* limiter = nullptr;
    RateLimiter::Turn turn;     // what of the limiter's last turn is not used
    RateLimiter::Time turn_at;  // when it begins
    bool waits_for_turn = false;
    bool answered = false;  // all that is wanted of the answer is there
    HttpResponse response;
    std::optional<Error> error;
};

// How much of `wanted` may go out now; 0 when its turn is still to come.
std::uint64_t allowed(Transfer& transfer, std::uint64_t wanted) {
    if (transfer.limiter == nullptr) return wanted;
    if (transfer.turn.bytes == 0) {
        transfer.turn = transfer.limiter->ask(wanted);
        transfer.turn_at = steady_clock::now() + transfer.turn.wait;
    }
    if (transfer.turn_at > steady_clock::now()) return 0;
    return std::min(wanted, transfer.turn.bytes);
}

std::size_t took(Transfer& transfer, std::size_t bytes) {
    transfer.body_at += bytes;
    transfer.turn.bytes -= std::min<std::uint64_t>(transfer.turn.bytes, bytes);
    return bytes;
}

std::size_t readBody(char* out, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto left = std::min<std::uint64_t>(size * count, transfer.body_bytes - transfer.body_at);
    if (left == 0) return 0;
    const auto wanted = static_cast<std::size_t>(allowed(transfer, left));
    transfer.waits_for_turn = wanted == 0;
    if (wanted == 0) return CURL_READFUNC_PAUSE;
    if (transfer.range == nullptr) {
        std::copy_n(transfer.request->body.data() + transfer.body_at, wanted, out);
        return took(transfer, wanted);
    }
    for (;;) {
        const auto got = ::pread(transfer.range->fd, out, wanted,
                                 static_cast<off_t>(transfer.range->offset + transfer.body_at));
        if (got < 0 && errno == EINTR) continue;
        if (got > 0) return took(transfer, static_cast<std::size_t>(got));
        transfer.error = got < 0 ? failErrno("reading what is sent", errno)
                                 : fail(Errc::Io, "the file became shorter while it was sent");
        return CURL_READFUNC_ABORT;
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

std::size_t takeAnswer(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view piece(data, size * count);
    if (transfer.request->headers_suffice) {
        transfer.answered = true;
        return 0;
    }
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    if (transfer.request->take_body && status == 200) {
        if (auto taken = transfer.request->take_body(asBytes(piece)); !taken) transfer.error = taken.error();
        return transfer.error ? 0 : piece.size();
    }
    if (transfer.response.body.size() + piece.size() > transfer.request->max_answer_bytes) {
        transfer.error = fail(Errc::BadFormat, "the answer is larger than allowed");
        return 0;
    }
    transfer.response.body += piece;
    return piece.size();
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

class CurlConnection final : public HttpConnection {
public:
    static Result<std::unique_ptr<HttpConnection>> open(HttpClientConfig config) {
        auto line = GANTRY_TRY(CurlLine::open(std::move(config)));
        auto connection = std::unique_ptr<CurlConnection>(new CurlConnection(std::move(line)));
        if (!connection->easy_ || !connection->multi_) return fail(Errc::Internal, "libcurl does not start");
        return std::unique_ptr<HttpConnection>(std::move(connection));
    }

    Result<HttpResponse> exchange(const HttpRequest& request, const FileRange* range, std::stop_token stop,
                                  const std::function<void(std::uint64_t)>& progress) override {
        const auto url = GANTRY_TRY(partsOf(request.url));
        GANTRY_CHECK(checkUrl(request.url));
        const auto headers = GANTRY_TRY(headersOf(request));
        Transfer transfer;
        transfer.easy = easy_.get();
        transfer.request = &request;
        transfer.range = range;
        transfer.body_bytes = range != nullptr ? range->length : request.body.size();
        transfer.limiter = line_.config().limiter.get();
        prepare(transfer, url, headers.get());
        const auto code = perform(transfer, stop, progress);
        if (stop.stop_requested() && code != CURLE_OK)
            return fail(Errc::Stopped, "stopped while talking to the peer");
        if (transfer.error) return *transfer.error;
        if (code != CURLE_OK && !transfer.answered) return curlError(easy_.get(), code, reason_);
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        transfer.response.status = static_cast<int>(status);
        return std::move(transfer.response);
    }

    LineLook look(const std::string& url, std::stop_token stop) override {
        return lookAlong(line_, url, std::move(stop));
    }

private:
    explicit CurlConnection(CurlLine line)
        : line_(std::move(line)), multi_(curl_multi_init()), easy_(curl_easy_init()) {}

    Result<HeaderList> headersOf(const HttpRequest& request) const {
        HeaderList list;
        const auto add = [&](const std::string& text) {
            list.reset(curl_slist_append(list.release(), text.c_str()));
        };
        for (const auto& [name, value] : request.headers) {
            if ((name + value).find_first_of("\r\n") != std::string::npos)
                return fail(Errc::InvalidArgument, "a header holds a line break");
            add(value.empty() ? name + ";" : name + ": " + value);
        }
        if (!line_.config().bearer_token.empty()) add("Authorization: Bearer " + line_.config().bearer_token);
        add("Expect:");  // asking first would cost a round trip for each chunk
        return list;
    }

    void prepare(Transfer& transfer, const UrlParts& url, curl_slist* headers) {
        auto* easy = easy_.get();
        curl_easy_reset(easy);  // keeps connections, name and session caches
        reason_[0] = '\0';
        set(easy, CURLOPT_ERRORBUFFER, reason_);
        set(easy, CURLOPT_URL, transfer.request->url.c_str());
        set(easy, CURLOPT_HTTPHEADER, headers);
        set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // a proxy sees none of them
        line_.applyTo(easy, url);
        prepareBody(transfer);
        set(easy, CURLOPT_BUFFERSIZE, kAnswerBufferBytes);
        set(easy, CURLOPT_WRITEFUNCTION, takeAnswer);
        set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
        set(easy, CURLOPT_HEADERFUNCTION, takeHeader);
        set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
    }

    void prepareBody(Transfer& transfer) {
        auto* easy = easy_.get();
        const auto& method = transfer.request->method;
        if (method == "HEAD") return set(easy, CURLOPT_NOBODY, 1L);
        if (transfer.body_bytes == 0 && method == "GET") return;
        if (transfer.body_bytes == 0 && (method == "OPTIONS" || method == "DELETE"))
            return set(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
        set(easy, CURLOPT_UPLOAD, 1L);
        set(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
        set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.body_bytes));
        set(easy, CURLOPT_UPLOAD_BUFFERSIZE, transfer.body_bytes > 65536 ? kUploadBufferBytes : 65536L);
        set(easy, CURLOPT_READFUNCTION, readBody);
        set(easy, CURLOPT_READDATA, static_cast<void*>(&transfer));
        set(easy, CURLOPT_SEEKFUNCTION, seekBody);
        set(easy, CURLOPT_SEEKDATA, static_cast<void*>(&transfer));
    }

    CURLcode perform(Transfer& transfer, const std::stop_token& stop,
                     const std::function<void(std::uint64_t)>& progress) {
        curl_multi_add_handle(multi_.get(), easy_.get());
        const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_.get()); });
        auto code = CURLE_ABORTED_BY_CALLBACK;
        auto reported = steady_clock::now();
        while (!stop.stop_requested()) {
            const auto now = steady_clock::now();
            if (transfer.waits_for_turn && now >= transfer.turn_at) goOn(transfer);
            int running = 0;
            if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) code = CURLE_FAILED_INIT;
            if (running == 0) {
                code = resultOf(code);
                break;
            }
            if (progress && now - reported >= kPoll) {
                reported = now;
                progress(uploaded());
            }
            curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(toWait(transfer).count()), nullptr);
        }
        curl_multi_remove_handle(multi_.get(), easy_.get());
        return code;
    }

    void goOn(Transfer& transfer) {
        transfer.waits_for_turn = false;
        curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
    }

    static std::chrono::milliseconds toWait(const Transfer& transfer) {
        if (!transfer.waits_for_turn) return kPoll;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(transfer.turn_at - steady_clock::now());
        return std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(0), kPoll);
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

    CurlLine line_;
    MultiHandle multi_;
    EasyHandle easy_;  // goes before the multi handle it was in
    char reason_[CURL_ERROR_SIZE] = {};
};

}  // namespace

Result<std::unique_ptr<HttpConnection>> HttpConnection::open(HttpClientConfig config) {
    return CurlConnection::open(std::move(config));
}

}  // namespace gantry::uplink
