/// The calls about corrections and the crosswalk.
#include <boost/json.hpp>

#include "web/correction_views.hpp"
#include "web/decisions.hpp"
#include "web/web_app.hpp"
#include "workflow/corrections.hpp"
#include "workflow/crosswalk_csv.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr int kMostCorrections = 500;

/// A study's other studies may have been corrected with it.
std::string idsOf(const std::vector<StudyId>& studies) {
    json::array ids;
    for (const auto study : studies) ids.emplace_back(study);
    return json::serialize(json::value{{"studies", std::move(ids)}});
}

std::string memberText(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

Result<std::string> WebApp::correct(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who", "why"}));
    const auto scope = textOf(input, "scope");
    if (!scope.empty() && scope != "study" && scope != "patient")
        return fail(Errc::InvalidArgument, "'scope' must be study or patient");
    const Proposal proposal{textOf(input, "subject"), textOf(input, "none") == "yes", textOf(input, "visit"),
                            scope != "study",         textOf(input, "who"),           textOf(input, "why")};
    GANTRY_TRY(proposeCorrection(parts_.catalogue, *parts_.trials.all(), parameters.at(0), proposal,
                                 parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::correctionList(const http::Request&, const Parameters&) {
    const auto rows =
        GANTRY_TRY(parts_.catalogue.read([](Database& db) { return corrections(db, kMostCorrections); }));
    json::array out;
    for (const auto& row : rows) out.push_back(correctionJson(row));
    return json::serialize(out);
}

Result<std::string> WebApp::confirmCorrected(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto studies =
        GANTRY_TRY(confirmCorrection(parts_.catalogue, *parts_.trials.all(), parameters.at(0),
                                     textOf(input, "who"), parts_.clock.nowMillis(), textOf(input, "signature")));
    parts_.decided();
    for (const auto study : studies) studyChanged(study);
    return idsOf(studies);
}

Result<std::string> WebApp::rejectCorrected(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who", "why"}));
    const auto study = GANTRY_TRY(rejectCorrection(parts_.catalogue, parameters.at(0), textOf(input, "who"),
                                                   textOf(input, "why"), parts_.clock.nowMillis()));
    studyChanged(study);
    return idsOf({study});
}

Result<std::string> WebApp::crosswalkList(const http::Request& request, const Parameters&) {
    const auto trial = request.query.find("trial");
    const auto rows = GANTRY_TRY(parts_.catalogue.read(
        [&](Database& db) { return links(db, trial == request.query.end() ? "" : trial->second); }));
    json::array out;
    for (const auto& row : rows) out.push_back(linkJson(row));
    return json::serialize(out);
}

Result<Patient> WebApp::patientOfLink(const LinkRow& link) const {
    const auto trial = parts_.trials.of(link.trial_id);
    if (!trial || !trial->crosswalk) return fail(Errc::InvalidArgument, "the trial is not configured here");
    return trial->crosswalk->patient(link);
}

Result<std::string> WebApp::crosswalkShow(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto link =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return linkById(db, parameters.at(0)); }));
    const auto patient = GANTRY_TRY(patientOfLink(link));
    GANTRY_CHECK(parts_.catalogue.write([&](Database& db) {
        return appendAudit(db,
                           {std::nullopt, textOf(input, "who"), "crosswalk-shown", "", "", link.subject_id},
                           parts_.clock.nowMillis());
    }));
    return json::serialize(linkJson(link, patient));
}

Result<std::string> WebApp::crosswalkExport(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"trial", "who", "why"}));
    const auto rows =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return links(db, textOf(input, "trial")); }));
    json::array out;
    for (const auto& row : rows) out.push_back(linkJson(row, GANTRY_TRY(patientOfLink(row))));
    GANTRY_CHECK(parts_.catalogue.write([&](Database& db) {
        return appendAudit(db,
                           {std::nullopt, textOf(input, "who"), "crosswalk-exported", "", "",
                            textOf(input, "trial") + ", " + std::to_string(rows.size()) +
                                " subjects: " + textOf(input, "why")},
                           parts_.clock.nowMillis());
    }));
    return json::serialize(out);
}

// The CSV is longer than a decision's texts, so that the body is read here.
Result<std::string> WebApp::crosswalkImport(const http::Request& request, const Parameters&) {
    boost::system::error_code ec;
    const auto parsed = json::parse(request.body, ec);
    const auto* object = ec ? nullptr : parsed.if_object();
    if (!object) return fail(Errc::InvalidArgument, "a JSON object is expected");
    const auto who = memberText(*object, "who");
    if (who.find_first_not_of(' ') == std::string::npos)
        return fail(Errc::InvalidArgument, "'who' is missing");
    const auto trial = parts_.trials.of(memberText(*object, "trial"));
    if (!trial) return fail(Errc::NotFound, "there is no such trial here");
    const auto entries = GANTRY_TRY(parseCrosswalk(memberText(*object, "csv")));
    const auto added =
        GANTRY_TRY(importCrosswalk(parts_.catalogue, *trial, entries, who, parts_.clock.nowMillis()));
    return json::serialize(json::value{{"lines", entries.size()}, {"added", added}});
}

}  // namespace gantry::agent
