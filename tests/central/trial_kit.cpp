#include "trial_kit.hpp"

#include <boost/json.hpp>

#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/enrolment.hpp"
#include "gantry/uplink/statement.hpp"
#include "tls_kit.hpp"

namespace gantry::test {

Trial::Trial(const std::string& more) {
    for (const auto* name : {"alice", "bob", "desk"})
        must(writeFileDurably(folder.path() / (std::string(name) + ".pass"),
                              asBytes(std::string("passphrase of ") + name + "\n")));
    const auto pass = [&](const std::string& name) {
        return " --passphrase-file " + name + "=" + (folder.path() / (name + ".pass")).string();
    };
    run("init " + directory() + " --trial onc-demo --title 'A trial' --person alice --person bob" + pass("alice") +
        pass("bob") + pass("desk") + " --hub https://localhost:1" + more);
}

CommandOutcome Trial::command(const std::string& arguments) const {
    return runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central " + arguments + " 2>&1");
}

std::string Trial::run(const std::string& arguments) const {
    const auto out = command(arguments);
    INFO(arguments << ": " << out.output);
    REQUIRE(out.exit_code == 0);
    return out.output;
}

std::string Trial::keyOf(const std::string& name) const {
    const auto key = name == "desk" ? sponsor.deskKey() : sponsor.offlineKey(name);
    return " --key " + key.string() + " --passphrase-file " + (folder.path() / (name + ".pass")).string();
}

bool Trial::startHub() {
    if (!makeCertificate(folder.path(), "DNS:localhost,IP:127.0.0.1")) return false;
    central::HubConfig config;
    config.port = 0;
    config.directory = sponsor.directory();
    config.identity = sponsor.identity();
    config.receipt_key = sponsor.receiptKey();
    config.reserve_bytes = 0;
    config.certificate = folder.path() / "hub.pem";
    config.private_key = folder.path() / "hub.key";
    hub = must(central::Hub::start(config, clock));
    return true;
}

std::string Trial::curl(const std::string& options, const std::string& path) const {
    return runCommand("curl -s --max-time 20 -w '\\n%{http_code}' --cacert " +
                      (folder.path() / "ca.pem").string() + " " + options + " " + url() + path)
        .output;
}

EnrolledSite Trial::prepareSite(const std::string& name) const {
    EnrolledSite site;
    site.name = name;
    site.folder = folder.path() / ("site-" + name + "-" + randomHex(4));
    must(makeDirectory(site.folder));
    const auto file = site.folder / "enrolment.json";
    run("enrol-file " + directory() + " " + name + " --out " + file.string());
    const auto given = must(uplink::enrolmentFileFromJson(must(readFile(file))));
    must(uplink::tuf::Client::initialize(site.folder / "metadata", given.root));
    const auto key = uplink::generateKeyPem();
    must(writeFileDurably(site.folder / "site.key", asBytes(key)));
    uplink::EnrolmentRequest request;
    request.trial = given.trial;
    request.site = given.site;
    request.certificate_request = must(uplink::makeCertificateRequest(key, {given.trial, given.site}));
    request.recipient = site.identity.recipient().toString();
    request.statement_key = uplink::toText(ed25519PublicKey(site.statement_key));
    request.software = "test";
    request.made_at = isoUtc(clock.nowMillis());
    site.request = must(uplink::toJson(request, given.token));
    return site;
}

std::string Trial::post(const EnrolledSite& site) const {
    const auto file = site.folder / "request.json";
    must(writeFileDurably(file, asBytes(site.request)));
    return curl("--data-binary @" + file.string(), "/enrol");
}

EnrolledSite Trial::enrol(const std::string& name) const {
    auto site = prepareSite(name);
    const auto posted = post(site);
    INFO(posted);
    REQUIRE(posted.ends_with("\n202"));
    site.request_id = boost::json::parse(posted.substr(0, posted.rfind('\n'))).at("request_id").as_string();
    run("accept " + directory() + " " + site.request_id + " --by 'Dr Who'");
    const auto told = curl("", "/enrol/" + site.request_id);
    REQUIRE(told.ends_with("\n200"));
    const auto answer = must(uplink::enrolmentAnswerFromJson(told.substr(0, told.rfind('\n'))));
    must(writeFileDurably(site.folder / "site.pem", asBytes(answer.certificate)));
    return site;
}

std::string Trial::as(const EnrolledSite& site) const {
    return "--cert " + (site.folder / "site.pem").string() + " --key " + (site.folder / "site.key").string() + " ";
}

SentMessage Trial::sendMessage(const EnrolledSite& site, const std::string& id, boost::json::object content,
                               const Ed25519Seed& key) const {
    content["format"] = 1;
    content["message_id"] = id;
    content["trial"] = "onc-demo";
    content["site"] = site.name;
    content["made_at"] = isoUtc(clock.nowMillis());
    SentMessage sent;
    sent.text = must(uplink::signStatement(key, boost::json::serialize(content)));
    const auto plain = site.folder / (id + ".json");
    const auto file = site.folder / (id + ".age");
    must(writeFileDurably(plain, asBytes(sent.text)));
    const auto recipient = must(uplink::loadAgeIdentities(sponsor.identity())).front().recipient().toString();
    REQUIRE(runCommand("age -r " + recipient + " -o " + file.string() + " " + plain.string() + " 2>&1").exit_code == 0);
    const auto bytes = must(readFile(file));
    sent.sha256 = toHex(sha256(asBytes(bytes)));
    const auto field = [](const std::string& name, const std::string& value) {
        return name + " " + toBase64(asBytes(value));
    };
    sent.taken = curl(as(site) +
                               "-X POST -o /dev/null -H 'Tus-Resumable: 1.0.0' -H 'Content-Type: "
                               "application/offset+octet-stream' -H 'Upload-Length: " +
                               std::to_string(bytes.size()) + "' -H 'Upload-Metadata: " + field("kind", "message") +
                               "," + field("message_id", id) + "," + field("sha256", sent.sha256) +
                               "' --data-binary @" + file.string(),
                           "/tus/") == "\n201";
    return sent;
}

uplink::tuf::Client Trial::inboxOf(const EnrolledSite& site) const {
    uplink::HttpClientConfig http;
    http.ca_file = folder.path() / "ca.pem";
    uplink::tuf::ClientConfig config;
    config.metadata_dir = site.folder / "metadata";
    config.metadata_url = url() + "/inbox/metadata";
    config.target_dir = site.folder / "targets";
    config.target_url = url() + "/inbox/targets";
    uplink::tuf::Client client(config, must(uplink::tuf::makeHttpFetcher(http)));
    must(client.refresh(clock.nowMillis()));
    return client;
}

}  // namespace gantry::test
