#pragma once
/// OpenSSL's X.509 objects with owners, and the few steps that requests and certificates share.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"
#include "gantry/uplink/certificates.hpp"

namespace gantry::uplink::x509 {

template <auto free_function>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        free_function(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

Memory reading(std::string_view text);
/// What was written to a memory BIO.
std::string textOf(BIO* memory);

/// @errors BadFormat
Result<Key> readKey(std::string_view pem);
Result<Key> readPublicKey(std::string_view pem);
Result<Request> readRequest(std::string_view pem);
Result<Certificate> readOneCertificate(std::string_view pem);

/// Organization and common name; empty when absent.
SiteName nameOf(const X509_NAME* name);
/// @errors InvalidArgument: longer than RFC 5280's bounds (64), or empty
Result<> setName(X509_NAME* to, const SiteName& name);
/// SHA-256 of the SubjectPublicKeyInfo, hex.
std::string fingerprintOf(EVP_PKEY* key);
bool isP256(const EVP_PKEY* key);

}  // namespace gantry::uplink::x509
