// nginx of Debian before the hub and before a server that is not ours: with the lines we ship, and with its
// defaults, which collect each request before it is passed on.
#include <fstream>

#include "fault_proxy.hpp"
#include "foreign_server.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/link_test.hpp"
#include "hub_fixture.hpp"
#include "tls_kit.hpp"
#include "tus_fixture.hpp"

using namespace gantry;
using namespace gantry::test;
using Found = uplink::LinkStep::Outcome;

namespace {

bool installed() {
    if (std::filesystem::exists("/usr/sbin/nginx")) return true;
    skipLoudly("nginx is not installed; packaging/install-build-deps --tests does it");
    return false;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

enum class Lines { Shipped, Defaults };

/// nginx with TLS on a port of loopback, in the foreground of a process of its own.
class Nginx {
public:
    Nginx(std::uint16_t server_port, Lines lines) {
        REQUIRE(makeCertificate(folder_.path(), "IP:127.0.0.1"));
        const auto server = "http://127.0.0.1:" + std::to_string(server_port);
        const auto shipped =
            must(readFile(std::filesystem::path(GANTRY_SOURCE_DIR) / "packaging/config/nginx-hub.conf"));
        const auto location = lines == Lines::Shipped
                                  ? replaced(shipped, "http://127.0.0.1:8443", server)
                                  : "location / { proxy_pass " + server + "; client_max_body_size 0; }\n";
        std::ofstream out(folder_.path() / "nginx.conf");
        out << "daemon off; master_process off; pid nginx.pid; error_log error.log;\n"
            << "events {}\nhttp { access_log off;\n"
            << "client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; "
               "scgi_temp_path s;\n"
            << "server { listen 127.0.0.1:" << port_
            << " ssl; ssl_certificate hub.pem; ssl_certificate_key hub.key;\n"
            << location << "} }\n";
        out.close();
        process_ = std::make_unique<ChildProcess>(std::vector<std::string>{
            "/usr/sbin/nginx", "-p", folder_.path(), "-c", "nginx.conf", "-e", "error.log"});
        REQUIRE(eventually([this] { return RawClient::tryConnect(port_).has_value(); }));
    }
    uplink::TusConfig config(const std::string& path, const std::string& token) const {
        auto config = TusBench::config("https://127.0.0.1:" + std::to_string(port_) + path, 1 << 20);
        config.http.ca_file = folder_.path() / "ca.pem";
        config.http.bearer_token = token;
        return config;
    }
    std::uint16_t port() const { return port_; }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
    const std::uint16_t port_ = freePort();
    std::unique_ptr<ChildProcess> process_;
};

Found buffering(const uplink::TusConfig& config) {
    Found found = Found::Skipped;
    std::string advice;
    const auto done = uplink::testTusLink(config, [&](const uplink::LinkStep& step) {
        UNSCOPED_INFO(step.id << ": " << step.sentence);
        if (step.id == "buffering") found = step.outcome;
    });
    CHECK(done);
    return found;
}

}  // namespace

TEST_CASE("a test of the line recognises nginx that buffers, before the hub", "[nginx][link-test]") {
    if (!installed()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const Nginx good(hub->port(), Lines::Shipped);
    CHECK(buffering(good.config("/tus/", sponsor.token)) == Found::Good);
    const Nginx bad(hub->port(), Lines::Defaults);
    CHECK(buffering(bad.config("/tus/", sponsor.token)) == Found::Warning);
    // What was tried is taken back.
    CHECK(eventually([&] { return std::filesystem::is_empty(sponsor.directory / "uploads"); }));
}

TEST_CASE("a test of the line recognises nginx that buffers, before a server that is not ours",
          "[nginx][link-test][interop]") {
    if (!installed() || !ForeignServer::installed()) return;
    const ForeignServer server;
    const Nginx good(server.port(), Lines::Shipped);
    CHECK(buffering(good.config("/files", "")) == Found::Good);
    const Nginx bad(server.port(), Lines::Defaults);
    CHECK(buffering(bad.config("/files", "")) == Found::Warning);
    CHECK(buffering(TusBench::config("http://127.0.0.1:" + std::to_string(server.port()) + "/files")) ==
          Found::Good);
}

TEST_CASE("with the lines we ship a cut behind nginx costs less than the chunk", "[nginx][fault]") {
    if (!installed()) return;
    SponsorEnd sponsor;
    const auto hub = sponsor.start();
    const Nginx nginx(hub->port(), Lines::Shipped);
    FaultProxy line(nginx.port());
    const auto parcel = makeTestParcel(sponsor, {.instance_bytes = 6'000'000});
    auto config = nginx.config("/tus/", sponsor.token);
    config.endpoint = "https://127.0.0.1:" + std::to_string(line.port()) + "/tus/";
    RememberedUpload memory;
    const auto transport = must(uplink::makeTusTransport(config));
    const uplink::PutObject object{parcel.id + ".age",
                                   parcel.file,
                                   parcel.bytes.size(),
                                   parcel.sha256,
                                   {{"parcel_id", parcel.id}, {"site", kSite}}};
    std::uint64_t cuts = 0;
    Result<> done = fail(Errc::NetworkDown, "");
    while (!done && cuts < 10) {
        if (cuts < 3) line.cutAfter(1'500'000);
        done = transport->put(object, memory, {});
        if (!done) ++cuts;
    }
    must(done);
    CHECK(cuts >= 3);
    CHECK(line.bytesUp() <= parcel.bytes.size() + cuts * config.chunk_bytes + 100'000);
    RawClient client(hub->port());
    CHECK_FALSE(waitForReceipt(client, sponsor.token, "p1").empty());
}
