// Certificates of enrolment, looked at by the openssl program.
#include <catch2/catch.hpp>

#include "gantry/core/files.hpp"
#include "gantry/uplink/certificates.hpp"
#include "raw_http.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::uplink;
using gantry::test::must;
using gantry::test::runCommand;
using std::chrono::hours;

namespace {

constexpr UnixMillis kNow = 1'795'000'000'000;  // 2026-11-18
const SiteName kSite{"TRIAL-1", "0417"};

struct Office {
    TemporaryDirectory folder = test::temporaryDirectory();
    std::filesystem::path key = folder.path() / "ca.key", certificate = folder.path() / "ca.pem";
    CertificateAuthority authority = must(CertificateAuthority::create(key, certificate, kSite.trial, kNow));
    std::string file(const std::string& name, const std::string& text) const {
        must(writeFileDurably(folder.path() / name, asBytes(text)));
        return (folder.path() / name).string();
    }
    std::string openssl(const std::string& arguments) const {
        return runCommand("openssl " + arguments + " 2>&1").output;
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a certificate of the authority is what openssl calls a good client certificate",
          "[certificates]") {
    const Office office;
    const auto request = must(makeCertificateRequest(generateKeyPem(), kSite));
    CHECK(has(office.openssl("req -verify -noout -in " + office.file("r.pem", request)), "OK"));
    const auto issued = must(office.authority.issue(request, kSite, kNow, hours(24 * 90)));
    const auto file = office.file("site.pem", issued);
    const auto verify = "verify -attime " + std::to_string(kNow / 1000) + " -CAfile " +
                        office.certificate.string() + " -purpose ";
    CHECK(has(office.openssl(verify + "sslclient " + file), "OK"));
    CHECK(has(office.openssl(verify + "sslserver " + file), "unsuitable certificate purpose"));
    CHECK(has(office.openssl("verify -attime " + std::to_string(kNow / 1000 + 91 * 86400) + " -CAfile " +
                             office.certificate.string() + " " + file),
              "certificate has expired"));
    const auto text = office.openssl("x509 -noout -text -in " + file);
    CHECK(has(text, "Subject: O = TRIAL-1, CN = 0417"));
    CHECK(has(text, "CA:FALSE"));
    CHECK(has(text, "ecdsa-with-SHA256"));
    CHECK(has(office.openssl("x509 -noout -enddate -in " + file), "notAfter=Feb 16"));
}

TEST_CASE("request and certificate of one key have one fingerprint", "[certificates]") {
    const Office office;
    const auto key = generateKeyPem();
    const auto request = must(makeCertificateRequest(key, kSite));
    const auto asked = must(readCertificateRequest(request));
    const auto issued = must(readCertificate(must(office.authority.issue(request, kSite, kNow, hours(24)))));
    CHECK(asked.name == kSite);
    CHECK(issued.name == kSite);
    CHECK(asked.fingerprint == issued.fingerprint);
    CHECK(issued.not_after == kNow / 1000 * 1000 + 86'400'000);
    CHECK(issued.not_before < kNow);
    const auto spki =
        office.openssl("pkey -in " + office.file("k.pem", key) + " -pubout -outform DER | sha256sum");
    CHECK(has(spki, asked.fingerprint));
    CHECK(forTelephone("0123456789abcdef0123") == "0123-4567-89ab-cdef");
}

TEST_CASE("the name in a certificate is the authority's choice", "[certificates]") {
    const Office office;
    const auto request = must(makeCertificateRequest(generateKeyPem(), {"OTHER", "9999"}));
    const auto issued = must(office.authority.issue(request, kSite, kNow, hours(24)));
    CHECK(must(readCertificate(issued)).name == kSite);
}

TEST_CASE("an authority is loaded with its key alone, and not from a file that others read",
          "[certificates]") {
    const Office office, other;
    CHECK(must(CertificateAuthority::load(office.key, office.certificate)).certificatePem() ==
          office.authority.certificatePem());
    CHECK(CertificateAuthority::load(other.key, office.certificate).error().code == Errc::NotAllowed);
    CHECK(CertificateAuthority::create(office.key, office.certificate, "T", kNow).error().code ==
          Errc::AlreadyExists);
    std::filesystem::permissions(office.key, std::filesystem::perms(0640));
    CHECK(CertificateAuthority::load(office.key, office.certificate).error().code == Errc::NotAllowed);
}

TEST_CASE("what is no request, or not signed by its key, or of a weak key, is refused", "[certificates]") {
    const Office office;
    CHECK(readCertificateRequest("nothing").error().code == Errc::BadFormat);
    CHECK(readCertificateRequest(std::string(100'000, 'A')).error().code == Errc::BadFormat);
    CHECK(readCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").error().code ==
          Errc::BadFormat);
    CHECK(makeCertificateRequest("no key", kSite).error().code == Errc::BadFormat);
    CHECK(makeCertificateRequest(generateKeyPem(), {"", "1"}).error().code == Errc::InvalidArgument);
    CHECK(makeCertificateRequest(generateKeyPem(), {"T", std::string(65, '1')}).error().code ==
          Errc::InvalidArgument);
    const auto weak =
        office.openssl("req -new -newkey rsa:1024 -nodes -keyout /dev/null -subj /O=TRIAL-1/CN=0417");
    CHECK(readCertificateRequest(weak.substr(weak.find("-----BEGIN"))).error().code == Errc::NotAllowed);
    // The last byte of the signature, in DER: another signature, or none at all.
    const auto good = office.file("good.pem", must(makeCertificateRequest(generateKeyPem(), kSite)));
    const auto der = (office.folder.path() / "r.der").string();
    office.openssl("req -in " + good + " -outform DER -out " + der);
    auto bytes = must(readFile(der));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    const auto bent = office.openssl("req -inform DER -outform PEM -in " + office.file("bent.der", bytes));
    CHECK(readCertificateRequest(bent).error().code == Errc::BadSignature);
}
