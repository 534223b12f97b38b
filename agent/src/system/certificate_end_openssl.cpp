#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "system/certificate_end.hpp"

namespace gantry::agent {
namespace {

struct Freed {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};

}  // namespace

Result<UnixMillis> certificateEnd(std::string_view pem) {
    const std::unique_ptr<BIO, Freed> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const std::unique_ptr<X509, Freed> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    std::tm end{};
    if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
        return fail(Errc::BadFormat, "this is no certificate");
    return static_cast<UnixMillis>(::timegm(&end)) * 1000;
}

}  // namespace gantry::agent
