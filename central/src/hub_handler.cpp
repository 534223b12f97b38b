#include "hub_handler.hpp"

#include "gantry/central/opening.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/parcel.hpp"

namespace gantry::central {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view kReceiptsPath = "/inbox/receipts/";

std::string_view bearerToken(const Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto field = request.header("Authorization");
    if (field.size() <= kScheme.size()) return {};
    const http::CaseInsensitiveLess less;
    const auto scheme = field.substr(0, kScheme.size());
    return less(scheme, kScheme) || less(kScheme, scheme) ? std::string_view{} : field.substr(kScheme.size());
}

Response unauthorized() {
    auto response = http::text(401, "a site's token or certificate is needed\n");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

/// 401 for nobody; 5xx where it could not be looked up.
Response notAsSite(const Result<std::optional<std::string>>& site) {
    return site ? unauthorized() : http::problem(fail(site.error().code, ""));
}

bool isTus(const Request& request) {
    return request.path.starts_with(kTusPath) || request.path + "/" == kTusPath;
}

}  // namespace

Result<std::optional<std::string>> HubHandler::siteOfCertificate(const Request& request) {
    if (request.client_certificate.empty()) return std::optional<std::string>();
    const auto shown = uplink::readCertificate(request.client_certificate);
    return shown ? sites_.siteOfCertificate(shown->fingerprint) : std::optional<std::string>();
}

Result<std::optional<std::string>> HubHandler::siteOf(const Request& request) {
    auto site = siteOfCertificate(request);
    if (!site || *site) return site;
    const auto token = bearerToken(request);
    return token.empty() ? std::optional<std::string>() : sites_.siteOfToken(token);
}

std::unique_ptr<http::UploadSink> HubHandler::upload(const Request& request) {
    if (!isTus(request)) return nullptr;
    if (TusHandler::methodOf(request) == "OPTIONS") return nullptr;
    const auto site = siteOf(request);
    if (!site || !*site) return refusing(withTus(notAsSite(site)));
    return tus_.upload(request, **site);
}

Response HubHandler::handle(const Request& request) {
    auto response = answer(request);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (request.tls) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return response;
}

Response HubHandler::answer(const Request& request) {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (request.path == "/healthz" && reads) return http::text(200, "ok\n");
    if (isTus(request) && TusHandler::methodOf(request) == "OPTIONS") return tus_.options();
    if (inbox_ && InboxFiles::isIts(request)) return inbox_->answer(request);
    if (enrol_ && EnrolHandler::isIts(request)) return enrolment(request);
    const auto site = siteOf(request);
    if (!site || !*site) return notAsSite(site);
    if (isTus(request)) return tus_.handle(request, **site);
    if (request.path.starts_with(kReceiptsPath) && reads) return receipt(request, **site);
    return http::text(404, "nothing is here\n");
}

Response HubHandler::enrolment(const Request& request) {
    const auto site = siteOfCertificate(request);
    if (!site) return http::problem(fail(site.error().code, ""));
    return enrol_->answer(request, site->value_or(""));
}

/// Issued here, or by another hub on the same index.
Result<std::string> HubHandler::receiptText(const std::string& site, const std::string& parcel_id) const {
    auto text = readFile(receiptFile(receipts_, site, parcel_id));
    if (text || text.error().code != Errc::NotFound) return text;
    auto said = GANTRY_TRY(statements_.textOf(site, "receipts/" + parcel_id + ".json"));
    return said ? Result<std::string>(*std::move(said)) : fail(Errc::NotFound, "receipt");
}

/// GET /inbox/receipts/{parcel_id}.json of the asking site's own folder.
Response HubHandler::receipt(const Request& request, const std::string& site) const {
    auto name = request.path.substr(kReceiptsPath.size());
    constexpr std::string_view kEnding = ".json";
    if (!name.ends_with(kEnding)) return http::text(404, "nothing is here\n");
    name.resize(name.size() - kEnding.size());
    if (!uplink::isParcelId(name)) return http::text(404, "nothing is here\n");
    auto text = receiptText(site, name);
    if (!text && text.error().code == Errc::NotFound) return http::text(404, "no receipt yet\n");
    if (!text) return http::problem(fail(text.error().code, ""));
    const auto tag = '"' + toHex(sha256(asBytes(*text))).substr(0, 32) + '"';
    const bool unchanged = request.header("If-None-Match") == tag;
    auto response = unchanged ? http::text(304, "") : http::json(200, *std::move(text));
    response.headers.emplace_back("ETag", tag);
    response.headers.emplace_back("Cache-Control", "private, no-cache");
    return response;
}

}  // namespace gantry::central
