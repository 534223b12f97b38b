#pragma once
/// One conversation with a tus server.

#include <algorithm>
#include <chrono>
#include <functional>
#include <stop_token>

#include "http_exchange.hpp"
#include "tus_protocol.hpp"

namespace gantry::uplink {

/// Belongs to one thread, as its connection does.
class TusPeer {
public:
    TusPeer(HttpConnection& http, std::stop_token stop) : http_(http), stop_(std::move(stop)) {}

    /// One request, with what each request of tus has. Where PATCH and DELETE are not let through, by the
    /// server or by what stands before it, they go as POST with X-HTTP-Method-Override.
    /// @param what      what it is for, in words for people
    /// @param progress  bytes of the range sent so far
    Result<HttpResponse> ask(HttpRequest request, const char* what, const FileRange* range = nullptr,
                             const std::function<void(std::uint64_t)>& progress = {});
    /// What OPTIONS tells. @errors as statuses mean; a server that does not know OPTIONS offers nothing
    Result<TusOffer> offer(const std::string& endpoint);
    /// DELETE, where it is offered. Nobody depends on it: what is left over expires.
    /// @return false: another request still holds the upload; later it may work
    bool terminate(const TusOffer& offer, const std::string& url);

    const std::stop_token& stop() const { return stop_; }
    /// The server asked for it on another connection.
    void leaveAlone(std::chrono::seconds wait) { wait_ = std::max(wait_, wait); }
    /// The longest that the server asked to be left alone.
    std::chrono::seconds askedToWait() const { return wait_; }

private:
    Result<HttpResponse> send(const HttpRequest& request, const char* what, const FileRange* range,
                              const std::function<void(std::uint64_t)>& progress);

    HttpConnection& http_;
    std::stop_token stop_;
    std::chrono::seconds wait_{};
    bool methods_in_header_ = false;
};

}  // namespace gantry::uplink
