/// The calls about what comes from sponsors: enrolments, inbox, packs, questions.
#include <boost/json.hpp>
#include <charconv>

#include "inbox/answering.hpp"
#include "inbox/json_reader.hpp"
#include "inbox/pack_life.hpp"
#include "web/decisions.hpp"
#include "web/inbox_views.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

std::vector<std::string> partsOf(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find(',', from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

Result<std::optional<StudyId>> studyIn(const std::string& text) {
    if (text.empty()) return std::optional<StudyId>();
    StudyId id = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (ec != std::errc() || end != text.data() + text.size())
        return fail(Errc::InvalidArgument, "'study' must be the number of a study");
    return std::optional(id);
}

/// An enrolment file or an answer is longer than what people type.
Result<std::map<std::string, std::string>> textsIn(std::string_view body,
                                                   std::initializer_list<std::string_view> keys) {
    const auto value = parsedJson(body, "the call");
    if (!value) return fail(Errc::InvalidArgument, "a JSON object is expected");
    JsonReader reader(*value, "the call");
    std::map<std::string, std::string> out;
    for (const auto key : keys) out[std::string(key)] = reader.required(key);
    if (const auto good = reader.done(); !good) return fail(Errc::InvalidArgument, good.error().context);
    return out;
}

json::object problem(const std::string& what, const std::string& meaning, const std::string& then) {
    return {{"what", what}, {"meaning", meaning}, {"do", then}};
}

}  // namespace

Result<SiteInbox*> WebApp::siteInbox() const {
    if (parts_.inbox == nullptr) return fail(Errc::NotFound, "this site has no trials by enrolment");
    return parts_.inbox;
}

Result<std::string> WebApp::inboxState(const http::Request&, const Parameters&) {
    json::array out;
    for (const auto& trial : GANTRY_TRY(GANTRY_TRY(siteInbox())->trials())) {
        auto one = enrolledJson(trial);
        auto more = GANTRY_TRY(
            parts_.catalogue.read([&](Database& db) { return inboxJson(db, trial.enrolment.trial); }));
        for (auto& [key, value] : more) one[key] = std::move(value);
        out.push_back(std::move(one));
    }
    return json::serialize(out);
}

Result<std::string> WebApp::inboxPull(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {}));
    GANTRY_CHECK(GANTRY_TRY(siteInbox())->pull(textOf(input, "trial")));
    return std::string("{}");
}

Result<std::string> WebApp::packList(const http::Request& request, const Parameters&) {
    const auto asked = request.query.find("trial");
    json::array out;
    for (const auto& trial : GANTRY_TRY(GANTRY_TRY(siteInbox())->trials())) {
        const auto& id = trial.enrolment.trial;
        if (asked != request.query.end() && asked->second != id) continue;
        for (const auto& pack :
             GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return packsOf(db, id); })))
            out.push_back(packJson(pack, parts_.clock.nowMillis()));
    }
    return json::serialize(out);
}

Result<std::string> WebApp::packAcknowledge(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto id = parameters.at(0);
    const auto now = parts_.clock.nowMillis();
    const auto pack = GANTRY_TRY(parts_.catalogue.write([&](Database& db) -> Result<PackRow> {
        GANTRY_CHECK(agent::acknowledge(db, id, textOf(input, "who"), now));
        return packById(db, id);
    }));
    GANTRY_CHECK(GANTRY_TRY(siteInbox())->pull(pack.trial_id));  // so that the sponsor hears of it soon
    inboxChanged();
    return json::serialize(packJson(pack, now));
}

Result<std::string> WebApp::queryList(const http::Request&, const Parameters&) {
    json::array out;
    for (const auto& query : GANTRY_TRY(parts_.catalogue.read([](Database& db) { return queries(db); })))
        out.push_back(queryJson(query, parts_.clock.nowMillis()));
    return json::serialize(out);
}

Result<std::string> WebApp::queryShow(const http::Request&, const Parameters& parameters) {
    const auto query =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return queryById(db, parameters.at(0)); }));
    return json::serialize(queryJson(query, parts_.clock.nowMillis()));
}

Result<std::string> WebApp::queryRead(const http::Request&, const Parameters& parameters) {
    const auto query = GANTRY_TRY(parts_.catalogue.write([&](Database& db) -> Result<QueryRow> {
        GANTRY_CHECK(markQueryRead(db, parameters.at(0)));
        return queryById(db, parameters.at(0));
    }));
    inboxChanged();
    return json::serialize(queryJson(query, parts_.clock.nowMillis()));
}

