// docs/formats/enrolment.md, with curl and openssl in the place of a site's software.
#include <boost/json.hpp>

#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/enrolment.hpp"
#include "trial_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

int statusOf(const std::string& answer) {
    return std::stoi(answer.substr(answer.rfind('\n') + 1));
}

/// Status of a creation of an upload.
int create(const Trial& trial, const std::string& options) {
    return statusOf(trial.curl(options + "-X POST -H 'Tus-Resumable: 1.0.0' -H 'Upload-Length: 10'", "/tus/"));
}

}  // namespace

TEST_CASE("a site is enrolled, delivers by its certificate, and is revoked at once", "[enrolment]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    auto site = trial.prepareSite("0417");
    CHECK(create(trial, "") == 401);
    const auto posted = trial.post(site);
    CHECK(statusOf(posted) == 202);
    CHECK(trial.post(site) == posted);  // the same again is the same
    site.request_id = boost::json::parse(posted.substr(0, posted.rfind('\n'))).at("request_id").as_string();
    CHECK(statusOf(trial.curl("", "/enrol/" + site.request_id)) == 202);
    CHECK(statusOf(trial.curl("", "/enrol/" + std::string(32, '0'))) == 404);

    const auto request = must(uplink::enrolmentRequestFromJson(site.request));
    const auto fingerprint = uplink::forTelephone(must(uplink::fingerprintOf(request)));
    CHECK(trial.run("requests " + trial.directory()).find("0417  " + fingerprint) == 0);
    trial.run("accept " + trial.directory() + " " + site.request_id + " --by 'Dr Who'");
    const auto told = trial.curl("", "/enrol/" + site.request_id);
    REQUIRE(statusOf(told) == 200);
    const auto answer = must(uplink::enrolmentAnswerFromJson(told.substr(0, told.rfind('\n'))));
    CHECK(answer.accepted_by == "Dr Who");
    must(writeFileDurably(site.folder / "site.pem", asBytes(answer.certificate)));
    const auto verified = runCommand("openssl verify -purpose sslclient -CAfile " + trial.sponsor.authority().string() +
                                     " " + (site.folder / "site.pem").string());
    CHECK(verified.output.find("OK") != std::string::npos);
    const auto info = must(uplink::readCertificate(answer.certificate));
    CHECK(info.not_after - trial.clock.nowMillis() > 89LL * 86'400'000);
    CHECK(info.not_after - trial.clock.nowMillis() <= 90LL * 86'400'000);

    CHECK(create(trial, trial.as(site)) == 201);
    CHECK(trial.command("accept " + trial.directory() + " " + site.request_id + " --by x").exit_code != 0);
    trial.run("site revoke " + trial.directory() + " 0417 --why 'The site was closed.'" + trial.keyOf("desk"));
    CHECK(create(trial, trial.as(site)) == 401);
    CHECK(trial.run("site list " + trial.directory()).find("The site was closed.") != std::string::npos);

    // What the site reads of it: settings that its own key opens, with age.
    auto inbox = trial.inboxOf(site);
    const auto target = must(inbox.target("sites/0417/settings.age"));
    CHECK(target.role == "desk");
    must(uplink::saveAgeIdentity(site.folder / "site.age", site.identity));
    const auto file = must(inbox.download(target));
    CHECK(runCommand("age -d -i " + (site.folder / "site.age").string() + " '" + file.string() + "'").output ==
          R"({"closed":"The site was closed.","format":1})");
}

