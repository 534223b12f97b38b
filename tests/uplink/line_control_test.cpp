// The line of the uplink: proxies, pins, rates, names, addresses; and what a look at it tells.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "connect_proxy.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/http_server.hpp"
#include "http_exchange.hpp"
#include "network_namespace.hpp"
#include "scripted_http.hpp"
#include "slow_resolver.hpp"
#include "support.hpp"
#include "tls_kit.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
using namespace std::chrono_literals;
using Stage = LineLook::Stage;
using std::chrono::steady_clock;

struct Greeter final : http::Handler {
    std::string last_proxy_field;
    http::Response handle(const http::Request& request) override {
        last_proxy_field = request.header("Proxy-Authorization");
        return http::text(200, "hello");
    }
};

/// A server with a certificate for hub.example, which only a proxy finds.
struct TlsBench {
    TemporaryDirectory folder = temporaryDirectory();
    Greeter greeter;
    std::unique_ptr<http::Server> server;
    HttpClientConfig config;

    bool start(const std::string& address = "127.0.0.1",
               const std::string& names = "DNS:hub.example,IP:127.0.0.1") {
        if (!makeCertificate(folder.path(), names)) return skipLoudly("openssl is not installed"), false;
        http::ServerConfig settings;
        settings.address = address;
        settings.certificate_chain = folder.path() / "hub.pem";
        settings.private_key = folder.path() / "hub.key";
        server = must(http::Server::start(settings, greeter));
        config.ca_file = folder.path() / "ca.pem";
        config.connect_timeout = 5s;
        return true;
    }
    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server->port()) + "/";
    }
    void useProxy(const ConnectProxy& proxy, const std::string& credentials = {}) {
        config.proxy.url = proxy.url();
        if (credentials.empty()) return;
        config.proxy.credentials_file = folder.path() / "proxy";
        must(writeFileDurably(config.proxy.credentials_file, asBytes(credentials + "\n")));
    }
    /// Base64 of SHA-256 of the server's public key, by openssl.
    std::string pin() const {
        const auto out = folder.path() / "pin";
        const auto command =
            "cd " + folder.path().string() +
            " && openssl x509 -in hub.pem -noout -pubkey | openssl pkey -pubin -outform der | "
            "openssl dgst -sha256 -binary | base64 > pin";
        REQUIRE(std::system(command.c_str()) == 0);
        auto text = must(readFile(out));
        text.pop_back();
        return text;
    }
    LineLook look(const std::string& target) { return must(HttpConnection::open(config))->look(target, {}); }
};

/// A variable of the environment while it lives.
struct Environment {
    const char* name;
    Environment(const char* variable, const std::string& value) : name(variable) {
        ::setenv(name, value.c_str(), 1);
    }
    ~Environment() { ::unsetenv(name); }
};

/// Takes what is put, says how much it was.
struct Counter {
    std::uint64_t bytes = 0;
    ScriptedHttp http{[this](const ScriptedRequest& r) {
        bytes += r.body.size();
        return ScriptedAnswer{200, {}, std::to_string(r.body.size()), false};
    }};
};

}  // namespace

TEST_CASE("through a proxy the peer is reached by name, and sees nothing of the proxy",
          "[uplink][line][proxy]") {
    TlsBench bench;
    if (!bench.start()) return;
    const std::string credentials = GENERATE("", "ward7:pass:word");
    const ConnectProxy proxy(bench.server->port(), credentials);
    bench.useProxy(proxy, credentials);
    bench.config.bearer_token = "site-token";
    CHECK(must(httpGet(bench.config, bench.url("hub.example"))).body == "hello");
    REQUIRE(!proxy.heads().empty());
    for (const auto& head : proxy.heads()) {
        CHECK(head.starts_with("CONNECT hub.example:"));
        CHECK(head.find("site-token") == std::string::npos);
    }
    CHECK(bench.greeter.last_proxy_field.empty());
    const auto look = bench.look(bench.url("hub.example"));
    CHECK(look.stage == Stage::Done);
    CHECK(look.proxy_status == 200);
    CHECK(look.address == "127.0.0.1");
}

TEST_CASE("what a proxy refuses is said as the proxy's word", "[uplink][line][proxy]") {
    TlsBench bench;
    if (!bench.start()) return;
    ConnectProxy proxy(bench.server->port(), "ward7:right");
    bench.useProxy(proxy, "ward7:wr0ng");
    const auto outcome = [&] { return httpGet(bench.config, bench.url("hub.example")).error(); };
    CHECK(outcome().code == Errc::NotAllowed);
    CHECK(outcome().context.find("407") != std::string::npos);
    CHECK(outcome().context.find("wr0ng") == std::string::npos);
    CHECK(bench.look(bench.url("hub.example")).stage == Stage::Proxy);
    bench.useProxy(proxy, "ward7:right");
    proxy.answerWith(403);
    CHECK(outcome().code == Errc::NotAllowed);
    CHECK(outcome().context.find("proxy refuses") != std::string::npos);
    proxy.answerWith(503);
    CHECK(outcome().code == Errc::NetworkDown);
    bench.config.proxy.url = "http://127.0.0.1:" + std::to_string(freePort());
    CHECK(outcome().code == Errc::NetworkDown);
    CHECK(bench.look(bench.url("hub.example")).stage == Stage::Reach);
}

