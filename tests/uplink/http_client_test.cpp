#include "gantry/uplink/http_client.hpp"

#include <catch2/catch.hpp>

#include "gantry/core/http_server.hpp"
#include "gantry/uplink/back_off.hpp"
#include "scripted_http.hpp"
#include "support.hpp"
#include "tls_kit.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
using namespace std::chrono_literals;

struct Greeter final : http::Handler {
    http::Response handle(const http::Request&) override { return http::text(200, "hello"); }
};

std::unique_ptr<http::Server> serveTls(const std::filesystem::path& folder, Greeter& greeter) {
    http::ServerConfig config;
    config.certificate_chain = folder / "hub.pem";
    config.private_key = folder / "hub.key";
    return must(http::Server::start(config, greeter));
}

}  // namespace

TEST_CASE("certificates are verified: authority, name, always", "[uplink][http][tls]") {
    const auto folder = temporaryDirectory();
    Greeter greeter;
    HttpClientConfig config;
    const auto ask = [&](const http::Server& server, const std::string& host) {
        return httpGet(config, "https://" + host + ":" + std::to_string(server.port()) + "/");
    };
    SECTION("of the authority that is trusted, for the name that is asked") {
        if (!makeCertificate(folder.path(), "IP:127.0.0.1")) return skipLoudly("openssl is not installed");
        const auto server = serveTls(folder.path(), greeter);
        CHECK(ask(*server, "127.0.0.1").error().code ==
              Errc::NotAllowed);  // the system does not know this authority
        config.ca_file = folder.path() / "ca.pem";
        CHECK(must(ask(*server, "127.0.0.1")).body == "hello");
        CHECK(ask(*server, "localhost").error().code == Errc::NotAllowed);
        config.ca_file = folder.path() / "missing.pem";
        CHECK(ask(*server, "127.0.0.1").error().code == Errc::NotAllowed);
    }
    SECTION("for another name") {
        if (!makeCertificate(folder.path(), "DNS:hub.example")) return skipLoudly("openssl is not installed");
        const auto server = serveTls(folder.path(), greeter);
        config.ca_file = folder.path() / "ca.pem";
        CHECK(ask(*server, "127.0.0.1").error().code == Errc::NotAllowed);
    }
}

TEST_CASE("a receipt is fetched where the format says it lies", "[uplink][http]") {
    ScriptedRequest seen;
    ScriptedAnswer answer{200, {}, "{}", false};
    ScriptedHttp server([&](const ScriptedRequest& r) {
        seen = r;
        return answer;
    });
    HttpClientConfig config;
    config.bearer_token = "tok";
    for (const auto* base : {"/inbox", "/inbox/"}) {
        CHECK(must(fetchReceipt(config, server.url(base), "7f0c")) == "{}");
        CHECK(seen.target == "/inbox/receipts/7f0c.json");
        CHECK(seen.method == "GET");
        CHECK(seen.header("authorization") == "Bearer tok");
    }
    CHECK(fetchReceipt(config, server.url("/inbox"), "../x").error().code == Errc::InvalidArgument);
    for (const auto& [status, code] : {std::pair{404, Errc::NotFound},
                                       {403, Errc::NotAllowed},
                                       {401, Errc::NotAllowed},
                                       {503, Errc::PeerBusy},
                                       {301, Errc::PeerRefused},
                                       {204, Errc::PeerRefused}}) {
        CAPTURE(status);
        answer.status = status;
        CHECK(fetchReceipt(config, server.url("/inbox"), "7f0c").error().code == code);
    }
    answer = {200, {}, std::string(70'000, 'x'), false};
    CHECK(fetchReceipt(config, server.url("/inbox"), "7f0c").error().code == Errc::BadFormat);
}

TEST_CASE("post sends its body and reads the answer", "[uplink][http]") {
    ScriptedRequest seen;
    ScriptedHttp server([&](const ScriptedRequest& r) {
        seen = r;
        return ScriptedAnswer{201, {{"X-Thing", " a "}}, "made", false};
    });
    const auto response = must(httpPost({}, server.url("/x?y=1"), "application/json", "{\"a\":1}"));
    CHECK(response.status == 201);
    CHECK(response.body == "made");
    CHECK(response.header("x-thing") == "a");
    CHECK(!response.header("x-other"));
    CHECK(seen.method == "POST");
    CHECK(seen.target == "/x?y=1");
    CHECK(seen.body == "{\"a\":1}");
    CHECK(seen.header("content-type") == "application/json");
    CHECK(seen.header("authorization").empty());
    CHECK(must(httpPost({}, server.url("/"), "text/plain", "")).status == 201);
    CHECK(seen.method == "POST");
}

TEST_CASE("headers and tokens cannot smuggle lines", "[uplink][http]") {
    HttpClientConfig config;
    config.bearer_token = "a\r\nX: y";
    CHECK(HttpClient::open(config).error().code == Errc::InvalidArgument);
    auto client = must(HttpClient::open({}));
    HttpRequest request;
    request.url = "http://127.0.0.1:1/";
    request.headers = {{"A", "b\nC: d"}};
    CHECK(client.send(request).error().code == Errc::InvalidArgument);
    request.headers.clear();
    request.url = "http://example.org/";
    CHECK(client.send(request).error().code == Errc::NotAllowed);
    request.url = "file:///etc/passwd";
    CHECK(client.send(request).error().code == Errc::InvalidArgument);
}

TEST_CASE("waits grow to the cap, jitter over the whole of it, and start anew", "[uplink][back_off]") {
    double random = 0.999999;
    BackOff back_off(1s, 10s, [&] { return random; });
    for (const auto bound : {1000, 2000, 4000, 8000, 10000, 10000}) {
        const auto wait = back_off.next();
        CHECK(wait.count() <= bound);
        CHECK(wait.count() >= bound - 1);
    }
    CHECK(back_off.failures() == 6);
    random = 0;
    CHECK(back_off.next() == 0ms);
    CHECK(back_off.next(17s) == 17s);
    back_off.reset();
    random = 0.5;
    CHECK(back_off.next() == 500ms);
    BackOff huge(24h, 48h, [] { return 0.5; });
    for (int i = 0; i < 100; ++i) CHECK(huge.next() <= 24h);
    BackOff real(1s, 2s);
    for (int i = 0; i < 10; ++i) CHECK(real.next() < 2s);
}

}  // namespace gantry::uplink
