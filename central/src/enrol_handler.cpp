#include "enrol_handler.hpp"

#include <boost/json.hpp>

#include "gantry/core/log.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

/// What made no sense is 400, whatever it was; NotAllowed is 403 and Conflict 409 by the error table.
Response refusal(const Error& error) {
    const bool known = error.code == Errc::NotAllowed || error.code == Errc::Conflict ||
                       error.code == Errc::CatalogueBroken || error.code == Errc::Busy || error.code == Errc::Io ||
                       error.code == Errc::DiskFull;
    return http::problem(known ? error : fail(Errc::InvalidArgument, error.message()));
}

Response withoutCache(Response response) {
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

Result<std::string> certificateRequestIn(const std::string& body) {
    boost::system::error_code ec;
    const auto value = json::parse(body, ec);
    const auto* object = ec ? nullptr : value.if_object();
    const auto* request = object ? object->if_contains("certificate_request") : nullptr;
    if (request == nullptr || !request->is_string())
        return fail(Errc::InvalidArgument, "certificate_request is missing");
    return std::string(request->get_string());
}

}  // namespace

bool EnrolHandler::isIts(const Request& request) {
    return request.path == kEnrolPath || request.path.starts_with(std::string(kEnrolPath) + "/");
}

Response EnrolHandler::answer(const Request& request, const std::string& site) {
    const auto rest = request.path.substr(kEnrolPath.size());
    if (request.method == "POST" && rest.empty()) return withoutCache(take(request));
    if (request.method == "POST" && rest == "/renew") return withoutCache(renew(request, site));
    if (request.method == "GET" && rest.size() > 1) return withoutCache(tell(rest.substr(1)));
    return http::text(404, "nothing is here\n");
}

Response EnrolHandler::take(const Request& request) {
    const auto id = takeRequest(sites_, trial_, request.body, clock_.nowMillis());
    if (!id) {
        log::warning("enrolment.refused", {{"error", describe(id.error().code).slug}});
        return refusal(id.error());
    }
    log::info("enrolment.requested", {{"request", id->substr(0, 8)}});
    return http::json(202, json::serialize(json::object{{"request_id", *id}}));
}

Response EnrolHandler::tell(const std::string& id) {
    const auto enrolment = sites_.enrolment(id);
    if (!enrolment) return http::problem(fail(enrolment.error().code, ""));
    switch (enrolment->state) {
        case EnrolmentState::Accepted:
            return http::json(200, enrolment->answer);
        case EnrolmentState::Rejected:
            return http::text(410, "the request was rejected\n");
        case EnrolmentState::Open:
        case EnrolmentState::Requested:
            break;
    }
    return http::json(202, json::serialize(json::object{{"request_id", id}}));
}

Response EnrolHandler::renew(const Request& request, const std::string& site) {
    if (site.empty()) return http::text(401, "a certificate that is still good is needed\n");
    if (!authority_) return http::problem(fail(Errc::Unsupported, "certificates are not renewed here"));
    const auto asked = certificateRequestIn(request.body);
    if (!asked) return refusal(asked.error());
    const auto certificate = renewCertificate(sites_, *authority_, {trial_, site}, *asked, clock_.nowMillis());
    if (!certificate) return refusal(certificate.error());
    log::info("certificate.renewed", {{"site", site}});
    return http::json(200, json::serialize(json::object{{"format", 1}, {"certificate", *certificate}}));
}

}  // namespace gantry::central
