// Sending, to DCMTK's own storage SCP.
#include <set>

#include "gantry/scanner/scenario.hpp"
#include "gantry/scanner/send.hpp"
#include "network.hpp"
#include "process.hpp"
#include "search.hpp"
#include "support.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

namespace {

SeriesSpec small() {
    SeriesSpec spec;
    spec.seed = 5;
    spec.slices = 12;
    spec.rows = spec.columns = 64;
    return spec;
}

struct Receiver {
    TemporaryDirectory folder = temporaryDirectory();
    Destination destination;
    Process process;

    explicit Receiver(std::vector<std::string> arguments = {})
        : destination{"RX", "CT1", "127.0.0.1", freePort(), {}}, process(start(std::move(arguments))) {}

    Process start(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--fork", "-aet", "RX", "-od", folder.path().string(),
                                           std::to_string(destination.port)});
        const auto env = std::vector<std::pair<std::string, std::string>>{{"TCP_NODELAY", "1"}};
        auto started = must(Process::start({"storescp", arguments, folder.path() / "log", env}));
        REQUIRE(waitForPort(destination.port));
        return started;
    }
    std::size_t received() const {
        std::size_t count = 0;
        for (const auto& file : filesBelow(folder.path())) count += file.filename() != "log";
        return count;
    }
};

}  // namespace

TEST_CASE("storescp takes a series over several associations", "[scanner]") {
    const Receiver receiver;
    const auto series = must(makeSeries(small()));
    SendOptions options;
    options.associations = GENERATE(1, 4);
    options.nagle = GENERATE(false, true);
    REQUIRE(echo(receiver.destination, options));
    const auto statuses = sendAll(receiver.destination, series.instances, options);
    REQUIRE(statuses.size() == series.instances.size());
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        CHECK(statuses[i].sop_instance_uid == series.instances[i].sop_instance_uid);
        CHECK(statuses[i].dimse_status == 0x0000);
    }
    CHECK(receiver.received() == series.instances.size());
}

TEST_CASE("pixels arrive as they were made", "[scanner]") {
    const Receiver receiver;
    const auto series = must(makeSeries(small()));
    REQUIRE(sendAll(receiver.destination, std::span(series.instances).first(1)).front().stored());
    const auto files = filesBelow(receiver.folder.path());
    const auto received = must(readFile(files.front().filename() == "log" ? files.back() : files.front()));
    const auto sent = must(series.instances.front().file());
    const auto pixels = sent.substr(sent.size() - 64 * 64 * 2);
    CHECK(received.ends_with(pixels));
}

TEST_CASE("TLS shows the scanner's certificate and checks the receiver's", "[scanner]") {
    const auto keys = temporaryDirectory();
    const auto file = [&](const char* name) { return (keys.path() / name).string(); };
    for (const auto* name : {"scanner", "receiver"}) {
        const auto stem = file(name);
        REQUIRE(must(runToEnd({"openssl",
                               {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                                "/CN=localhost", "-keyout", stem + ".key", "-out", stem + ".pem"},
                               {},
                               {}})) == 0);
    }
    Receiver receiver({"+tls", file("receiver.key"), file("receiver.pem"), "+cf", file("scanner.pem")});
    const auto series = must(makeSeries(small()));
    CHECK_FALSE(echo(receiver.destination));  // without TLS

    receiver.destination.tls = TlsFiles{file("receiver.pem"), file("scanner.pem"), file("scanner.key")};
    for (const auto& status : sendAll(receiver.destination, series.instances)) CHECK(status.stored());

    receiver.destination.tls = TlsFiles{file("receiver.pem"), "", ""};
    CHECK_FALSE(echo(receiver.destination));  // the receiver wants to see a certificate
    receiver.destination.tls = TlsFiles{file("scanner.pem"), file("scanner.pem"), file("scanner.key")};
    CHECK_FALSE(echo(receiver.destination));  // not the receiver we trust
    receiver.destination.tls = TlsFiles{file("receiver.pem"), file("scanner.pem"), file("receiver.key")};
    CHECK(echo(receiver.destination).error().code == Errc::Crypto);
}

TEST_CASE("a refused association leaves every instance without a status", "[scanner]") {
    const Receiver receiver({"--refuse"});
    const auto series = must(makeSeries(small()));
    CHECK(echo(receiver.destination).error().code == Errc::PeerRefused);
    for (const auto& status : sendAll(receiver.destination, series.instances)) {
        CHECK_FALSE(status.dimse_status);
        CHECK_FALSE(status.problem.empty());
    }
}

TEST_CASE("nobody there is said as such", "[scanner]") {
    const Destination nobody{"RX", "CT1", "127.0.0.1", freePort(), {}};
    CHECK(echo(nobody).error().code == Errc::NetworkDown);
}

TEST_CASE("a persistent sender outlasts a receiver that breaks off", "[scanner]") {
    const auto series = must(makeSeries(small()));
    Receiver receiver({"--abort-during"});
    std::size_t unanswered = 0;
    SendOptions options;
    options.on_status = [&](const Instance&, const SendStatus& status) {
        if (status.dimse_status || ++unanswered != 1) return;
        receiver.process.kill();
        receiver.process = receiver.start({});
    };
    const auto statuses =
        sendPersistently(receiver.destination, series.instances, options, std::chrono::seconds(20));
    CHECK(unanswered > 0);
    for (const auto& status : statuses) CHECK(status.stored());
}

TEST_CASE("destinations are written AE@host:port", "[scanner]") {
    const auto destination = must(parseDestination("GANTRY@10.1.2.3:104"));
    CHECK(destination.called_ae_title == "GANTRY");
    CHECK(destination.host == "10.1.2.3");
    CHECK(destination.port == 104);
    for (const auto* wrong : {"", "GANTRY", "@host:1", "A@:1", "A@host", "A@host:0", "A@host:70000",
                              "A@host:1x", "SEVENTEENCHARSAE1@host:1"}) {
        CAPTURE(wrong);
        CHECK(parseDestination(wrong).error().code == Errc::InvalidArgument);
    }
}
