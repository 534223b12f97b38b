#pragma once
/// One connection during one attempt: requests go out, what the server asks us to wait is kept.

#include <algorithm>
#include <atomic>
#include <functional>
#include <stop_token>
#include <string>

#include "http_exchange.hpp"

namespace gantry::uplink::s3 {

/// The longest Retry-After of an attempt. Thread-safe.
class WaitAsked {
public:
    void note(const HttpResponse& response) {
        const auto seconds = retryAfter(response).count();
        auto known = seconds_.load();
        while (known < seconds && !seconds_.compare_exchange_weak(known, seconds)) {
        }
    }
    void reset() { seconds_ = 0; }
    std::chrono::seconds value() const { return std::chrono::seconds(seconds_.load()); }

private:
    std::atomic<std::chrono::seconds::rep> seconds_ = 0;
};

class Line {
public:
    Line(HttpConnection& http, std::stop_token stop, WaitAsked& wait)
        : http_(http), stop_(std::move(stop)), wait_(wait) {}

    /// Any answer, whatever its status. Errors as HttpClient::send, said with `what`.
    Result<HttpResponse> ask(const HttpRequest& request, const char* what, const FileRange* range = nullptr,
                             const std::function<void(std::uint64_t)>& progress = {}) {
        auto response = http_.exchange(request, range, stop_, progress);
        if (!response) return within(what, response.error());
        wait_.note(*response);
        return response;
    }

private:
    HttpConnection& http_;
    std::stop_token stop_;
    WaitAsked& wait_;
};

inline bool succeeded(const HttpResponse& response) {
    return response.status >= 200 && response.status < 300;
}

}  // namespace gantry::uplink::s3
