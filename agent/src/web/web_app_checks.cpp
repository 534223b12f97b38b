/// The calls about answers, places, waivers, visits and scanners.
#include <boost/json.hpp>

#include "web/check_decisions.hpp"
#include "web/check_views.hpp"
#include "web/web_app.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {

namespace json = boost::json;

Result<json::object> WebApp::checkParts(Database& db, const StudyRow& study) const {
    const auto trial = parts_.trials.of(study.trial_id);
    const auto others = GANTRY_TRY(studiesOfSubject(db, study.trial_id, study.subject_id.value_or("")));
    return json::object{{"slots", slotsJson(trial.get())},
                        {"suggested_visits", suggestedVisitsJson(trial.get(), study, others)}};
}

Result<std::string> WebApp::answer(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"question", "value", "who"}));
    GANTRY_CHECK(answerQuestion(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::place(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"series", "who"}));
    GANTRY_CHECK(placeSeries(parts_.catalogue, *parts_.trials.all(), parameters.at(0), input,
                             parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::waive(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"rule", "deviation", "who"}));
    GANTRY_CHECK(waiveRule(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return decided(request, parameters);
}

/// A person decided about a study: the workflow goes on, other pages hear of it, this one gets it anew.
Result<std::string> WebApp::decided(const http::Request& request, const Parameters& parameters) {
    parts_.decided();
    studyChanged(parameters.at(0));
    return study(request, parameters);
}

Result<std::string> WebApp::visits(const http::Request& request, const Parameters&) {
    const auto id = request.query.find("trial");
    const auto trial = id == request.query.end() ? nullptr : parts_.trials.of(id->second);
    if (!trial) return fail(Errc::NotFound, "there is no such trial here");
    const auto studies =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return studiesOfTrial(db, trial->config.id); }));
    return json::serialize(visitsJson(*trial, studies, siteDate(parts_.clock.nowMillis())));
}

Result<std::string> WebApp::scannerList(const http::Request&, const Parameters&) {
    return parts_.catalogue.read([&](Database& db) -> Result<std::string> {
        json::array out;
        for (const auto& row : GANTRY_TRY(scanners(db, ""))) {
            const auto changes = GANTRY_TRY(changesOf(db, row.id));
            out.push_back(scannerJson(row, changes));
        }
        return json::serialize(out);
    });
}

Result<std::string> WebApp::qualify(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"qualified", "who", "why"}));
    GANTRY_CHECK(qualifyScanner(parts_.catalogue, *parts_.trials.all(), parameters.at(0), input,
                                parts_.clock.nowMillis()));
    return scannerList(request, parameters);
}

Result<std::string> WebApp::phantom(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"phantom", "passed_on", "who"}));
    GANTRY_CHECK(passPhantom(parts_.catalogue, *parts_.trials.all(), parameters.at(0), input,
                             parts_.clock.nowMillis()));
    return scannerList(request, parameters);
}

Result<std::string> WebApp::placements(const http::Request&, const Parameters&) {
    const auto places = GANTRY_TRY(parts_.catalogue.read([](Database& db) { return rememberedPlaces(db); }));
    json::array out;
    for (const auto& place : places)
        out.push_back(placementJson(place, parts_.trials.of(place.trial_id).get()));
    return json::serialize(out);
}

Result<std::string> WebApp::forget(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    GANTRY_CHECK(forgetPlacement(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return placements(request, parameters);
}

}  // namespace gantry::agent
