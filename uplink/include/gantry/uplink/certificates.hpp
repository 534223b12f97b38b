#pragma once
/// The X.509 side of enrolment (RFC 5280): a site's key and request, and the sponsor's authority that signs
/// it. Keys are P-256, signatures ECDSA with SHA-256. Private keys are PEM in files of mode 0600.

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// Who a certificate is for: the subject's organization and common name.
struct SiteName {
    std::string trial;
    std::string site;
    friend bool operator==(const SiteName&, const SiteName&) = default;
};

struct CertificateInfo {
    SiteName name;
    std::string serial;  ///< hex, lower case
    std::string
        fingerprint;  ///< SHA-256 of the public key, 64 hex digits: the same in request and certificate
    UnixMillis not_before = 0;
    UnixMillis not_after = 0;
};

/// A new P-256 key, PKCS #8 PEM. Secret.
std::string generateKeyPem();

/// PKCS #10 request (RFC 2986) for that key. @errors BadFormat: not a private key; InvalidArgument: a name
/// longer than 64 bytes or empty
Result<std::string> makeCertificateRequest(const std::string& key_pem, const SiteName& name);
/// What a request asks for, its own signature checked. Times and serial are empty.
/// @errors BadFormat, BadSignature, NotAllowed (not a P-256 key)
Result<CertificateInfo> readCertificateRequest(std::string_view request_pem);
/// The first certificate of a PEM text. @errors BadFormat
Result<CertificateInfo> readCertificate(std::string_view pem);

/// A fingerprint as people compare it over the telephone: the first 16 digits in groups of four.
std::string forTelephone(std::string_view fingerprint);

/// Signs the certificates of a trial's sites, for client authentication alone.
class CertificateAuthority {
public:
    /// Makes key and self-signed certificate (20 years) for `trial`. Refuses to replace either.
    /// @errors AlreadyExists, Io
    static Result<CertificateAuthority> create(const std::filesystem::path& key_file,
                                               const std::filesystem::path& certificate_file,
                                               const std::string& trial, UnixMillis now);
    /// @errors NotFound, BadFormat, NotAllowed (the key file is open to others, or is another key)
    static Result<CertificateAuthority> load(const std::filesystem::path& key_file,
                                             const std::filesystem::path& certificate_file);
    /// A certificate for the request's key and for `name`, whatever name the request asks for.
    /// @errors those of readCertificateRequest
    Result<std::string> issue(std::string_view request_pem, const SiteName& name, UnixMillis now,
                              std::chrono::hours lifetime) const;
    const std::string& certificatePem() const;

    CertificateAuthority(CertificateAuthority&&) noexcept;
    CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
    ~CertificateAuthority();

private:
    struct Parts;
    explicit CertificateAuthority(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace gantry::uplink
