// Senders that are not ours, TLS, and objects larger than anybody wants to hold in memory.
#include <fstream>

#include "network.hpp"
#include "process.hpp"
#include "raw_http.hpp"
#include "receiver.hpp"
#include "shop.hpp"
#include "wait.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

fs::path writeFiles(const fs::path& folder, const scanner::Series& series) {
    fs::create_directories(folder);
    int number = 0;
    for (const auto& instance : series.instances)
        must(writeFileDurably(folder / (std::to_string(++number) + ".dcm"), asBytes(must(instance.file()))));
    return folder;
}

// A certificate authority with a certificate for us and one for the scanner, made by the openssl command.
struct Certificates {
    explicit Certificates(const fs::path& in) : folder(in) {
        fs::create_directories(folder);
        must(writeFileDurably(folder / "san", asBytes("subjectAltName=IP:127.0.0.1\n")));
        run("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem");
        for (const std::string name : {"server", "client"}) {
            run("req -newkey rsa:2048 -nodes -subj /CN=" + name + " -keyout " + name + ".key -out " + name +
                ".csr");
            run("x509 -req -in " + name +
                ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out " + name + ".pem");
        }
    }
    void run(const std::string& arguments) const {
        const auto outcome = runCommand("cd '" + folder.string() + "' && openssl " + arguments + " 2>&1");
        INFO(outcome.output);
        REQUIRE(outcome.exit_code == 0);
    }
    std::string file(const std::string& name) const { return (folder / name).string(); }
    fs::path folder;
};

}  // namespace

TEST_CASE("stock DCMTK senders, which leave Nagle on, are served quickly", "[agent][senders]") {
    const std::string tool = GENERATE("storescu", "dcmsend");
    const auto program = findProgram(tool);
    if (!program) return skipLoudly(tool + " is not installed");
    Receiver receiver;
    const auto folder = writeFiles(receiver.box.folder / "files", smallSeries(21, 100));
    std::vector<std::string> arguments = {"-aet",   "CT1",       "-aec",
                                          "GANTRY", "127.0.0.1", std::to_string(receiver.port())};
    if (tool == "storescu")
        arguments.insert(arguments.end(), {"+sd", folder.string()});
    else
        arguments.insert(arguments.end(), {"+sd", folder.string()});
    const auto log = receiver.box.folder / "log";
    const auto begin = std::chrono::steady_clock::now();
    CHECK(must(runToEnd({*program, arguments, log, {{"TCP_NODELAY", "0"}}})) == 0);
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(receiver.instances() == 100);
    CHECK(numberOf(*receiver.box.catalogue, "SELECT count(*) FROM refusal") == 0);
    CHECK(took < 5s);  // delayed acknowledgements make it 6 s and more
}

TEST_CASE("with a client authority only known scanners get in over TLS", "[agent][senders]") {
    if (!findProgram("openssl")) return skipLoudly("openssl is not installed");
    const auto folder = temporaryDirectory();
    const Certificates ours(folder.path() / "ours");
    const Certificates others(folder.path() / "others");
    Receiver receiver([&](Config& config) {
        config.dicom.tls = {ours.file("server.pem"), ours.file("server.key"), ours.file("ca.pem")};
    });
    auto destination = receiver.destination();
    CHECK_FALSE(scanner::echo(destination));  // without TLS
    const scanner::TlsFiles known{ours.file("ca.pem"), ours.file("client.pem"), ours.file("client.key")};
    destination.tls = scanner::TlsFiles{ours.file("ca.pem"), "", ""};
    CHECK_FALSE(scanner::echo(destination));  // without a certificate
    destination.tls =
        scanner::TlsFiles{ours.file("ca.pem"), others.file("client.pem"), others.file("client.key")};
    CHECK_FALSE(scanner::echo(destination));  // somebody else's
    destination.tls = known;
    CHECK(scanner::echo(destination));
    RawScu silent(receiver.port());  // never begins its handshake
    const auto series = smallSeries(22, 3);
    for (const auto& status : scanner::sendAll(destination, series.instances)) CHECK(status.stored());
    CHECK(receiver.instances() == 3);
    // BCP 195: nothing below TLS 1.2.
    const auto ask = [&](const std::string& version) {
        return runCommand("openssl s_client -connect 127.0.0.1:" + std::to_string(receiver.port()) + " -" +
                          version + " -cipher 'ALL:@SECLEVEL=0' -cert " + known.certificate + " -key " +
                          known.key + " -CAfile " + known.trusted_certificates +
                          " -verify_return_error </dev/null 2>&1")
            .exit_code;
    };
    CHECK(ask("tls1_1") != 0);
    CHECK(ask("tls1_2") == 0);
}

