#include "gantry/uplink/link_test.hpp"

#include <sys/mman.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "gantry/core/crypto.hpp"
#include "link_steps.hpp"
#include "tus_peer.hpp"

namespace gantry::uplink {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::uint64_t kMeasured = 1 << 20;     // what is sent to measure the rate
constexpr std::uint64_t kMostProbe = 256 << 10;  // of the request that is broken off
constexpr std::uint64_t kLeastProbe = 16 << 10;
constexpr auto kPatience = 4s;  // for a server to notice that a line broke
constexpr auto kLook = 200ms;

constexpr auto kNginxLines =
    "If that is nginx, its location of the uploads needs these lines:\n"
    "    proxy_request_buffering off;\n"
    "    proxy_http_version 1.1;\n"
    "    client_max_body_size 0;\n"
    "docs/hub-behind-nginx.md has the whole of it.";

bool pause(std::chrono::milliseconds span, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, span, [] { return false; });
    return !stop.stop_requested();
}

std::string rateText(double bytes_per_second) {
    char text[64];
    if (bytes_per_second >= 1e6)
        std::snprintf(text, sizeof text, "%.1f MB/s", bytes_per_second / 1e6);
    else
        std::snprintf(text, sizeof text, "%.0f kB/s", bytes_per_second / 1e3);
    return text;
}

class TusTest {
public:
    TusTest(const TusConfig& config, const LinkSteps& steps, std::stop_token stop)
        : config_(config), steps_(steps), stop_(std::move(stop)) {}