Result<std::string> WebApp::queryAnswer(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto id = parameters.at(0);
    const auto query = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return queryById(db, id); }));
    const auto trial = parts_.trials.of(query.trial_id);
    if (!trial) return fail(Errc::Conflict, "the trial is not in force here");
    const AnswerWish wish{textOf(input, "who"), textOf(input, "text"), textOf(input, "decision"),
                          GANTRY_TRY(studyIn(textOf(input, "study"))), partsOf(textOf(input, "series"))};
    const auto now = parts_.clock.nowMillis();
    const auto answered = GANTRY_TRY(
        answerQuery(parts_.catalogue, parts_.config, *trial, parts_.spool.folder(), id, wish, now));
    if (parts_.inbox) GANTRY_CHECK(parts_.inbox->pull(query.trial_id));
    if (query.study) studyChanged(*query.study);
    inboxChanged();
    return json::serialize(queryJson(answered, now));
}

Result<std::string> WebApp::enrol(const http::Request& request, const Parameters&) {
    auto input = GANTRY_TRY(textsIn(request.body, {"file", "ae_title", "who"}));
    auto* inbox = GANTRY_TRY(siteInbox());
    const auto enrolment =
        GANTRY_TRY(inbox->enrol({input["file"], input["ae_title"], "gantryd " GANTRY_VERSION, input["who"]}));
    inboxChanged();
    return json::serialize(enrolledJson({enrolment, 0, {}, ""}));
}

Result<std::string> WebApp::enrolmentRequest(const http::Request& request, const Parameters&) {
    const auto trial = request.query.find("trial");
    if (trial == request.query.end()) return fail(Errc::InvalidArgument, "'trial' is missing");
    return GANTRY_TRY(siteInbox())->request(trial->second);
}

Result<std::string> WebApp::enrolmentAnswer(const http::Request& request, const Parameters&) {
    auto input = GANTRY_TRY(textsIn(request.body, {"trial", "answer", "who"}));
    const auto enrolment =
        GANTRY_TRY(GANTRY_TRY(siteInbox())->answer(input["trial"], input["answer"], input["who"]));
    inboxChanged();
    return json::serialize(enrolledJson({enrolment, 0, {}, ""}));
}

Result<json::object> WebApp::queryCounts() const {
    std::int64_t open = 0;
    std::int64_t unread = 0;
    std::int64_t overdue = 0;
    const auto now = parts_.clock.nowMillis();
    for (const auto& query : GANTRY_TRY(parts_.catalogue.read([](Database& db) { return queries(db); }))) {
        if (query.unread) ++unread;
        if (query.state != "open") continue;
        ++open;
        if (query.due && *query.due < now) ++overdue;
    }
    return json::object{{"open", open}, {"unread", unread}, {"overdue", overdue}};
}

Result<json::array> WebApp::inboxProblems() const {
    json::array out;
    if (parts_.inbox == nullptr) return out;
    for (const auto& trial : GANTRY_TRY(parts_.inbox->trials())) {
        const auto& id = trial.enrolment.trial;
        if (!trial.poll.trouble.empty())
            out.push_back(problem(id + ": " + trial.poll.trouble,
                                  "Scans are judged by what is known here. What was sent is safe.",
                                  "Nothing, if it passes by itself."));
        if (!trial.missing.empty())
            out.push_back(problem(id + " cannot receive scans yet. " + trial.missing,
                                  "Scanners that call " + trial.enrolment.ae_title + " are turned away.",
                                  "Ask the central team if it stays so."));
        if (certificateEnds(trial, parts_.clock.nowMillis()))
            out.push_back(problem("The certificate of this site for " + id + " ends on " +
                                      isoUtc(trial.certificate_ends).substr(0, 10) + ".",
                                  "After that nothing can be sent. It was not renewed yet.",
                                  "Tell site IT and the central team."));
        const auto in_force = parts_.trials.of(id);
        if (in_force && !in_force->sending_stopped.empty())
            out.push_back(problem(in_force->sending_stopped, "Scans are judged, and wait here, safely.",
                                  "Ask the central team."));
        const auto more = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return inboxJson(db, id); }));
        for (const auto& item : more.at("refused").as_array())
            out.push_back(problem(id + ": " + std::string(item.at("name").as_string()) +
                                      " from the central team cannot be used here.",
                                  "What was in force before stays. " +
                                      std::string(item.at("reasons").as_array().front().as_string()),
                                  "Nothing; the central team is told."));
        for (const auto& subject : more.at("not_expected").as_array())
            out.push_back(problem(
                "Subject " + std::string(subject.as_string()) + " of " + id + " is not expected any more.",
                "Scans of this subject are here. They are kept.",
                "Ask the central team if scans of this subject still come."));
    }
    return out;
}

}  // namespace gantry::agent