TEST_CASE("a multi-frame of hundreds of megabytes streams through flat memory", "[agent][senders]") {
    const auto gantryd = findProgram("gantryd");
    if (!gantryd) return skipLoudly("gantryd is not built");
    constexpr std::uint32_t kPixelBytes = 320u << 20;
    constexpr std::size_t kPiece = 65536;
    const auto folder = temporaryDirectory();
    const auto trial = writeTrial(folder.path(), "0417-001,HN1,F,BL\n");
    const auto dicom_port = freePort();
    const auto yaml =
        "site: {id: '0417'}\ndata_directory: data\ndisk: {reserve_mib: 1}\n"
        "dicom: {port: " +
        std::to_string(dicom_port) +
        ", allow: [{network: 127.0.0.1}]}\n"
        "completion: {settle_seconds: 600}\nweb: {port: " +
        std::to_string(freePort()) +
        "}\n"
        "trials: [{id: onc-demo, ae_title: GANTRY, pack: pack.json, roster: roster.csv,\n"
        "  key: trial.key, recipients: [" +
        trial.recipients[0] + "], receipt_keys: ['" + trial.receipt_keys[0] +
        "'],\n  endpoint: 'http://127.0.0.1:9/tus/', inbox: "
        "'http://127.0.0.1:9/inbox'}]\n";
    must(writeFileDurably(folder.path() / "gantryd.yaml", asBytes(yaml)));
    auto process = must(Process::start(
        {*gantryd, {"--config", (folder.path() / "gantryd.yaml").string()}, folder.path() / "log", {}}));
    REQUIRE(waitForPort(dicom_port));
    CHECK(scanner::echo({"GANTRY", "CT1", "127.0.0.1", dicom_port, {}}));
    const auto before = process.memory().peak_bytes;

    const auto small = madeFile(smallSeries(23, 1).instances[0]);
    const std::string_view pixel_tag("\xE0\x7F\x10\x00OW\0\0", 8);
    const auto at = small.dataset.find(pixel_tag);
    REQUIRE(at != std::string::npos);
    auto head = small.dataset.substr(0, at) + std::string(pixel_tag);
    for (int i = 0; i < 4; ++i) head += static_cast<char>(kPixelBytes >> (8 * i));
    RawScu scu(dicom_port);
    REQUIRE(scu.associate().type == 2);
    scu.storeRequest(kCt, small.sop_instance_uid);
    scu.fragment(head, false);
    const std::string piece(kPiece, '\x5A');
    for (std::size_t sent = 0; sent < kPixelBytes; sent += kPiece)
        scu.fragment(piece, sent + kPiece >= kPixelBytes);
    CHECK(scu.status() == std::optional<std::uint16_t>(0));
    const auto grown = process.memory().peak_bytes - before;
    CAPTURE(before, grown);
    CHECK(grown < (80u << 20));
    CHECK(must(process.stop()) == 0);
    std::uintmax_t spooled = 0;
    for (const auto& entry : fs::directory_iterator(folder.path() / "data" / "spool"))
        spooled += entry.file_size();
    CHECK(spooled > kPixelBytes);
}
