// The test of the line: each thing that can be wrong is found at its step, and told with what to do.
#include "gantry/uplink/link_test.hpp"

#include <catch2/catch.hpp>
#include <ctime>

#include "connect_proxy.hpp"
#include "gantry/core/http_server.hpp"
#include "tls_kit.hpp"
#include "tus_fixture.hpp"

namespace gantry::uplink {
namespace {

using namespace gantry::test;
using Outcome = LinkStep::Outcome;

struct Told {
    std::vector<LinkStep> steps;
    LinkStepTold told = [this](const LinkStep& step) { steps.push_back(step); };
    const LinkStep& last() const {
        REQUIRE(!steps.empty());
        return steps.back();
    }
    const LinkStep* find(const std::string& id) const {
        for (const auto& step : steps)
            if (step.id == id) return &step;
        return nullptr;
    }
    std::string ids() const {
        std::string out;
        for (const auto& step : steps) out += (out.empty() ? "" : " ") + step.id;
        return out;
    }
};

struct Greeter final : http::Handler {
    http::Response handle(const http::Request&) override { return http::text(404, ""); }
};

/// A server with TLS for hub.example and 127.0.0.1.
struct TlsServer {
    TemporaryDirectory folder = temporaryDirectory();
    Greeter greeter;
    std::unique_ptr<http::Server> server;
    HttpClientConfig config;
    bool start() {
        if (!makeCertificate(folder.path(), "DNS:hub.example,IP:127.0.0.1"))
            return skipLoudly("openssl is not installed"), false;
        http::ServerConfig settings;
        settings.certificate_chain = folder.path() / "hub.pem";
        settings.private_key = folder.path() / "hub.key";
        server = must(http::Server::start(settings, greeter));
        config.ca_file = folder.path() / "ca.pem";
        config.connect_timeout = std::chrono::seconds(3);
        return true;
    }
    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server->port()) + "/files/";
    }
};

}  // namespace

TEST_CASE("all steps of a good line are told in order", "[uplink][link-test]") {
    TlsServer bench;
    if (!bench.start()) return;
    Told told;
    must(testLine(bench.config, bench.url("127.0.0.1"), told.told));
    CHECK(told.ids() == "name proxy tcp tls certificate clock");
    for (const auto& step : told.steps) {
        CAPTURE(step.id, step.sentence);
        CHECK(step.outcome == (step.id == "proxy"         ? Outcome::Skipped
                               : step.id == "certificate" ? Outcome::Warning
                                                          : Outcome::Good));
        CHECK(step.sentence.ends_with('.'));
    }
    // Valid for two days: soon to expire.
    CHECK(told.find("certificate")->sentence.find("hub.example, 127.0.0.1, by authority") !=
          std::string::npos);
    CHECK(told.find("tls")->sentence.starts_with("TLSv1.3 with TLS_"));
}

TEST_CASE("a line ends at the step that fails, with what to do", "[uplink][link-test]") {
    TlsServer bench;
    if (!bench.start()) return;
    auto url = bench.url("127.0.0.1");
    std::string ids, advice;
    Errc code = Errc::NotAllowed;
    std::optional<ConnectProxy> proxy;
    std::optional<ScriptedHttp> plain;
    SECTION("a name that nobody knows") {
        url = "https://no-such-name.invalid/files/";
        ids = "name";
        advice = "name server";
        code = Errc::NetworkDown;
    }
    SECTION("a proxy that wants credentials") {
        proxy.emplace(bench.server->port(), "a:b");
        bench.config.proxy.url = proxy->url();
        url = bench.url("hub.example");
        ids = "name proxy";
        advice = "uploads.proxy.credentials";
    }
    SECTION("a proxy that does not let us through") {
        proxy.emplace(bench.server->port());
        proxy->answerWith(403);
        bench.config.proxy.url = proxy->url();
        url = bench.url("hub.example");
        ids = "name proxy";
        advice = "allow CONNECT to hub.example:";
    }
    SECTION("a proxy that is not there") {
        bench.config.proxy.url = "http://127.0.0.1:" + std::to_string(freePort());
        url = bench.url("hub.example");
        ids = "name proxy";
        advice = "address and port";
        code = Errc::NetworkDown;
    }
    SECTION("a port where nobody listens") {
        url = "https://127.0.0.1:" + std::to_string(freePort()) + "/files/";
        ids = "name proxy tcp";
        advice = "outgoing connections";
        code = Errc::NetworkDown;
    }
    SECTION("a server without TLS") {
        bench.config.connect_timeout = std::chrono::seconds(1);
        plain.emplace([](const ScriptedRequest&) { return ScriptedAnswer{}; });
        url = "https://127.0.0.1:" + std::to_string(plain->port()) + "/files/";
        ids = "name proxy tcp tls";
        advice = "TLS 1.2 or 1.3";
        code = Errc::Timeout;
    }
    SECTION("an authority that is not known") {
        bench.config.ca_file.clear();
        ids = "name proxy tcp tls certificate";
        advice = "exception";
    }
    SECTION("a certificate for another name") {
        url = bench.url("localhost");
        ids = "name proxy tcp tls certificate";
        advice = "Use a name that it holds for";
    }
    SECTION("another key than the one that is pinned") {
        bench.config.pins = {toBase64(sha256(asBytes("x")))};
        ids = "name proxy tcp tls certificate";
        advice = "trials[].pins";
    }
    Told told;
    const auto done = testLine(bench.config, url, told.told);
    CAPTURE(told.last().sentence, told.last().advice);
    CHECK(done.error().code == code);
    CHECK(told.ids() == ids);
    CHECK(told.last().outcome == Outcome::Failed);
    CHECK(told.last().advice.find(advice) != std::string::npos);
    CHECK(told.last().error->code == code);
}

