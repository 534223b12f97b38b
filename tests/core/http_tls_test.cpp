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
    Response handle(const Request& r) override {
        if (r.path == "/who") return text(200, r.client_certificate);
        return text(r.path == "/tls" && r.tls ? 200 : 404, r.peer);
    }
    std::unique_ptr<UploadSink> upload(const Request& r) override {
        if (r.path == "/refused") return nullptr;
        return r.method == "PUT" ? std::make_unique<HashingSink>() : nullptr;
    }
};

struct TlsServer {
    TemporaryDirectory folder = test::temporaryDirectory();
    TlsHandler handler;
    std::unique_ptr<Server> server;
    explicit TlsServer(const std::filesystem::path& client_ca = {}) {
        ServerConfig config;
        config.client_ca = client_ca;
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

namespace {

/// An authority of the openssl program, and what it signs.
struct Authority {
    TemporaryDirectory folder = test::temporaryDirectory();
    std::string in(const std::string& name) const { return (folder.path() / name).string(); }
    Authority() {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=a -keyout " +
                in("ca.key") + " -out " + in("ca.pem"));
    }
    void openssl(const std::string& arguments) const {
        REQUIRE(runCommand("openssl " + arguments + " 2>&1").exit_code == 0);
    }
    /// Options for curl with a certificate of so many days; none: it has expired.
    std::string certificate(const std::string& name, int days) const {
        openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name +
                " -keyout " + in(name + ".key") + " -out " + in(name + ".csr"));
        openssl("x509 -req -in " + in(name + ".csr") + " -CA " + in("ca.pem") + " -CAkey " + in("ca.key") +
                " -CAcreateserial -days " + std::to_string(days) + " -out " + in(name + ".pem"));
        return "--cert " + in(name + ".pem") + " --key " + in(name + ".key");
    }
};

}  // namespace

TEST_CASE("a client's certificate reaches the handler, if the right authority signed it", "[http][tls]") {
    const Authority ours;
    const Authority others;
    const TlsServer tls(ours.in("ca.pem"));
    const auto good = ours.certificate("good", 2), foreign = others.certificate("foreign", 2);
    const auto late = ours.certificate("late", -1);
    for (const auto* version : {"", " --tls-max 1.2"}) {
        CHECK(tls.curl(good + version, "/who") == must(readFile(ours.in("good.pem"))));
        CHECK(tls.curl(version, "/who").empty());
        CHECK(tls.curl(foreign + version + " -w %{http_code}", "/who") == "000");
        // An expired one comes through: its owner is to be told in words.
        CHECK(tls.curl(late + version, "/who") == must(readFile(ours.in("late.pem"))));
    }
    CHECK(TlsServer().curl(good, "/who").empty());
}

TEST_CASE("an authority that cannot be read is a mistake of the configuration", "[http][tls]") {
    const TlsServer one;
    TlsHandler handler;
    ServerConfig config;
    config.certificate_chain = one.folder.path() / "cert.pem";
    config.private_key = one.folder.path() / "key.pem";
    config.client_ca = config.private_key;
    CHECK(Server::start(config, handler).error().code == Errc::ConfigInvalid);
}
