#include "enrolling.hpp"

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/enrolment.hpp"
#include "site_voice.hpp"

namespace gantry::central {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kTokenBytes = 32;

}  // namespace

Result<std::string> makeEnrolmentFile(Office& office, Sites& sites, const std::string& site,
                                      std::chrono::hours lifetime, UnixMillis now) {
    if (!isSiteId(site))
        return fail(Errc::InvalidArgument, "a site is 1 to 64 of A-Z a-z 0-9 _ . - and starts with no dot");
    Enrolment enrolment;
    enrolment.id = randomHex(kIdBytes);
    enrolment.site = site;
    enrolment.token = randomHex(kTokenBytes);
    enrolment.made_at = now;
    enrolment.expires_at = now + std::chrono::milliseconds(lifetime).count();
    const auto& facts = office.facts();
    uplink::EnrolmentFile file;
    file.trial = facts.trial;
    file.title = facts.title;
    file.site = site;
    file.root = GANTRY_TRY(office.rootText());
    file.inbox = facts.inbox;
    file.hub = facts.hub;
    file.ca = facts.ca;
    file.token = enrolment.token;
    file.expires_at = isoUtc(enrolment.expires_at);
    auto text = GANTRY_TRY(uplink::toJson(file));
    GANTRY_CHECK(sites.addEnrolment(enrolment));
    return text;
}

Result<std::string> takeRequest(Sites& sites, const std::string& trial, const std::string& text, UnixMillis now) {
    const auto request = GANTRY_TRY(uplink::enrolmentRequestFromJson(text));
    if (request.trial != trial) return fail(Errc::NotAllowed, "the request is for another trial");
    for (const auto& enrolment : GANTRY_TRY(sites.enrolments(request.site))) {
        if (enrolment.state != EnrolmentState::Open && enrolment.request == text) return enrolment.id;
        if (enrolment.token.empty() || !uplink::isProvenBy(text, enrolment.token)) continue;
        if (enrolment.expires_at <= now) return fail(Errc::NotAllowed, "the enrolment file has expired");
        GANTRY_CHECK(
            sites.setRequested(enrolment.id, text, GANTRY_TRY(uplink::fingerprintOf(request))));
        return enrolment.id;
    }
    return fail(Errc::NotAllowed, "not made with an enrolment file of this site that is still good");
}

Result<std::string> acceptRequest(Office& office, Sites& sites, const uplink::CertificateAuthority& authority,
                                  const Acceptance& acceptance, UnixMillis now) {
    auto enrolment = GANTRY_TRY(sites.enrolment(acceptance.request_id));
    if (enrolment.state != EnrolmentState::Requested)
        return fail(Errc::Conflict, "the request does not wait for a decision: it is " +
                                        std::string(toString(enrolment.state)));
    const auto request = GANTRY_TRY(uplink::enrolmentRequestFromJson(enrolment.request));
    uplink::EnrolmentAnswer answer;
    answer.trial = office.facts().trial;
    answer.site = enrolment.site;
    answer.request_id = enrolment.id;
    answer.certificate = GANTRY_TRY(authority.issue(request.certificate_request, {answer.trial, answer.site}, now,
                                                    kCertificateLifetime));
    answer.credentials = acceptance.credentials;
    answer.accepted_at = isoUtc(now);
    answer.accepted_by = acceptance.who;
    enrolment.answer = uplink::toJson(answer);
    Site site;
    site.id = enrolment.site;
    site.recipient = request.recipient;
    site.statement_key = request.statement_key;
    site.accepted_at = now;
    site.accepted_by = acceptance.who;
    // First, so that the site finds it when it is let in.
    GANTRY_CHECK(ensureSiteRole(office, site.id, now));
    GANTRY_CHECK(sites.accept(enrolment, site, GANTRY_TRY(uplink::readCertificate(answer.certificate))));
    return enrolment.answer;
}

Result<std::string> renewCertificate(Sites& sites, const uplink::CertificateAuthority& authority,
                                     const uplink::SiteName& name, const std::string& request_pem,
                                     UnixMillis now) {
    auto certificate = GANTRY_TRY(authority.issue(request_pem, name, now, kCertificateLifetime));
    GANTRY_CHECK(sites.addCertificate(name.site, GANTRY_TRY(uplink::readCertificate(certificate))));
    return certificate;
}

}  // namespace gantry::central