TEST_CASE("who asks without the file, with an altered request, or twice, is refused", "[enrolment]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    auto site = trial.prepareSite("0417");
    const auto good = site.request;

    auto altered = boost::json::parse(good).as_object();
    altered["recipient"] = uplink::AgeIdentity::generate().recipient().toString();
    site.request = boost::json::serialize(altered);
    CHECK(statusOf(trial.post(site)) == 403);
    auto other = boost::json::parse(good).as_object();
    other["site"] = "0500";
    site.request = boost::json::serialize(other);
    CHECK(statusOf(trial.post(site)) == 403);
    other = boost::json::parse(good).as_object();
    other["trial"] = "another";
    site.request = boost::json::serialize(other);
    CHECK(statusOf(trial.post(site)) == 403);
    site.request = "{}";
    CHECK(statusOf(trial.post(site)) == 400);

    site.request = good;
    CHECK(statusOf(trial.post(site)) == 202);
    // Another request with the same file's token.
    const auto token =
        must(uplink::enrolmentFileFromJson(must(readFile(site.folder / "enrolment.json")))).token;
    auto second = must(uplink::enrolmentRequestFromJson(good));
    second.software = "another";
    site.request = must(uplink::toJson(second, token));
    CHECK(statusOf(trial.post(site)) == 409);

    const auto asked = boost::json::parse(trial.run("requests --json " + trial.directory()));
    const std::string id(asked.at(0).at("request_id").as_string());
    trial.run("reject " + trial.directory() + " " + id);
    CHECK(statusOf(trial.curl("", "/enrol/" + id)) == 410);
}

TEST_CASE("an enrolment file runs out, and is for its owner alone", "[enrolment]") {
    Trial trial;
    struct Later final : Clock {
        UnixMillis nowMillis() const override { return SystemClock().nowMillis() + 15LL * 86'400'000; }
    };
    const auto site = trial.prepareSite("0417");
    const auto file = site.folder / "enrolment.json";
    CHECK(std::filesystem::status(file).permissions() == std::filesystem::perms(0600));
    const auto request = site.folder / "request.json";
    must(writeFileDurably(request, asBytes(site.request)));
    // Fifteen days later.
    CHECK(runCommand("faketime -f +15d true 2>/dev/null; echo $?").output == "0\n");
    const auto late = runCommand("faketime -f +15d " + std::string(GANTRY_BIN_DIR) + "/gantry-central accept " +
                                 trial.directory() + " " + request.string() + " --by x 2>&1");
    CHECK(late.exit_code == describe(Errc::NotAllowed).exit_code);
    CHECK(late.output.find("expired") != std::string::npos);
    CHECK(trial.command("enrol-file " + trial.directory() + " 0417 --out " + file.string()).exit_code ==
          describe(Errc::AlreadyExists).exit_code);
    // By hand, without a hub: request as a file in, answer as a file out.
    const auto out = site.folder / "answer.json";
    trial.run("accept " + trial.directory() + " " + request.string() + " --by x --out " + out.string());
    CHECK(must(uplink::enrolmentAnswerFromJson(must(readFile(out)))).site == "0417");
}

TEST_CASE("a certificate is renewed by who shows the present one, and a new enrolment ends the former", "[enrolment]") {
    Trial trial;
    if (!trial.startHub()) return skipLoudly("no openssl");
    const auto site = trial.enrol("0417");
    const auto key = uplink::generateKeyPem();
    const boost::json::object asked{
        {"format", 1}, {"certificate_request", must(uplink::makeCertificateRequest(key, {"x", "0500"}))}};
    must(writeFileDurably(site.folder / "renew.json", asBytes(boost::json::serialize(asked))));
    const auto body = "--data-binary @" + (site.folder / "renew.json").string();
    CHECK(statusOf(trial.curl(body, "/enrol/renew")) == 401);
    const auto renewed = trial.curl(trial.as(site) + body, "/enrol/renew");
    REQUIRE(statusOf(renewed) == 200);
    const auto pem = std::string(
        boost::json::parse(renewed.substr(0, renewed.rfind('\n'))).at("certificate").as_string());
    // Whatever name the request asks for, it is for who asked.
    CHECK(must(uplink::readCertificate(pem)).name == uplink::SiteName{"onc-demo", "0417"});
    CHECK(create(trial, trial.as(site)) == 201);
    must(writeFileDurably(site.folder / "site.key", asBytes(key)));
    must(writeFileDurably(site.folder / "site.pem", asBytes(pem)));
    CHECK(create(trial, trial.as(site)) == 201);

    const auto anew = trial.enrol("0417");
    CHECK(create(trial, trial.as(site)) == 401);
    CHECK(create(trial, trial.as(anew)) == 201);
}
