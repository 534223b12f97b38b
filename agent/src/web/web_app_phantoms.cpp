/// The calls about phantoms.
#include <boost/json.hpp>

#include "gantry/core/files.hpp"
#include "phantom/phantom_statement.hpp"
#include "web/phantom_decisions.hpp"
#include "web/phantom_views.hpp"
#include "web/web_app.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kLargestPicture = 4u << 20;

bool isPictureName(std::string_view name) {
    return name.ends_with(".png") && name.size() <= 80 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.") == name.npos &&
           name.find("..") == name.npos;
}

}  // namespace

Result<http::Response> WebApp::phantomPage(const http::Request&, const Parameters& parameters, const Caller&) {
    http::Response response;
    response.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    response.body = GANTRY_TRY(phantomStatementPage(parameters.at(0)));
    return response;
}

Result<http::Response> WebApp::phantomPicture(const http::Request& request, const Parameters& parameters,
                                              const Caller&) {
    const auto name = request.path.substr(request.path.rfind('/') + 1);
    if (!isPictureName(name)) return fail(Errc::NotFound, "there is no such picture");
    auto png = readFile(phantomPictures(parts_.config.data_directory, parameters.at(0)) / name, kLargestPicture);
    if (!png) return fail(Errc::NotFound, "there is no such picture");
    http::Response response;
    response.headers = {{"Content-Type", "image/png"}};
    response.body = *std::move(png);
    return response;
}

/// As it was signed, or as it would be now.
Result<json::object> WebApp::statementOf(Database& db, StudyId study) const {
    if (const auto statement = GANTRY_TRY(phantomStatement(db, study)))
        return json::parse(statement->document).as_object();
    const auto row = GANTRY_TRY(studyById(db, study));
    const auto trial = parts_.trials.of(row.trial_id);
    if (!trial) return fail(Errc::NotFound, "the trial is not configured here");
    return statementJson(
        GANTRY_TRY(statementParts(db, trial->pack, study, siteDate(parts_.clock.nowMillis()))), "", "");
}

Result<std::string> WebApp::phantomStatementPage(StudyId study) {
    const auto report =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return statementOf(db, study); }));
    return statementPage(report, study);
}

Result<std::string> WebApp::phantomList(const http::Request&, const Parameters&) {
    return parts_.catalogue.read([&](Database& db) -> Result<std::string> {
        json::array out;
        for (const auto& row : GANTRY_TRY(scanners(db, "")))
            out.push_back(GANTRY_TRY(scannerPhantomsJson(db, row, parts_.trials.of(row.trial_id).get(),
                                                         siteDate(parts_.clock.nowMillis()))));
        return json::serialize(out);
    });
}

Result<std::string> WebApp::phantomShow(const http::Request&, const Parameters& parameters) {
    return json::serialize(
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return phantomJson(db, parameters.at(0)); })));
}

Result<std::string> WebApp::phantomStatementShow(const http::Request&, const Parameters& parameters) {
    const auto report =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return statementOf(db, parameters.at(0)); }));
    return json::serialize(report);
}

Result<std::string> WebApp::phantomChanged(const http::Request& request, const Parameters& parameters) {
    parts_.decided();
    studyChanged(parameters.at(0));
    return phantomShow(request, parameters);
}

Result<std::string> WebApp::phantomSay(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"is", "who", "why"}));
    GANTRY_CHECK(sayWhetherPhantom(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return phantomChanged(request, parameters);
}

Result<std::string> WebApp::phantomConfirm(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"metric", "value", "who"}));
    GANTRY_CHECK(confirmPhantom(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return phantomChanged(request, parameters);
}

Result<std::string> WebApp::phantomType(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    GANTRY_CHECK(typePhantomForm(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return phantomChanged(request, parameters);
}

Result<std::string> WebApp::phantomSign(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    GANTRY_CHECK(signPhantom(parts_.catalogue, *parts_.trials.all(), parameters.at(0), input,
                             parts_.clock.nowMillis()));
    return phantomChanged(request, parameters);
}

}  // namespace gantry::agent
