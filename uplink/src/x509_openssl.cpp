#include "x509_openssl.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>

#include "gantry/core/crypto.hpp"

namespace gantry::uplink::x509 {
namespace {

constexpr std::size_t kMaxPem = 64u << 10;
constexpr int kMaxNamePart = 64;  // RFC 5280 appendix A.1, ub-common-name and ub-organization-name

std::string partOf(const X509_NAME* name, int nid) {
    char text[kMaxNamePart + 1] = {};
    const int length = X509_NAME_get_text_by_NID(name, nid, text, sizeof text);
    return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

Result<> addPart(X509_NAME* to, const char* field, const std::string& value) {
    if (value.empty() || value.size() > kMaxNamePart)
        return fail(Errc::InvalidArgument, "trial and site have 1 to 64 characters in a certificate");
    const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());  // OpenSSL's word for text
    if (X509_NAME_add_entry_by_txt(to, field, MBSTRING_UTF8, bytes, static_cast<int>(value.size()), -1, 0) !=
        1)
        return fail(Errc::InvalidArgument, "a name that no certificate can hold");
    return {};
}

template <class T, class Reader>
Result<T> read(std::string_view pem, const char* what, Reader reader) {
    if (pem.size() > kMaxPem) return fail(Errc::BadFormat, std::string(what) + ": too long");
    const auto memory = reading(pem);
    T object(reader(memory.get()));
    ERR_clear_error();
    if (!object) return fail(Errc::BadFormat, std::string(what) + ": not PEM of one");
    return object;
}

/// Never asks on the terminal.
int noPassphrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

Memory reading(std::string_view text) {
    return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string textOf(BIO* memory) {
    char* data = nullptr;
    const auto length = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(length)};
}

Result<Key> readKey(std::string_view pem) {
    return read<Key>(pem, "private key",
                     [](BIO* in) { return PEM_read_bio_PrivateKey(in, nullptr, noPassphrase, nullptr); });
}

Result<Key> readPublicKey(std::string_view pem) {
    return read<Key>(pem, "public key",
                     [](BIO* in) { return PEM_read_bio_PUBKEY(in, nullptr, noPassphrase, nullptr); });
}

Result<Request> readRequest(std::string_view pem) {
    return read<Request>(pem, "certificate request",
                         [](BIO* in) { return PEM_read_bio_X509_REQ(in, nullptr, noPassphrase, nullptr); });
}

Result<Certificate> readOneCertificate(std::string_view pem) {
    return read<Certificate>(pem, "certificate",
                             [](BIO* in) { return PEM_read_bio_X509(in, nullptr, noPassphrase, nullptr); });
}

SiteName nameOf(const X509_NAME* name) {
    return {partOf(name, NID_organizationName), partOf(name, NID_commonName)};
}

Result<> setName(X509_NAME* to, const SiteName& name) {
    GANTRY_CHECK(addPart(to, "O", name.trial));
    return addPart(to, "CN", name.site);
}

std::string fingerprintOf(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    if (length <= 0) return {};
    const auto digest = sha256(std::as_bytes(std::span(der, static_cast<std::size_t>(length))));
    OPENSSL_free(der);
    return toHex(digest);
}

bool isP256(const EVP_PKEY* key) {
    char group[32] = {};
    return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1 &&
           std::string_view(group) == "prime256v1";
}

}  // namespace gantry::uplink::x509
