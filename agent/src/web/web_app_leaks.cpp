/// The calls about what the leak gate found.
#include <boost/json.hpp>

#include "web/leak_decisions.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

Result<json::array> WebApp::openLeaks(Database& db, const StudyRow& study) {
    if (study.state != State::Quarantined) return json::array{};
    const auto leaks = GANTRY_TRY(leaksOf(db, study.id));
    return leaksJson(leaks);
}

Result<std::string> WebApp::removeAttribute(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who", "why"}));
    const auto study =
        GANTRY_TRY(removeLeak(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return decided(request, {study});
}

Result<std::string> WebApp::withholdObjects(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who", "why"}));
    const auto study =
        GANTRY_TRY(withholdLeak(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return decided(request, {study});
}

Result<std::string> WebApp::proposalList(const http::Request&, const Parameters&) {
    const auto rows = GANTRY_TRY(parts_.catalogue.read([](Database& db) { return proposals(db); }));
    return json::serialize(proposalsJson(rows));
}

}  // namespace gantry::agent