TEST_CASE("some hosts are reached without the proxy", "[uplink][line][proxy]") {
    TlsBench bench;
    if (!bench.start()) return;
    const ConnectProxy proxy(bench.server->port());
    bench.useProxy(proxy);
    CHECK(must(httpGet(bench.config, bench.url("127.0.0.1"))).body == "hello");
    CHECK(proxy.heads().empty());
    bench.config.proxy.no_proxy = {"example"};
    CHECK(httpGet(bench.config, bench.url("hub.example")).error().code == Errc::NetworkDown);
    CHECK(proxy.heads().empty());
    bench.config.proxy.no_proxy = {"10.0.0.0/8", "other.example"};
    CHECK(must(httpGet(bench.config, bench.url("hub.example"))).body == "hello");
}

TEST_CASE("the environment's proxy is not looked at", "[uplink][line][proxy]") {
    TlsBench bench;
    if (!bench.start()) return;
    const ConnectProxy proxy(bench.server->port());
    const Environment lower("https_proxy", proxy.url());
    const Environment upper("ALL_PROXY", proxy.url());
    CHECK(httpGet(bench.config, bench.url("hub.example")).error().code == Errc::NetworkDown);
    CHECK(proxy.heads().empty());
}

TEST_CASE("a proxy is set up rightly or not at all", "[uplink][line][proxy]") {
    const auto folder = temporaryDirectory();
    const auto file = folder.path() / "proxy";
    HttpClientConfig config;
    for (const auto* bad : {"proxy", "socks5://p:1", "http://user:pw@p:1"}) {
        config.proxy.url = bad;
        CHECK(HttpClient::open(config).error().code == Errc::InvalidArgument);
    }
    config.proxy.url = "http://proxy.example:3128";
    CHECK(HttpClient::open(config));
    config.proxy.credentials_file = file;
    CHECK(HttpClient::open(config).error().code == Errc::NotFound);
    must(writeFileDurably(file, asBytes("u:p"), 0640));
    CHECK(HttpClient::open(config).error().code == Errc::NotAllowed);
    for (const auto* bad : {"", "no colon", "u:p\nv:q"}) {
        must(writeFileDurably(file, asBytes(bad)));
        CHECK(HttpClient::open(config).error().code == Errc::InvalidArgument);
    }
    must(writeFileDurably(file, asBytes("u:p\n")));
    CHECK(HttpClient::open(config));
    for (const auto* bad : {"", "a,b", "*", "a b"}) {
        config.proxy.no_proxy = {bad};
        CHECK(HttpClient::open(config).error().code == Errc::InvalidArgument);
    }
}

TEST_CASE("a pinned key must be shown, besides a certificate that verifies", "[uplink][line][pin]") {
    TlsBench bench;
    if (!bench.start()) return;
    const auto url = bench.url("127.0.0.1");
    const std::string other = toBase64(sha256(asBytes("another key")));
    bench.config.pins = {bench.pin()};
    CHECK(httpGet(bench.config, url));
    bench.config.pins = {other, "sha256//" + bench.pin()};
    CHECK(httpGet(bench.config, url));
    bench.config.pins = {other};
    CHECK(httpGet(bench.config, url).error().code == Errc::NotAllowed);
    const auto look = bench.look(url);
    CHECK(look.stage == Stage::Certificate);
    CHECK(look.certificate.starts_with("-----BEGIN CERTIFICATE-----"));
    bench.config.pins = {bench.pin()};
    bench.config.ca_file.clear();
    CHECK(httpGet(bench.config, url).error().code == Errc::NotAllowed);
    for (const auto* bad : {"", "short", "sha1//AAAA"}) {
        bench.config.pins = {bad};
        CHECK(HttpClient::open(bench.config).error().code == Errc::InvalidArgument);
    }
}

TEST_CASE("a look tells how far it came, and sends nothing", "[uplink][line][look]") {
    TlsBench bench;
    if (!bench.start()) return;
    const auto good = bench.look(bench.url("127.0.0.1"));
    CHECK(good.stage == Stage::Done);
    CHECK_FALSE(good.error);
    CHECK(good.tls_version == "TLSv1.3");
    CHECK(good.cipher.starts_with("TLS_"));
    CHECK(good.certificate.starts_with("-----BEGIN CERTIFICATE-----"));
    CHECK(good.round_trip.count() > 0);
    // Another name, then an unknown authority: the certificate is shown all the same.
    CHECK(bench.look(bench.url("localhost")).stage == Stage::Certificate);
    bench.config.ca_file.clear();
    const auto unknown = bench.look(bench.url("127.0.0.1"));
    CHECK(unknown.stage == Stage::Certificate);
    CHECK(unknown.certificate == good.certificate);
    CHECK(unknown.tls_version == "TLSv1.3");
    CHECK(bench.look("https://127.0.0.1:" + std::to_string(freePort()) + "/").stage == Stage::Reach);
    CHECK(bench.look("https://no-such-name.invalid/").stage == Stage::Name);
    CHECK(bench.look("nonsense").stage == Stage::Name);
    bench.config.connect_timeout = 1s;
    ScriptedHttp plain([](const ScriptedRequest&) { return ScriptedAnswer{}; });
    CHECK(bench.look("https://127.0.0.1:" + std::to_string(plain.port()) + "/").stage == Stage::Tls);
    CHECK(bench.look(plain.url("/")).stage == Stage::Done);
}

