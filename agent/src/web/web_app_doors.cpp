/// Who calls, whether that may be, and under whose name it is done.
#include <algorithm>
#include <boost/json.hpp>

#include "catalogue/corrections.hpp"
#include "gantry/core/crypto.hpp"
#include "web/pictures.hpp"
#include "web/route_match.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr int kUnauthorised = 401;
constexpr int kLocked = 423;

http::Response refused(int status, const std::string& sentence) {
    auto response = http::problem(fail(Errc::NotAllowed, sentence));
    response.status = status;
    return response;
}

bool isLoopbackPeer(std::string_view peer) {
    return peer == "::1" || peer.starts_with("127.");
}

std::string cookieOf(const http::Request& request) {
    const auto name = sessionCookie(request.tls) + "=";
    std::string_view rest = request.header("Cookie");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        auto one = rest.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(name)) return std::string(one.substr(name.size()));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

void finish(http::Response& response, const std::string& path) {
    if (path.ends_with(".csv"))
        response.headers = {{"Content-Type", "text/csv; charset=utf-8"}, {"Content-Disposition", "attachment"}};
    const bool said = std::ranges::any_of(response.headers, [](const auto& one) { return one.first == "Cache-Control"; });
    if (!said && response.events == nullptr) response.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace

std::string sessionCookie(bool tls) {
    return tls ? "__Host-gantry_session" : "gantry_session";  // the prefix binds it to this host, and needs TLS
}

/// Nobody has no roles.
Result<Caller> WebApp::callerOf(const http::Request& request) {
    Caller caller;
    if (const auto said = request.header("Authorization"); said.starts_with(kBearer)) {
        const auto token = said.substr(kBearer.size());
        if (!parts_.console_token.empty() && isLoopbackPeer(request.peer) &&
            equalConstantTime(asBytes(token), asBytes(parts_.console_token)))
            caller.roles = kEverybody;
        return caller;
    }
    const auto session = parts_.people.sessions().find(cookieOf(request), parts_.clock.nowMillis());
    if (!session) return caller;
    auto person = GANTRY_TRY(parts_.people.person(session->person));
    if (person.left_at) return caller;
    caller.roles = static_cast<Roles>(person.role);
    caller.who = person.full_name;
    caller.person = std::move(person);
    caller.session = session;
    return caller;
}

std::optional<http::Response> WebApp::refusal(const http::Request& request, const Route& route, const Caller& caller) {
    const bool changes = request.method != "GET" && request.method != "HEAD";
    const auto header = request.header("X-Gantry-Request");
    if (changes && header.empty())
        return refused(403, "the header X-Gantry-Request is missing");
    if (route.door == Door::Everybody) return std::nullopt;
    if (changes && caller.session && !equalConstantTime(asBytes(header), asBytes(caller.session->csrf)))
        return refused(403, "the header X-Gantry-Request is not that of the session; load the page again");
    if (caller.session && caller.session->locked && route.door != Door::Session)
        return refused(kLocked, "the page is locked; unlock it first");
    if (caller.person && caller.person->must_change && route.door == Door::Open)
        return refused(403, "choose a password of your own first");
    if ((route.roles & caller.roles) == 0)
        return refused(403, "your role may not do this; site IT gives roles");
    return std::nullopt;
}

/// What a pack of the trial asks to be signed, or a phantom's statement. "": nothing.
Result<std::string> WebApp::signatureMeaning(const Route& route, const Parameters& parameters) {
    if (route.decision == "phantom")
        return std::string("I have reviewed these phantom measurements and confirm them.");
    if (route.decision.empty() || parameters.empty()) return std::string();
    const auto study = GANTRY_TRY(parts_.catalogue.read([&](Database& db) -> Result<StudyRow> {
        auto id = parameters.at(0);
        if (route.decision == "confirm-correction") id = GANTRY_TRY(correctionById(db, id)).study;
        return studyById(db, id);
    }));
    const auto trial = parts_.trials.of(study.trial_id);
    return trial ? trial->pack.signatureFor(route.decision) : std::string();
}

/// The body with `who` as the session says, and with what was signed; a password does not go further than here.
Result<std::string> WebApp::bodyBy(const Caller& caller, const Route& route, const http::Request& request,
                                   const Parameters& parameters) {
    boost::system::error_code ec;
    auto parsed = json::parse(request.body, ec);
    auto* body = ec ? nullptr : parsed.if_object();
    if (body == nullptr) return request.body;
    const auto take = [&](std::string_view key) {
        const auto* value = body->if_contains(key);
        auto text = value && value->is_string() ? std::string(value->get_string()) : std::string();
        body->erase(key);
        return text;
    };
    const auto password = take("password");
    const auto code = take("code");
    body->erase("signature");
    if (caller.person) (*body)["who"] = caller.who;
    const auto meaning = GANTRY_TRY(signatureMeaning(route, parameters));
    if (meaning.empty()) return json::serialize(parsed);
    if (caller.person) {
        if (password.empty()) return fail(Errc::InvalidArgument, "this is signed: your password is asked for");
        GANTRY_CHECK(parts_.people.proveAgain(*caller.person, password, code));
        (*body)["signature"] = meaning;
    } else if (route.decision != "phantom") {
        return fail(Errc::NotAllowed, "the trial asks for a signature here: sign in on the page and do it there");
    }
    return json::serialize(parsed);
}

http::Response WebApp::answerOf(const Route& route, const http::Request& request, const Parameters& parameters,
                                const Caller& caller) {
    if (const auto* action = std::get_if<CallerAction>(&route.action)) {
        auto answer = (this->**action)(request, parameters, caller);
        auto response = answer ? *std::move(answer) : http::problem(answer.error());
        finish(response, request.path);
        return response;
    }
    auto by = request;
    if (route.method == "POST") {
        auto body = bodyBy(caller, route, request, parameters);
        if (!body) return http::problem(body.error());
        by.body = *std::move(body);
    }
    auto answer = (this->*std::get<Action>(route.action))(by, parameters);
    if (!answer) return http::problem(answer.error());
    auto response = http::json(200, *std::move(answer));
    finish(response, request.path);
    return response;
}

http::Response WebApp::api(const http::Request& request) {
    const Route* called = nullptr;
    bool known = false;
    Parameters parameters;
    for (const auto& route : routes()) {
        Parameters numbers;
        if (!matches(route.pattern, request.path, numbers)) continue;
        known = true;
        if (route.method != request.method) continue;
        called = &route;
        parameters = std::move(numbers);
        break;
    }
    auto caller = callerOf(request);
    if (!caller) return http::problem(caller.error());
    if (caller->roles == 0 && (called == nullptr || called->door != Door::Everybody))
        return refused(kUnauthorised, "sign in first");
    if (called == nullptr) {
        if (known) return http::text(405, "This is not how it is called.\n");
        return http::problem(fail(Errc::NotFound, "there is no such call"));
    }
    if (auto no = refusal(request, *called, *caller)) return *std::move(no);
    if (caller->session && called->method == "POST" && called->door == Door::Open)
        parts_.people.sessions().active(caller->session->token, parts_.clock.nowMillis());
    return answerOf(*called, request, parameters, *caller);
}

Result<http::Response> WebApp::events(const http::Request&, const Parameters&, const Caller&) {
    http::Response response;
    response.events = &feed_;
    return response;
}

Result<http::Response> WebApp::picture(const http::Request& request, const Parameters&, const Caller&) {
    const auto asked = pictureAsked(request.path);
    if (!asked) return fail(Errc::NotFound, "there is no such picture");
    return pictureAnswer(parts_.catalogue, parts_.config, *asked);
}

}  // namespace gantry::agent
