#pragma once
/// POST /enrol, GET /enrol/{id} and POST /enrol/renew of docs/formats/enrolment.md.

#include "enrolling.hpp"
#include "gantry/core/http_server.hpp"

namespace gantry::central {

inline constexpr std::string_view kEnrolPath = "/enrol";

/// Thread-safe.
class EnrolHandler {
public:
    EnrolHandler(std::string trial, Sites& sites, std::optional<uplink::CertificateAuthority> authority,
                 const Clock& clock)
        : trial_(std::move(trial)), sites_(sites), authority_(std::move(authority)), clock_(clock) {}

    static bool isIts(const http::Request& request);
    /// @param site whose certificate the connection showed; "" for none
    http::Response answer(const http::Request& request, const std::string& site);

private:
    http::Response take(const http::Request& request);
    http::Response tell(const std::string& id);
    http::Response renew(const http::Request& request, const std::string& site);

    const std::string trial_;
    Sites& sites_;
    const std::optional<uplink::CertificateAuthority> authority_;  ///< none: certificates are not renewed here
    const Clock& clock_;
};

}  // namespace gantry::central
