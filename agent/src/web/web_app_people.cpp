/// The calls about sessions, the own account and the people of the site.
#include <boost/json.hpp>

#include "catalogue/board.hpp"
#include "people/people_rows.hpp"
#include "web/decisions.hpp"
#include "web/route_match.hpp"
#include "web/web_app.hpp"
#include "workflow/waiting.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

http::Response done() {
    return http::json(200, "{}");
}

/// @errors InvalidArgument: a call of the console, which has no account
Result<Session> ownSession(const Caller& caller) {
    if (caller.session) return *caller.session;
    return fail(Errc::InvalidArgument, "this is about the account of who is signed in");
}

http::Response withoutSession(std::string_view state, const std::string& site) {
    return http::json(200, json::serialize(json::value{{"state", state}, {"site", site}}));
}

json::object personJson(const Person& person) {
    return {{"id", person.id},
            {"name", person.name},
            {"full_name", person.full_name},
            {"role", toString(person.role)},
            {"must_change", person.must_change},
            {"pin", !person.pin.empty()},
            {"codes", !person.totp_secret.empty()},
            {"added_at", person.added_at},
            {"added_by", person.added_by},
            {"left_at", person.left_at ? json::value(*person.left_at) : json::value(nullptr)}};
}

/// Wrong name, password or code: the page asks again.
http::Response askedAgain(const Error& error) {
    auto response = http::problem(error);
    if (error.code == Errc::NotAllowed) response.status = 401;
    if (error.code == Errc::PeerBusy) response.status = 429;
    return response;
}

std::string cookieLine(const std::string& token, bool tls) {
    return sessionCookie(tls) + "=" + token + "; HttpOnly; SameSite=Strict; Path=/" + (tls ? "; Secure" : "") +
           (token.empty() ? "; Max-Age=0" : "");
}

}  // namespace

Result<http::Response> WebApp::sessionShow(const http::Request& request, const Parameters&, const Caller& caller) {
    if (caller.session) return sessionAnswer(request, *caller.session);
    const bool set_up = GANTRY_TRY(parts_.people.isSetUp());
    return withoutSession(set_up ? "signed-out" : "set-up", parts_.config.site_id);
}

/// What a locked page may say across the room: numbers, and nothing of anybody.
Result<json::object> WebApp::waitingNumbers() {
    constexpr int kMost = 500;
    const auto rows = GANTRY_TRY(
        parts_.catalogue.read([&](Database& db) { return board(db, parts_.clock.nowMillis(), kMost); }));
    std::int64_t scan_again = 0;
    std::int64_t needs_you = 0;
    for (const auto& row : rows) {
        const auto card = boardEntry(row).at("card");
        if (card == "scan_again") ++scan_again;
        if (card == "needs_you") ++needs_you;
    }
    return json::object{{"scan_again", scan_again}, {"needs_you", needs_you}};
}

Result<http::Response> WebApp::sessionAnswer(const http::Request& request, const Session& session) {
    const auto person = GANTRY_TRY(parts_.people.person(session.person));
    auto out = personJson(person);
    out["state"] = session.locked ? "locked" : person.must_change ? "new-password" : "open";
    out["site"] = parts_.config.site_id;
    out["csrf"] = session.csrf;
    const auto role = static_cast<Roles>(person.role);
    json::array may;
    for (const auto& route : routes())
        if (route.method == "POST" && (route.roles & role) != 0)
            may.emplace_back(route.pattern.substr(std::string_view("/api/v1").size()));
    out["may"] = std::move(may);
    if (session.locked) out["waiting"] = GANTRY_TRY(waitingNumbers());
    auto response = http::json(200, json::serialize(out));
    if (request.method == "POST") response.headers.emplace_back("Set-Cookie", cookieLine(session.token, request.tls));
    return response;
}

Result<http::Response> WebApp::signIn(const http::Request& request, const Parameters&, const Caller&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"name", "password"}));
    auto session = parts_.people.signIn(textOf(input, "name"), textOf(input, "password"), textOf(input, "code"),
                                        request.peer);
    if (!session) return askedAgain(session.error());
    if (*session) return sessionAnswer(request, **session);
    return withoutSession("code-needed", parts_.config.site_id);
}

Result<http::Response> WebApp::setUp(const http::Request& request, const Parameters&, const Caller&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"code", "name", "full_name", "password"}));
    const auto session = parts_.people.setUp(
        textOf(input, "code"), {textOf(input, "name"), textOf(input, "full_name"), Role::SiteIt}, textOf(input, "password"));
    if (!session) return askedAgain(session.error());
    return sessionAnswer(request, *session);
}

