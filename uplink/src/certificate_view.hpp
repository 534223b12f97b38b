#pragma once
/// What people want to know of a server's certificate.

#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct CertificateView {
    std::vector<std::string> names;  ///< that it holds for: "hub.example", "10.0.0.5"
    std::string issuer;              ///< "Example Authority, Example Ltd"
    UnixMillis not_before = 0;
    UnixMillis not_after = 0;
    std::string pin;  ///< Base64 of the public key's SHA-256, as HttpClientConfig::pins takes it
    bool self_signed = false;
};

/// @errors BadFormat
Result<CertificateView> viewCertificate(std::string_view pem);

}  // namespace gantry::uplink