TEST_CASE("IPv6 is a line like any other", "[uplink][line]") {
    TlsBench bench;
    if (!bench.start("::1", "IP:::1")) return;
    CHECK(must(httpGet(bench.config, bench.url("[::1]"))).body == "hello");
    CHECK(bench.look(bench.url("[::1]")).address == "::1");
}

TEST_CASE("a body under a rate arrives whole, and the rate can change on its way", "[uplink][line][rate]") {
    Counter counter;
    HttpClientConfig config;
    config.limiter = std::make_shared<RateLimiter>(200'000);
    const auto connection = must(HttpConnection::open(config));
    HttpRequest request;
    request.method = "PUT";
    request.url = counter.http.url("/");
    request.body.assign(3'000'000, 'x');
    const auto begin = steady_clock::now();
    bool raised = false;
    const auto done = must(connection->exchange(request, nullptr, {}, [&](std::uint64_t sent) {
        if (raised || sent == 0) return;
        CHECK(sent < 1'500'000);  // at once would be all of it
        config.limiter->setRate(std::nullopt);
        raised = true;
    }));
    CHECK(done.body == "3000000");
    CHECK(raised);
    CHECK(steady_clock::now() - begin < 10s);  // 15 s at the first rate
}

TEST_CASE("a stop is heard while a turn is waited for", "[uplink][line][rate]") {
    Counter counter;
    HttpClientConfig config;
    config.limiter = std::make_shared<RateLimiter>(1);
    const auto connection = must(HttpConnection::open(config));
    HttpRequest request;
    request.method = "PUT";
    request.url = counter.http.url("/");
    request.body.assign(10'000, 'x');
    std::stop_source stop;
    const auto begin = steady_clock::now();
    const auto done =
        connection->exchange(request, nullptr, stop.get_token(), [&](std::uint64_t) { stop.request_stop(); });
    CHECK(done.error().code == Errc::Stopped);
    CHECK(steady_clock::now() - begin < 5s);
}

TEST_CASE("an answer may be taken piece by piece, without bound", "[uplink][line]") {
    int status = 200;
    ScriptedHttp server([&](const ScriptedRequest&) {
        return ScriptedAnswer{status, {}, std::string(100'000, 'y'), false};
    });
    auto client = must(HttpClient::open({}));
    std::size_t taken = 0;
    HttpRequest request;
    request.url = server.url("/");
    request.max_answer_bytes = 1000;
    request.take_body = [&](Bytes piece) -> Result<> {
        taken += piece.size();
        return {};
    };
    CHECK(must(client.send(request)).body.empty());
    CHECK(taken == 100'000);
    status = 404;  // what is said about a failure is no content
    CHECK(client.send(request).error().code == Errc::BadFormat);
    CHECK(taken == 100'000);
    status = 200;
    request.take_body = [](Bytes) -> Result<> { return fail(Errc::DiskFull, "no room"); };
    CHECK(client.send(request).error().code == Errc::DiskFull);
}

TEST_CASE("a name server that takes its time, or never answers, holds nothing up",
          "[uplink][line][namespace]") {
    const auto line = NetworkNamespace::make();
    if (!line) return;
    line->useResolverThere();
    line->run([&] {
        Counter counter;
        const auto url = "https://hub.example:" + std::to_string(counter.http.port()) + "/";
        {
            const SlowResolver slow(150ms);
            HttpClientConfig patient;
            patient.connect_timeout = 2s;
            const auto look = must(HttpConnection::open(patient))->look(url, {});
            CHECK(look.stage == Stage::Tls);  // the name was found; what listens there speaks no TLS
            CHECK(look.name_time >= 150ms);
        }
        const SlowResolver never(std::nullopt);
        HttpClientConfig config;
        config.connect_timeout = 1s;
        const auto look = must(HttpConnection::open(config))->look(url, {});
        CHECK(look.stage == Stage::Name);
        CHECK(look.error->code == Errc::Timeout);
        config.connect_timeout = 60s;
        std::stop_source stop;
        const std::jthread stopper([&] {
            while (never.questions() < 3) std::this_thread::sleep_for(5ms);  // the third is this request's
            stop.request_stop();
        });
        const auto begin = steady_clock::now();
        auto client = must(HttpClient::open(config));
        HttpRequest request;
        request.url = url;
        CHECK(client.send(request, stop.get_token()).error().code == Errc::Stopped);
        CHECK(steady_clock::now() - begin < 10s);
    });
}

}  // namespace gantry::uplink
