#include "../http_exchange.hpp"
#include "gantry/uplink/tuf.hpp"

namespace gantry::uplink::tuf {
namespace {

// So that a server that sends a byte a second cannot hold a refresh for ever.
constexpr std::chrono::minutes kMostForMetadata{10};

Result<Fetcher::Found> foundOf(const HttpResponse& response, const std::string& url) {
    switch (response.status) {
        case 200:
            return Fetcher::Found::Content;
        case 304:
            return Fetcher::Found::NotModified;
        case 403:
        case 404:
        case 410:
            return Fetcher::Found::Absent;
        default:
            return statusError(response, "asking for " + url);
    }
}

class HttpFetcher final : public Fetcher {
public:
    explicit HttpFetcher(HttpClient client) : client_(std::move(client)) {}

    Result<Answer> fetch(const Request& request, std::stop_token stop) override {
        auto asked = toHttp(request);
        asked.max_duration = kMostForMetadata;
        auto response = client_.send(asked, std::move(stop));
        if (!response) return within("asking for " + request.url, response.error());
        Answer answer;
        answer.found = GANTRY_TRY(foundOf(*response, request.url));
        answer.etag = response->header("etag").value_or("");
        answer.body = std::move(response->body);
        return answer;
    }

    Result<Found> stream(const Request& request, const Sink& sink, std::stop_token stop) override {
        auto asked = toHttp(request);
        asked.take_body = [&sink, left = request.max_bytes](Bytes piece) mutable -> Result<> {
            if (piece.size() > left) return fail(Errc::BadFormat, "the answer is larger than allowed");
            left -= piece.size();
            return sink(piece);
        };
        auto response = client_.send(asked, std::move(stop));
        if (!response) return within("asking for " + request.url, response.error());
        return foundOf(*response, request.url);
    }

private:
    static HttpRequest toHttp(const Request& request) {
        HttpRequest out;
        out.url = request.url;
        out.max_answer_bytes = request.max_bytes;
        if (!request.if_none_match.empty()) out.headers = {{"If-None-Match", request.if_none_match}};
        return out;
    }
    HttpClient client_;
};

}  // namespace

Result<std::unique_ptr<Fetcher>> makeHttpFetcher(HttpClientConfig config) {
    auto client = GANTRY_TRY(HttpClient::open(std::move(config)));
    return std::unique_ptr<Fetcher>(std::make_unique<HttpFetcher>(std::move(client)));
}

}  // namespace gantry::uplink::tuf
