#pragma once
/// The sponsor's side of docs/formats/enrolment.md.

#include <chrono>
#include <optional>
#include <string>

#include "gantry/central/sites.hpp"
#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/s3.hpp"
#include "office.hpp"

namespace gantry::central {

inline constexpr std::chrono::hours kCertificateLifetime{24 * 90};

/// A new enrolment for the site; what the site is to be given. Former files that nobody used are good no more
/// once this one is used.
/// @errors InvalidArgument: the site's name
Result<std::string> makeEnrolmentFile(Office& office, Sites& sites, const std::string& site,
                                      std::chrono::hours lifetime, UnixMillis now);

/// Takes a site's request in. The same again gives the same.
/// @return its id
/// @errors BadFormat; NotAllowed: no file that is good was used for it, or it is of another trial; Conflict: the
///         file was used for another request
Result<std::string> takeRequest(Sites& sites, const std::string& trial, const std::string& text, UnixMillis now);

struct Acceptance {
    std::string request_id;
    std::string who;
    std::optional<uplink::S3Credentials> credentials;
};
/// The site is let in, its role in the inbox is made. @return the answer, to be given by hand where there is no
/// hub
/// @errors NotFound, Conflict
Result<std::string> acceptRequest(Office& office, Sites& sites, const uplink::CertificateAuthority& authority,
                                  const Acceptance& acceptance, UnixMillis now);

/// A new certificate for a site that showed a good one.
Result<std::string> renewCertificate(Sites& sites, const uplink::CertificateAuthority& authority,
                                     const uplink::SiteName& name, const std::string& request_pem, UnixMillis now);

}  // namespace gantry::central
