// The server as stock clients see it: curl and openssl over TLS.
#include <catch2/catch.hpp>

#include "gantry/core/crypto.hpp"
#include "gantry/core/http_server.hpp"
#include "raw_http.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::http;
using gantry::test::must;
using gantry::test::runCommand;

namespace {

class HashingSink final : public UploadSink {
public:
    Result<> write(Bytes piece) override { return hash_.update(piece), Result<>{}; }
    Response finish(bool complete) override { return text(complete ? 200 : 500, toHex(hash_.finish())); }

private:
    Sha256 hash_;
};

struct TlsHandler final : Handler {
    Response handle(const Request& r) override { return text(r.path == "/tls" && r.tls ? 200 : 404, r.peer); }
    std::unique_ptr<UploadSink> upload(const Request& r) override {
        if (r.path == "/refused") return nullptr;
        return r.method == "PUT" ? std::make_unique<HashingSink>() : nullptr;
    }
};

struct TlsServer {
    TemporaryDirectory folder = test::temporaryDirectory();
    TlsHandler handler;
    std::unique_ptr<Server> server;
    TlsServer() {
        ServerConfig config;
        config.certificate_chain = folder.path() / "cert.pem";
        config.private_key = folder.path() / "key.pem";
        REQUIRE(
            runCommand(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=t "
                "-addext subjectAltName=IP:127.0.0.1 -keyout " +
                config.private_key.string() + " -out " + config.certificate_chain.string() + " 2>&1")
                .exit_code == 0);
        server = must(Server::start(config, handler));
    }
    std::string curl(const std::string& options, const std::string& path) const {
        return runCommand("curl -s --max-time 20 --cacert " + (folder.path() / "cert.pem").string() + " " +
                          options + " https://127.0.0.1:" + std::to_string(server->port()) + path)
            .output;
    }
};

}  // namespace

TEST_CASE("curl talks to it over TLS", "[http][tls]") {
    const TlsServer tls;
    CHECK(tls.curl("-w ' %{http_code} %{http_version}'", "/tls") == "127.0.0.1 200 1.1");
    CHECK(tls.curl("--tls-max 1.2", "/tls") == "127.0.0.1");
    CHECK(tls.curl("--tls-max 1.1 -w %{http_code}", "/tls") == "000");
}

TEST_CASE("curl uploads a large file over TLS", "[http][tls]") {
    const TlsServer tls;
    const auto file = tls.folder.path() / "large";
    std::string content(20'000'000, '\0');
    randomBytes(std::as_writable_bytes(std::span(content)));
    must(writeFileDurably(file, asBytes(content)));
    CHECK(tls.curl("-T " + file.string(), "/x") == toHex(sha256(asBytes(content))));
    CHECK(tls.curl("-H 'Transfer-Encoding: chunked' -T " + file.string(), "/x") ==
          toHex(sha256(asBytes(content))));
    // Refused while curl goes on sending: the answer must reach it. 55 and 56 would be a reset line.
    CHECK(tls.curl("-H 'Expect:' -o /dev/null -w '%{http_code} %{exitcode}' -T " + file.string(),
                   "/refused") == "413 0");
}

TEST_CASE("weak ciphers find no common ground", "[http][tls]") {
    const TlsServer tls;
    const auto connect = [&](const std::string& options) {
        return runCommand("openssl s_client -connect 127.0.0.1:" + std::to_string(tls.server->port()) + " " +
                          options + " </dev/null >/dev/null 2>&1")
            .exit_code;
    };
    CHECK(connect("-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256") == 0);
    CHECK(connect("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA") != 0);
    CHECK(connect("-tls1_3") == 0);
}

TEST_CASE("plain talk on a TLS port ends and hurts nobody", "[http][tls]") {
    const TlsServer tls;
    test::RawClient client(tls.server->port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.answer().status == 0);
    CHECK(tls.curl("", "/tls") == "127.0.0.1");
}

TEST_CASE("a key that does not fit its certificate is a mistake of the configuration", "[http][tls]") {
    const TlsServer one;
    const TlsServer other;
    TlsHandler handler;
    ServerConfig config;
    config.certificate_chain = one.folder.path() / "cert.pem";
    config.private_key = other.folder.path() / "key.pem";
    CHECK(Server::start(config, handler).error().code == Errc::ConfigInvalid);
    config.private_key = "/nonexistent";
    CHECK(Server::start(config, handler).error().code == Errc::ConfigInvalid);
}