Result<http::Response> WebApp::signOut(const http::Request& request, const Parameters&, const Caller& caller) {
    GANTRY_CHECK(parts_.people.signOut(GANTRY_TRY(ownSession(caller))));
    auto response = withoutSession("signed-out", parts_.config.site_id);
    response.headers.emplace_back("Set-Cookie", cookieLine("", request.tls));
    return response;
}

Result<http::Response> WebApp::lockSession(const http::Request&, const Parameters&, const Caller& caller) {
    parts_.people.sessions().lock(GANTRY_TRY(ownSession(caller)).token);
    return done();
}

Result<http::Response> WebApp::unlockSession(const http::Request& request, const Parameters&, const Caller& caller) {
    const auto session = GANTRY_TRY(ownSession(caller));
    const auto input = GANTRY_TRY(readDecision(request.body, {"secret"}));
    if (const auto opened = parts_.people.unlock(session, textOf(input, "secret")); !opened)
        return askedAgain(opened.error());
    return done();
}

Result<http::Response> WebApp::stayAwake(const http::Request&, const Parameters&, const Caller& caller) {
    parts_.people.sessions().active(GANTRY_TRY(ownSession(caller)).token, parts_.clock.nowMillis());
    return done();
}

Result<http::Response> WebApp::changePassword(const http::Request& request, const Parameters&, const Caller& caller) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"password", "new_password"}));
    GANTRY_CHECK(parts_.people.changePassword(GANTRY_TRY(ownSession(caller)), textOf(input, "password"),
                                              textOf(input, "new_password")));
    return done();
}

Result<http::Response> WebApp::setPin(const http::Request& request, const Parameters&, const Caller& caller) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"password"}));
    GANTRY_CHECK(
        parts_.people.setPin(GANTRY_TRY(ownSession(caller)), textOf(input, "password"), textOf(input, "pin")));
    return done();
}

Result<http::Response> WebApp::startCodes(const http::Request&, const Parameters&, const Caller& caller) {
    const auto address = GANTRY_TRY(parts_.people.startTotp(GANTRY_TRY(ownSession(caller))));
    return http::json(200, json::serialize(json::value{{"address", address}}));
}

Result<http::Response> WebApp::confirmCodes(const http::Request& request, const Parameters&, const Caller& caller) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"password", "code"}));
    GANTRY_CHECK(
        parts_.people.confirmTotp(GANTRY_TRY(ownSession(caller)), textOf(input, "password"), textOf(input, "code")));
    return done();
}

Result<http::Response> WebApp::dropCodes(const http::Request& request, const Parameters&, const Caller& caller) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"password"}));
    GANTRY_CHECK(parts_.people.dropTotp(GANTRY_TRY(ownSession(caller)), textOf(input, "password")));
    return done();
}

Result<std::string> WebApp::peopleList(const http::Request&, const Parameters&) {
    json::array out;
    const auto all = GANTRY_TRY(parts_.catalogue.read([](Database& db) { return people(db); }));
    for (const auto& person : all) out.push_back(personJson(person));
    return json::serialize(out);
}

Result<std::string> WebApp::personAdd(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"name", "full_name", "role", "who"}));
    const auto role = parseRole(textOf(input, "role"));
    if (!role) return fail(Errc::InvalidArgument, "'role' is technologist, site-it, investigator or auditor");
    const auto password = GANTRY_TRY(
        parts_.people.add({textOf(input, "name"), textOf(input, "full_name"), *role}, textOf(input, "who")));
    return json::serialize(json::value{{"password", password}});
}

Result<std::string> WebApp::personRole(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"role", "who"}));
    const auto role = parseRole(textOf(input, "role"));
    if (!role) return fail(Errc::InvalidArgument, "'role' is technologist, site-it, investigator or auditor");
    GANTRY_CHECK(parts_.people.setRole(parameters.at(0), *role, textOf(input, "who")));
    return peopleList(request, parameters);
}

Result<std::string> WebApp::personLeft(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"left", "who"}));
    GANTRY_CHECK(parts_.people.setLeft(parameters.at(0), textOf(input, "left") == "yes", textOf(input, "who")));
    return peopleList(request, parameters);
}

Result<std::string> WebApp::personPassword(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto password = GANTRY_TRY(parts_.people.resetPassword(parameters.at(0), textOf(input, "who")));
    return json::serialize(json::value{{"password", password}});
}

}  // namespace gantry::agent