TEST_CASE("through a proxy the steps say so", "[uplink][link-test]") {
    TlsServer bench;
    if (!bench.start()) return;
    const ConnectProxy proxy(bench.server->port());
    bench.config.proxy.url = proxy.url();
    Told told;
    must(testLine(bench.config, bench.url("hub.example"), told.told));
    CHECK(told.find("proxy")->outcome == Outcome::Good);
    CHECK(told.find("tcp")->sentence.starts_with("Connected through the proxy."));
    told.steps.clear();
    must(testLine(bench.config, bench.url("127.0.0.1"), told.told));
    CHECK(told.find("proxy")->sentence == "None for this host.");
}

TEST_CASE("a clock that is wrong is told, and does not end the test", "[uplink][link-test]") {
    TusBench bench;
    const auto then = ::time(nullptr) - 7200;
    std::tm utc{};
    gmtime_r(&then, &utc);
    std::array<char, 64> date{};
    std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    bench.fake.date = date.data();
    Told told;
    must(testTusLink(TusBench::config(bench.http.url("/files/")), told.told));
    CHECK(told.find("clock")->outcome == Outcome::Warning);
    CHECK(told.find("clock")->sentence.find("ahead") != std::string::npos);
    CHECK(told.find("clock")->advice.find("NTP") != std::string::npos);
}

TEST_CASE("a server of uploads is tried, and nothing is left there", "[uplink][link-test]") {
    TusBench bench;
    bench.fake.extensions = "creation,termination";
    Told told;
    must(testTusLink(TusBench::config(bench.http.url("/files/")), told.told));
    CHECK(told.ids() == "name proxy tcp tls certificate clock authentication tus upload resume buffering");
    CHECK(told.find("tus")->sentence == "tus 1.0.0 with creation, termination.");
    CHECK(told.find("upload")->sentence.starts_with("1 MiB went up in "));
    CHECK(told.find("resume")->outcome == Outcome::Good);
    // This server reads a request to its end before it does anything, as what buffers does.
    CHECK(told.find("buffering")->outcome == Outcome::Warning);
    CHECK(told.find("buffering")->advice.find("proxy_request_buffering off;") != std::string::npos);
    CHECK(bench.fake.deleted.size() == 1);
    CHECK(bench.fake.uploads.empty());
}

TEST_CASE("what a server of uploads gets wrong is told at its step", "[uplink][link-test]") {
    TusBench bench;
    std::string id, advice;
    Errc code = Errc::NotAllowed;
    const auto refuse = [&](const char* method, int status) {
        bench.fake.interfere = [=](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
            if (r.method != method) return std::nullopt;
            return ScriptedAnswer{status, {}, "", false};
        };
    };
    SECTION("the token, asked at once") {
        refuse("HEAD", 401);
        id = "authentication";
        advice = "trials[].token";
    }
    SECTION("the token, asked with the first upload") {
        refuse("POST", 403);
        id = "authentication";
        advice = "trials[].token";
    }
    SECTION("nothing takes uploads there") {
        refuse("POST", 404);
        id = "upload";
        code = Errc::Gone;
        advice = "central team";
    }
    SECTION("small requests alone are taken") {
        refuse("PATCH", 413);
        id = "upload";
        code = Errc::PeerRefused;
        advice = "client_max_body_size 0;";
    }
    SECTION("it does not know how far it came") {
        bench.fake.interfere = [&](const ScriptedRequest& r) -> std::optional<ScriptedAnswer> {
            if (r.method == "HEAD" && r.target != "/files/")
                return ScriptedAnswer{200, {{"Upload-Offset", "17"}}, "", false};
            return std::nullopt;
        };
        id = "resume";
        code = Errc::OffsetMismatch;
        advice = "anew after each break";
    }
    Told told;
    const auto done = testTusLink(TusBench::config(bench.http.url("/files/")), told.told);
    CAPTURE(told.ids(), told.last().sentence);
    CHECK(done.error().code == code);
    CHECK(told.last().id == id);
    CHECK(told.last().advice.find(advice) != std::string::npos);
    CHECK(told.last().sentence.find("secret-token") == std::string::npos);
}

TEST_CASE("a test of the line stops when it is told to", "[uplink][link-test]") {
    TusBench bench;
    std::stop_source stop;
    const LinkStepTold told = [&](const LinkStep& step) {
        if (step.id == "resume") stop.request_stop();
    };
    CHECK(testTusLink(TusBench::config(bench.http.url("/files/")), told, stop.get_token()).error().code ==
          Errc::Stopped);
}

}  // namespace gantry::uplink
