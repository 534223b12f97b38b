#include <openssl/rand.h>

#include <cstdlib>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "private_file.hpp"
#include "x509_openssl.hpp"

namespace gantry::uplink {

using namespace x509;

namespace {

constexpr std::chrono::hours kAuthorityLifetime{24 * 365 * 20};
/// Clocks at sites are a little off: a certificate must not be "not yet valid" there.
constexpr std::chrono::minutes kBackDated{10};
constexpr std::size_t kFingerprintShown = 16;

/// For what cannot fail but for lack of memory.
void must(bool done) {
    if (!done) std::abort();
}

UnixMillis millisOf(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
    return static_cast<UnixMillis>(::timegm(&parts)) * 1000;
}

std::string serialOf(X509* certificate) {
    BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
    char* text = number ? BN_bn2hex(number) : nullptr;
    std::string out = text ? text : "";
    OPENSSL_free(text);
    BN_free(number);
    for (auto& c : out)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

CertificateInfo infoOf(X509* certificate) {
    return {nameOf(X509_get_subject_name(certificate)), serialOf(certificate),
            fingerprintOf(X509_get0_pubkey(certificate)), millisOf(X509_get0_notBefore(certificate)),
            millisOf(X509_get0_notAfter(certificate))};
}

/// 127 random bits: RFC 5280 4.1.2.2 wants a positive number of at most 20 octets, CAs use at least 64 bits.
void setSerial(X509* certificate) {
    unsigned char bytes[16];
    must(RAND_bytes(bytes, sizeof bytes) == 1);
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);
    BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
    must(number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
    BN_free(number);
}

void setTimes(X509* certificate, UnixMillis now, std::chrono::hours lifetime) {
    const auto seconds = static_cast<std::time_t>(now / 1000);
    const auto before = seconds - std::chrono::seconds(kBackDated).count();
    must(ASN1_TIME_set(X509_getm_notBefore(certificate), before) != nullptr);
    must(ASN1_TIME_set(X509_getm_notAfter(certificate), seconds + std::chrono::seconds(lifetime).count()) !=
         nullptr);
}

void addExtension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    must(extension && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

Certificate begun(EVP_PKEY* key, UnixMillis now, std::chrono::hours lifetime) {
    Certificate certificate(X509_new());
    must(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    setSerial(certificate.get());
    setTimes(certificate.get(), now, lifetime);
    must(X509_set_pubkey(certificate.get(), key) == 1);
    return certificate;
}

std::string pemOf(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509(memory.get(), certificate) == 1);
    return textOf(memory.get());
}

}  // namespace

std::string generateKeyPem() {
    const Key key(EVP_EC_gen("P-256"));
    const Memory memory(BIO_new(BIO_s_secmem()));
    must(key &&
         PEM_write_bio_PKCS8PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return textOf(memory.get());
}

Result<std::string> makeCertificateRequest(const std::string& key_pem, const SiteName& name) {
    const auto key = GANTRY_TRY(readKey(key_pem));
    const Request request(X509_REQ_new());
    must(request != nullptr);
    GANTRY_CHECK(setName(X509_REQ_get_subject_name(request.get()), name));
    must(X509_REQ_set_pubkey(request.get(), key.get()) == 1);
    must(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
    const Memory memory(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509_REQ(memory.get(), request.get()) == 1);
    return textOf(memory.get());
}

Result<CertificateInfo> readCertificateRequest(std::string_view request_pem) {
    const auto request = GANTRY_TRY(readRequest(request_pem));
    auto* key = X509_REQ_get0_pubkey(request.get());
    if (key == nullptr || !isP256(key)) return fail(Errc::NotAllowed, "the request's key is not of P-256");
    if (X509_REQ_verify(request.get(), key) != 1)
        return fail(Errc::BadSignature, "the request is not signed by its own key");
    CertificateInfo out;
    out.name = nameOf(X509_REQ_get_subject_name(request.get()));
    out.fingerprint = fingerprintOf(key);
    return out;
}

Result<CertificateInfo> readCertificate(std::string_view pem) {
    const auto certificate = GANTRY_TRY(readOneCertificate(pem));
    return infoOf(certificate.get());
}

std::string forTelephone(std::string_view fingerprint) {
    std::string out;
    for (std::size_t i = 0; i < fingerprint.size() && i < kFingerprintShown; ++i) {
        if (i > 0 && i % 4 == 0) out += '-';
        out += fingerprint[i];
    }
    return out;
}

struct CertificateAuthority::Parts {
    Key key;
    Certificate certificate;
    std::string pem;
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

const std::string& CertificateAuthority::certificatePem() const {
    return parts_->pem;
}

Result<CertificateAuthority> CertificateAuthority::create(const std::filesystem::path& key_file,
                                                          const std::filesystem::path& certificate_file,
                                                          const std::string& trial, UnixMillis now) {
    for (const auto& file : {key_file, certificate_file}) GANTRY_CHECK(checkAbsent(file));
    const auto key_pem = generateKeyPem();
    auto parts = std::make_unique<Parts>();
    parts->key = GANTRY_TRY(readKey(key_pem));
    parts->certificate = begun(parts->key.get(), now, kAuthorityLifetime);
    auto* certificate = parts->certificate.get();
    GANTRY_CHECK(
        setName(X509_get_subject_name(certificate), {trial, "Gantry sites of " + trial.substr(0, 40)}));
    must(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1);
    addExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    addExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    addExtension(certificate, certificate, NID_subject_key_identifier, "hash");
    must(X509_sign(certificate, parts->key.get(), EVP_sha256()) > 0);
    parts->pem = pemOf(certificate);
    GANTRY_CHECK(writeFileDurably(certificate_file, asBytes(parts->pem), 0644));
    GANTRY_CHECK(writeFileDurably(key_file, asBytes(key_pem), 0600));
    return CertificateAuthority(std::move(parts));
}

Result<CertificateAuthority> CertificateAuthority::load(const std::filesystem::path& key_file,
                                                        const std::filesystem::path& certificate_file) {
    GANTRY_CHECK(checkPrivate(key_file));
    constexpr std::uint64_t kMaxFile = 64u << 10;
    auto parts = std::make_unique<Parts>();
    parts->key = GANTRY_TRY(readKey(GANTRY_TRY(readFile(key_file, kMaxFile))));
    parts->pem = GANTRY_TRY(readFile(certificate_file, kMaxFile));
    parts->certificate = GANTRY_TRY(readOneCertificate(parts->pem));
    if (X509_check_private_key(parts->certificate.get(), parts->key.get()) != 1)
        return fail(Errc::NotAllowed, key_file.string() + " is not the key of " + certificate_file.string());
    return CertificateAuthority(std::move(parts));
}

Result<std::string> CertificateAuthority::issue(std::string_view request_pem, const SiteName& name,
                                                UnixMillis now, std::chrono::hours lifetime) const {
    GANTRY_TRY(readCertificateRequest(request_pem));
    const auto request = GANTRY_TRY(readRequest(request_pem));
    const auto certificate = begun(X509_REQ_get0_pubkey(request.get()), now, lifetime);
    GANTRY_CHECK(setName(X509_get_subject_name(certificate.get()), name));
    auto* authority = parts_->certificate.get();
    must(X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority)) == 1);
    addExtension(certificate.get(), authority, NID_basic_constraints, "critical,CA:FALSE");
    addExtension(certificate.get(), authority, NID_key_usage, "critical,digitalSignature");
    addExtension(certificate.get(), authority, NID_ext_key_usage, "clientAuth");
    addExtension(certificate.get(), authority, NID_subject_key_identifier, "hash");
    addExtension(certificate.get(), authority, NID_authority_key_identifier, "keyid:always");
    must(X509_sign(certificate.get(), parts_->key.get(), EVP_sha256()) > 0);
    return pemOf(certificate.get());
}

}  // namespace gantry::uplink
