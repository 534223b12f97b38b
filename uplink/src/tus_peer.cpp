#include "tus_peer.hpp"

#include <algorithm>

namespace gantry::uplink {
namespace {

bool mayBeHeldBack(const std::string& method) {
    return method == "PATCH" || method == "DELETE";
}

bool unknownMethod(const HttpResponse& response) {
    return response.status == 405 || response.status == 501;
}

HttpRequest asPost(HttpRequest request) {
    request.headers.emplace_back("X-HTTP-Method-Override", request.method);
    request.method = "POST";
    return request;
}

}  // namespace

Result<HttpResponse> TusPeer::send(const HttpRequest& request, const char* what, const FileRange* range,
                                   const std::function<void(std::uint64_t)>& progress) {
    auto response = http_.exchange(request, range, stop_, progress);
    if (!response) return within(what, response.error());
    wait_ = std::max(wait_, retryAfter(*response));
    return response;
}

Result<HttpResponse> TusPeer::ask(HttpRequest request, const char* what, const FileRange* range,
                                  const std::function<void(std::uint64_t)>& progress) {
    request.headers.emplace_back("Tus-Resumable", "1.0.0");
    if (!mayBeHeldBack(request.method)) return send(request, what, range, progress);
    if (methods_in_header_) return send(asPost(std::move(request)), what, range, progress);
    auto response = GANTRY_TRY(send(request, what, range, progress));
    if (!unknownMethod(response)) return response;
    auto second = GANTRY_TRY(send(asPost(std::move(request)), what, range, progress));
    methods_in_header_ = !isRefusal(second) || isGone(second);
    return methods_in_header_ ? std::move(second) : std::move(response);
}

Result<TusOffer> TusPeer::offer(const std::string& endpoint) {
    HttpRequest request;
    request.method = "OPTIONS";
    request.url = endpoint;
    const auto what = "asking what the server offers";
    const auto response = GANTRY_TRY(ask(std::move(request), what));
    const int status = response.status;
    if (status == 401 || status == 403 || status == 408 || status == 429 || (status >= 500 && status != 501))
        return statusError(response, what);
    return offerOf(response);
}

bool TusPeer::terminate(const TusOffer& offer, const std::string& url) {
    constexpr int kLocked = 423;
    if (!offer.termination || url.empty()) return true;
    HttpRequest request;
    request.method = "DELETE";
    request.url = url;
    const auto response = ask(std::move(request), "taking an upload back");
    return !response || response->status != kLocked;
}

}  // namespace gantry::uplink
