#include "certificate_view.hpp"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>

#include "gantry/core/crypto.hpp"
#include "x509_openssl.hpp"

namespace gantry::uplink {
namespace {

using Names = std::unique_ptr<GENERAL_NAMES, x509::Freed<GENERAL_NAMES_free>>;

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 200)) out += c >= 32 && c < 127 ? c : '?';
    return out;
}

std::string textOf(const ASN1_STRING* string) {
    const auto* data = ASN1_STRING_get0_data(string);
    return printable(
        {reinterpret_cast<const char*>(data), static_cast<std::size_t>(ASN1_STRING_length(string))});
}

std::string addressOf(const ASN1_OCTET_STRING* bytes) {
    const int length = ASN1_STRING_length(bytes);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (length != 4 && length != 16) return "?";
    ::inet_ntop(length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes), text.data(), text.size());
    return text.data();
}

std::vector<std::string> namesOf(X509* certificate) {
    std::vector<std::string> out;
    const Names names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) out.push_back(textOf(name->d.dNSName));
        if (name->type == GEN_IPADD) out.push_back(addressOf(name->d.iPAddress));
    }
    return out;
}

std::string partOf(const X509_NAME* name, int nid) {
    const int at = X509_NAME_get_index_by_NID(name, nid, -1);
    return at < 0 ? std::string() : textOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

std::string issuerOf(const X509* certificate) {
    const auto* issuer = X509_get_issuer_name(certificate);
    auto name = partOf(issuer, NID_commonName);
    const auto organization = partOf(issuer, NID_organizationName);
    if (!name.empty() && !organization.empty()) name += ", ";
    return name + organization;
}

UnixMillis millisOf(const ASN1_TIME* time) {
    std::tm utc{};
    return ASN1_TIME_to_tm(time, &utc) == 1 ? static_cast<UnixMillis>(::timegm(&utc)) * 1000 : 0;
}

}  // namespace

Result<CertificateView> viewCertificate(std::string_view pem) {
    const auto certificate = GANTRY_TRY(x509::readOneCertificate(pem));
    CertificateView view;
    view.names = namesOf(certificate.get());
    view.issuer = issuerOf(certificate.get());
    view.not_before = millisOf(X509_get0_notBefore(certificate.get()));
    view.not_after = millisOf(X509_get0_notAfter(certificate.get()));
    const auto digest = fromHex(x509::fingerprintOf(X509_get0_pubkey(certificate.get())));
    if (digest) view.pin = toBase64(asBytes(*digest));
    view.self_signed =
        X509_NAME_cmp(X509_get_subject_name(certificate.get()), X509_get_issuer_name(certificate.get())) == 0;
    return view;
}

}  // namespace gantry::uplink