    Result<> run() {
        http_ = GANTRY_TRY(HttpConnection::open(config_.http));
        peer_.emplace(*http_, stop_);
        GANTRY_CHECK(authentication());
        GANTRY_CHECK(offer());
        GANTRY_CHECK(makeContent());
        const auto done = withUpload();
        takeBack();
        return done;
    }

private:
    /// A proxy that buffers may still be passing on what was sent, and the server then holds the upload.
    void takeBack() {
        constexpr int kMostTries = 10;
        for (int i = 0; i < kMostTries && !peer_->terminate(offer_, url_) && !stop_.stop_requested(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }

    Result<> withUpload() {
        GANTRY_CHECK(upload());
        GANTRY_CHECK(resume());
        return buffering();
    }

    Error notAllowed(const HttpResponse& response) {
        const auto error = statusError(response, "asking with this site's token");
        return steps_.failed(
            "authentication", "Token",
            "The server does not accept this site's token (" + std::to_string(response.status) + ").",
            "Look at the file under trials[].token, and ask the central team whether this site is "
            "still on their list.",
            error);
    }

    Result<> authentication() {
        HttpRequest request;
        request.method = "HEAD";
        request.url = config_.endpoint;
        const auto response = peer_->ask(std::move(request), "asking with this site's token");
        if (!response)
            return steps_.failed("authentication", "Token",
                                 "The server did not answer: " + response.error().context + ".",
                                 "Try again; if it stays, ask the central team.", response.error());
        if (response->status == 401 || response->status == 403) return notAllowed(*response);
        if (config_.http.bearer_token.empty())
            steps_.skipped("authentication", "Token", "None is set.");
        else
            steps_.good("authentication", "Token", "The server does not refuse this site's token.");
        return {};
    }

    Result<> offer() {
        const auto offered = peer_->offer(config_.endpoint);
        if (!offered)
            return steps_.failed("tus", "Upload service", offered.error().context + ".",
                                 "Try again; if it stays, ask the central team.", offered.error());
        offer_ = *offered;
        std::string extensions;
        for (const auto& each : offer_.extensions) extensions += (extensions.empty() ? "" : ", ") + each;
        const auto version = offer_.versions.empty() ? std::string() : offer_.versions.front();
        const LinkSteps::Facts facts = {{"version", version}, {"extensions", extensions}};
        if (version.empty())
            steps_.warning("tus", "Upload service", "The server does not say that it speaks tus.",
                           "Look at trials[].endpoint: it is the address where uploads are created.", facts);
        else
            steps_.good(
                "tus", "Upload service",
                "tus " + version + " with " + (extensions.empty() ? "no extension" : extensions) + ".",
                facts);
        return {};
    }

    Result<> makeContent() {
        content_.reset(::memfd_create("link-test", MFD_CLOEXEC));
        if (!content_) return failErrno("room for the test upload", errno);
        std::string bytes(kMeasured + kMostProbe, '\0');
        randomBytes(std::as_writable_bytes(std::span(bytes)));
        return writeAllAt(content_.get(), asBytes(bytes), 0);
    }

    Result<HttpResponse> create() {
        HttpRequest request;
        request.method = "POST";
        request.url = config_.endpoint;
        // One byte more than is ever sent: it cannot become an object.
        request.headers = {{"Upload-Length", std::to_string(kMeasured + kMostProbe + 1)},
                           {"Upload-Metadata", tusMetadata({{"filename", "link-test-" + randomHex(8)}})}};
        return peer_->ask(std::move(request), "creating a test upload");
    }

    Error uploadFailed(const Error& error) const {
        return steps_.failed("upload", "Upload", error.context + ".", adviceFor(error), error);
    }

    static std::string adviceFor(const Error& error) {
        if (error.context.find("413") != std::string::npos)
            return std::string("The server, or something before it, takes only small requests. ") +
                   kNginxLines;
        if (error.code == Errc::Timeout || error.code == Errc::NetworkDown)
            return "The line breaks under load. Try again; if it stays, ask the house's network team whether "
                   "a firewall "
                   "limits uploads to this server.";
        return "Ask the central team, with this text.";
    }

    Result<> upload() {
        const auto created = create();
        if (!created) return uploadFailed(created.error());
        if (created->status == 401 || created->status == 403) return notAllowed(*created);
        if (created->status != 201 && !isSuccess(*created))
            return uploadFailed(statusError(*created, "creating a test upload"));
        auto url = resolveLocation(config_.endpoint, created->header("location").value_or(""));
        if (!url) return uploadFailed(url.error());
        url_ = *std::move(url);
        const auto begin = steady_clock::now();
        const FileRange range{content_.get(), 0, kMeasured};
        const auto response = peer_->ask(patch(0), "sending 1 MiB", &range);
        if (!response) return uploadFailed(response.error());
        if (!isSuccess(*response)) return uploadFailed(statusError(*response, "sending 1 MiB"));
        const std::chrono::duration<double> took = steady_clock::now() - begin;
        rate_ = static_cast<double>(kMeasured) / std::max(took.count(), 1e-6);
        steps_.good(
            "upload", "Upload",
            "1 MiB went up in " + spanText(std::chrono::duration_cast<std::chrono::microseconds>(took)) +
                ": " + rateText(rate_) +
                (config_.http.limiter && config_.http.limiter->rate() ? ", under the rate that is set."
                                                                      : "."),
            {{"bytes_per_second", std::to_string(static_cast<std::uint64_t>(rate_))}});
        return {};
    }

    HttpRequest patch(std::uint64_t offset) const {
        HttpRequest request;
        request.method = "PATCH";
        request.url = url_;
        request.headers = {{"Content-Type", "application/offset+octet-stream"},
                           {"Upload-Offset", std::to_string(offset)}};
        return request;
    }

    /// What the server says; nullopt when it says nothing now.
    std::optional<std::uint64_t> offsetBy(TusPeer& peer, int* status = nullptr) const {
        HttpRequest request;
        request.method = "HEAD";
        request.url = url_;
        const auto response = peer.ask(std::move(request), "asking for the offset");
        if (status != nullptr) *status = response ? response->status : 0;
        return response ? countIn(*response, "upload-offset") : std::nullopt;
    }

    Result<> resume() {
        const auto offset = offsetBy(*peer_);
        if (offset == kMeasured) {
            steps_.good("resume", "Resume", "The server knows how far the upload came.");
            return {};
        }
        const auto has =
            offset ? std::to_string(*offset) + " of " + std::to_string(kMeasured) + " bytes" : "nothing";
        return steps_.failed(
            "resume", "Resume", "Asked how far the upload came, the server tells " + has + ".",
            "Uploads would begin anew after each break. Ask the central team, with this text.",
            fail(Errc::OffsetMismatch, "asking for the offset of a test upload"));
    }

    // Half of a request goes out slowly and stays open. Whoever passes bytes on as they come has moved the
    // offset, holds the upload, or has kept them after the break; whoever collects the request first has not.
    Result<> buffering() {
        const auto probe = std::clamp(static_cast<std::uint64_t>(rate_ * 2), kLeastProbe, kMostProbe);
        HttpClientConfig slow = config_.http;
        slow.limiter = std::make_shared<RateLimiter>(
            std::clamp(static_cast<std::uint64_t>(rate_ / 2), std::uint64_t{8} << 10, kMostProbe / 2));
        const auto http = GANTRY_TRY(HttpConnection::open(slow));
        const bool passed = halfOfARequest(*http, *slow.limiter, probe);
        if (stop_.stop_requested()) return fail(Errc::Stopped, "stopped while testing the line");
        if (passed || keptAfterTheBreak()) {
            steps_.good("buffering", "On the way", "What is sent reaches the server as it is sent.");
            return {};
        }
        steps_.warning(
            "buffering", "On the way",
            "Something before the server collects each request before it passes it on. After a break of "
            "the line a whole chunk goes again.",
            std::string("Tell the central team. ") + kNginxLines);
        return {};
    }

    /// True: it is seen at the server while it comes.
    bool halfOfARequest(HttpConnection& http, RateLimiter& limiter, std::uint64_t probe) {
        std::stop_source over;
        const std::stop_callback ends(stop_, [&over] { over.request_stop(); });
        std::mutex mutex;
        std::condition_variable changed;
        bool half = false, ended = false;  // guarded by mutex
        std::jthread sender([&] {
            TusPeer peer(http, over.get_token());
            const FileRange range{content_.get(), kMeasured, probe};
            const auto progress = [&](std::uint64_t sent) {
                if (sent < probe / 2) return;
                limiter.setRate(1);  // the rest stays
                const std::lock_guard lock(mutex);
                half = true;
                changed.notify_all();
            };
            (void)peer.ask(patch(kMeasured), "sending half of a request", &range, progress).has_value();
            const std::lock_guard lock(mutex);
            ended = true;
            changed.notify_all();
        });
        bool seen = false;
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return half || ended; });
        }
        if (pause(kLook, stop_)) {
            int status = 0;
            const auto offset = offsetBy(*peer_, &status);
            seen = status == 423 || (offset && *offset > kMeasured);
        }
        over.request_stop();
        sender.join();
        return seen;
    }

    bool keptAfterTheBreak() {
        for (const auto until = steady_clock::now() + kPatience; steady_clock::now() < until;) {
            int status = 0;
            const auto offset = offsetBy(*peer_, &status);
            if (status == 423 || (offset && *offset > kMeasured)) return true;
            if (!pause(kLook, stop_)) return false;
        }
        return false;
    }

    const TusConfig& config_;
    const LinkSteps& steps_;
    const std::stop_token stop_;
    std::unique_ptr<HttpConnection> http_;
    std::optional<TusPeer> peer_;
    TusOffer offer_;
    UniqueFd content_;
    std::string url_;
    double rate_ = 0;  // bytes a second
};

}  // namespace

Result<> testTusLink(const TusConfig& config, const LinkStepTold& told, std::stop_token stop) {
    GANTRY_CHECK(testLine(config.http, config.endpoint, told, stop));
    const LinkSteps steps(told);
    return TusTest(config, steps, std::move(stop)).run();
}

}  // namespace gantry::uplink
