#include "hub_fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::test {

using namespace std::chrono_literals;

SponsorEnd::SponsorEnd(const std::string& storage_yaml) {
    must(makeDirectory(directory));
    if (!storage_yaml.empty()) must(writeFileDurably(directory / "storage.yaml", asBytes(storage_yaml)));
    token = must(central::addSite(directory, kSite, clock));
    other_token = must(central::addSite(directory, kOtherSite, clock));
    must(uplink::saveAgeIdentity(directory / "identity.txt", identity));
    must(uplink::saveSigningKey(directory / "receipt.key", directory / "receipt.pub", seed));
}

central::HubConfig SponsorEnd::config() const {
    central::HubConfig config;
    config.port = 0;
    config.directory = directory;
    config.identity = directory / "identity.txt";
    config.receipt_key = directory / "receipt.key";
    config.reserve_bytes = 0;
    return config;
}

std::unique_ptr<central::Hub> SponsorEnd::start(const std::function<void(central::HubConfig&)>& change) {
    auto changed = config();
    if (change) change(changed);
    return must(central::Hub::start(changed, clock));
}

TestParcel makeTestParcel(const SponsorEnd& sponsor, const ParcelWish& wish) {
    const auto folder = sponsor.folder.path() / ("source-" + wish.id + "-" + randomHex(4));
    must(makeDirectory(folder));
    std::string instance(wish.instance_bytes, '\0');
    randomBytes(std::as_writable_bytes(std::span(instance)));
    must(writeFileDurably(folder / "1.dcm", asBytes(instance)));
    uplink::ParcelManifest manifest;
    manifest.parcel_id = wish.id;
    manifest.trial = "onc-demo";
    manifest.site = wish.site;
    manifest.subject = wish.subject;
    manifest.visit = "BL";
    manifest.study_instance_uid = "2.25.1234";
    manifest.created_at = "2026-11-23T08:49:03Z";
    manifest.files.push_back(
        {uplink::instanceName(1), "2.25.77", instance.size(), toHex(sha256(asBytes(instance)))});
    const std::array files = {uplink::ParcelFile{folder / "1.dcm", uplink::instanceName(1)}};
    const std::array recipients = {sponsor.identity.recipient()};
    TestParcel parcel;
    parcel.id = wish.id;
    parcel.file = folder / (wish.id + ".age");
    parcel.sha256 = must(uplink::makeParcel(manifest, files, recipients, parcel.file)).sha256;
    parcel.bytes = must(readFile(parcel.file, 4ull << 30));
    const auto field = [](const std::string& key, const std::string& value) {
        return key + " " + toBase64(asBytes(value));
    };
    parcel.metadata = field("filename", wish.id + ".age") + "," + field("parcel_id", wish.id) + "," +
                      field("sha256", parcel.sha256) + "," + field("trial", "onc-demo") + "," +
                      field("site", wish.site);
    return parcel;
}

std::string tusRequest(const std::string& method, const std::string& path, const std::string& token,
                       const std::string& fields, const std::string& body) {
    std::string out = method + " " + path + " HTTP/1.1\r\nHost: hub\r\nTus-Resumable: 1.0.0\r\n";
    if (!token.empty()) out += "Authorization: Bearer " + token + "\r\n";
    out += fields;
    if (method == "POST" || method == "PATCH")
        out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + body;
}

std::string createUpload(RawClient& client, const std::string& token, std::size_t length,
                         const std::string& metadata) {
    auto fields = "Upload-Length: " + std::to_string(length) + "\r\n";
    if (!metadata.empty()) fields += "Upload-Metadata: " + metadata + "\r\n";
    const auto answer = client.ask(tusRequest("POST", "/tus/", token, fields));
    REQUIRE(answer.status == 201);
    return answer.headers.at("location");
}

RawAnswer patch(RawClient& client, const std::string& token, const std::string& path, std::size_t offset,
                const std::string& bytes, const std::string& fields) {
    return client.ask(tusRequest("PATCH", path, token,
                                 "Content-Type: application/offset+octet-stream\r\nUpload-Offset: " +
                                     std::to_string(offset) + "\r\n" + fields,
                                 bytes));
}

RawAnswer head(RawClient& client, const std::string& token, const std::string& path) {
    client.send(tusRequest("HEAD", path, token));
    return client.answer(true);
}

int deliver(RawClient& client, const std::string& token, const TestParcel& parcel) {
    const auto path = createUpload(client, token, parcel.bytes.size(), parcel.metadata);
    return patch(client, token, path, 0, parcel.bytes).status;
}

RawAnswer getReceipt(RawClient& client, const std::string& token, const std::string& parcel_id,
                     const std::string& fields) {
    return client.ask("GET /inbox/receipts/" + parcel_id +
                      ".json HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer " + token + "\r\n" + fields +
                      "\r\n");
}

bool eventually(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < end) {
        if (holds()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return holds();
}

std::string waitForReceipt(RawClient& client, const std::string& token, const std::string& parcel_id) {
    RawAnswer answer;
    const bool came = eventually([&] {
        answer = getReceipt(client, token, parcel_id);
        return answer.status != 404;
    });
    return came && answer.status == 200 ? answer.body : "";
}

HubProcess::HubProcess(const SponsorEnd& sponsor) : config_(sponsor.folder.path() / "hub.yaml") {
    const std::string yaml =
        "version: 1\nlisten: {port: 0}\ndirectory: hub\nidentity: hub/identity.txt\nreceipt_key: "
        "hub/receipt.key\n"
        "limits: {reserve_bytes: 0}\n";
    must(writeFileDurably(config_, asBytes(yaml)));
    start();
}

HubProcess::HubProcess(const SponsorEnd& sponsor, const std::string& directory)
    : config_(sponsor.folder.path() / (directory + ".yaml")) {
    must(writeFileDurably(config_, asBytes("version: 1\nlisten: {port: 0}\ndirectory: " + directory +
                                           "\nlimits: {reserve_bytes: 0}\n")));
    start();
}

HubProcess::~HubProcess() {
    if (pid_ > 0) kill(SIGKILL);
}

void HubProcess::start() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    UniqueFd out(ends[0]);
    UniqueFd in(ends[1]);
    const std::string program = std::string(GANTRY_BIN_DIR) + "/gantry-hub";
    const auto config = config_.string();
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
        ::dup2(in.get(), STDOUT_FILENO);
        ::execl(program.c_str(), program.c_str(), "--config", config.c_str(), nullptr);
        ::_exit(127);
    }
    in.reset();
    std::string line;
    for (char c = 0; ::read(out.get(), &c, 1) == 1 && c != '\n';) line += c;
    const auto colon = line.rfind(':');
    CAPTURE(line);
    REQUIRE(line.find("\"ready\"") != std::string::npos);
    port_ = static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)));
}

void HubProcess::kill(int signal) {
    ::kill(pid_, signal);
    if (signal == SIGKILL) wait();
}

int HubProcess::wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
}

}  // namespace gantry::test
