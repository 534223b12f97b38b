#include "web/web_app.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <limits>

#include "gantry/ui/assets.hpp"
#include "web/correction_views.hpp"
#include "web/decisions.hpp"
#include "web/deid_views.hpp"
#include "web/json_views.hpp"
#include "web/pixel_decisions.hpp"
#include "workflow/waiting.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr int kMaxBoard = 500;

std::int64_t queryNumber(const http::Request& request, const std::string& key, std::int64_t fallback,
                         std::int64_t most) {
    const auto found = request.query.find(key);
    if (found == request.query.end()) return fallback;
    std::int64_t number = fallback;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
    return std::clamp<std::int64_t>(number, 0, most);
}

void secure(http::Response& response, bool tls) {
    auto& headers = response.headers;
    headers.emplace_back("Content-Security-Policy",
                         "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    headers.emplace_back("Referrer-Policy", "no-referrer");
    if (tls) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

json::array aeTitles(const Trials& trials) {
    json::array out;
    for (const auto& [id, trial] : trials)
        if (trial.receives) out.emplace_back(trial.config.ae_title);
    return out;
}

json::object signaturesJson(const qc::Pack& pack) {
    json::object out;
    for (const auto& [decision, meaning] : pack.signatures()) out[decision] = meaning;
    return out;
}

json::array trialsJson(const Trials& trials) {
    json::array out;
    for (const auto& [id, trial] : trials) {
        if (!trial.receives) continue;
        json::array subjects;
        for (const auto& entry : trial.roster) subjects.emplace_back(entry.subject_id);
        json::array visits;
        for (const auto& visit : trial.pack.visits())
            visits.push_back({{"id", visit.id}, {"label", visit.label}});
        out.push_back({{"id", id},
                       {"title", trial.pack.title()},
                       {"pack_version", trial.pack.version()},
                       {"subjects", std::move(subjects)},
                       {"visits", std::move(visits)},
                       {"signatures", signaturesJson(trial.pack)}});
    }
    return out;
}

}  // namespace

WebApp::WebApp(Parts parts) : parts_(std::move(parts)) {}

void WebApp::inboxChanged() {
    feed_.publish("inbox", "{}");
}

void WebApp::studyChanged(StudyId study) {
    feed_.publish("study", json::serialize(json::value{{"id", study}}));
}

http::Response WebApp::handle(const http::Request& request) {
    http::Response response;
    if (!hostIsOurs(request))
        response =
            http::problem(fail(Errc::NotAllowed, "this name is not one of the page's (key web.hosts)"));
    else if (request.path == "/healthz")
        response = http::text(200, "ok\n");
    else if (request.path.starts_with("/api/"))
        response = api(request);
    else
        response = asset(request);
    secure(response, request.tls);
    return response;
}

http::Response WebApp::asset(const http::Request& request) {
    if (request.method != "GET" && request.method != "HEAD")
        return http::text(405, "This is a page; it is only read.\n");
    const auto path = request.path == "/" ? std::string_view("/index.html") : std::string_view(request.path);
    const auto assets = ui::assets();
    const auto found = std::ranges::find(assets, path, &ui::Asset::path);
    if (found == assets.end()) return http::text(404, "There is no such page.\n");
    http::Response response;
    response.headers = {{"Content-Type", std::string(found->content_type)},
                        {"ETag", std::string(found->etag)},
                        {"Cache-Control", "no-cache"}};
    if (request.header("If-None-Match") == found->etag)
        response.status = 304;
    else
        response.body = found->content;
    return response;
}

// A page of another site must not reach this one by a name that resolves here (DNS rebinding).
bool WebApp::hostIsOurs(const http::Request& request) const {
    std::string host(request.header("Host"));
    const auto colon = host.rfind(':');
    if (colon != std::string::npos && host.find(']', colon) == std::string::npos) host.resize(colon);
    if (host == "localhost" || host == "127.0.0.1" || host == "[::1]" || host == parts_.config.web.address)
        return true;
    return std::ranges::find(parts_.config.web.hosts, host) != parts_.config.web.hosts.end();
}

Result<std::string> WebApp::status(const http::Request&, const Parameters&) {
    const auto outbox = GANTRY_TRY(parts_.catalogue.read([](Database& db) { return outboxSummary(db); }));
    const auto free = GANTRY_TRY(freeBytes(parts_.spool.folder()));
    const auto& config = parts_.config;
    json::array problems;
    if (free < parts_.spool.reserveBytes() + (1u << 30))
        problems.push_back(
            {{"what", free < parts_.spool.reserveBytes() ? "The disk is full." : "The disk is nearly full."},
             {"meaning", "New images are refused when the reserve is reached. What is here is safe."},
             {"do", "Tell site IT to free space."}});
    const auto trials = parts_.trials.all();
    for (const auto& [id, trial] : *trials)
        if (!trial.pack_refused.empty())
            problems.push_back({{"what", "The new protocol pack of " + id + " was refused."},
                                {"meaning", "Scans are judged by pack " + trial.pack.version() +
                                                ", the last good one. " + trial.pack_refused},
                                {"do", "Tell the central team."}});
    for (auto& problem : GANTRY_TRY(inboxProblems())) problems.push_back(std::move(problem));
    for (const auto& [sentence, reason] : outbox.waits)
        problems.push_back(
            {{"what", sentence}, {"meaning", "Scans wait here, safely."}, {"do", adviceFor(reason)}});
    return json::serialize(
        json::value{{"site", config.site_id},
                    {"site_name", config.site_name},
                    {"version", GANTRY_VERSION},
                    {"now", parts_.clock.nowMillis()},
                    {"ae_titles", aeTitles(*trials)},
                    {"dicom_address", config.dicom.announce + ":" + std::to_string(parts_.dicom_port)},
                    {"disk_free_bytes", free},
                    {"disk_reserve_bytes", parts_.spool.reserveBytes()},
                    {"uploads",
                     {{"waiting", outbox.waiting},
                      {"active", outbox.active},
                      {"bytes_left", outbox.bytes_left},
                      {"rate_bytes_s", parts_.uploads().bytes_per_second}}},
                    {"trials", trialsJson(*trials)},
                    {"queries", GANTRY_TRY(queryCounts())},
                    {"problems", std::move(problems)}});
}

Result<std::string> WebApp::studies(const http::Request& request, const Parameters&) {
    const auto since = queryNumber(request, "since", 0, std::numeric_limits<std::int64_t>::max());
    const auto limit = static_cast<int>(queryNumber(request, "limit", 200, kMaxBoard));
    const auto rows =
        GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return board(db, since, limit); }));
    json::array out;
    for (const auto& row : rows) out.push_back(boardEntry(row));
    return json::serialize(out);
}

json::object WebApp::boardEntry(const BoardRow& row) {
    const auto settles =
        row.study.last_instance_at + std::chrono::milliseconds(parts_.config.completion.settle).count();
    return boardJson(row, cardOf(row, settles, parts_.clock.nowMillis()),
                     parts_.trials.of(row.study.trial_id).get(), parts_.uploads().bytes_per_second);
}

Result<std::string> WebApp::study(const http::Request&, const Parameters& parameters) {
    const auto id = parameters.at(0);
    auto out = GANTRY_TRY(parts_.catalogue.read([&](Database& db) -> Result<json::object> {
        const auto row = GANTRY_TRY(boardRow(db, id));
        auto json_row = boardEntry(row);
        const auto verdict = GANTRY_TRY(latestVerdict(db, id));
        json_row["study_instance_uid"] = row.study.study_instance_uid;
        json_row["accession_number"] = row.study.accession_number;
        json_row["study_date"] = row.study.study_date;
        json_row["pack"] = json::object{{"id", verdict ? verdict->verdict.pack_id : ""},
                                        {"version", verdict ? verdict->verdict.pack_version : ""}};
        for (auto& [key, value] : verdictJson(verdict ? verdict->verdict : Verdict{})) json_row[key] = value;
        for (auto& [key, value] : GANTRY_TRY(checkParts(db, row.study))) json_row[key] = value;
        const auto entries = GANTRY_TRY(auditOf(db, id));
        const auto decisions = GANTRY_TRY(decisionsOf(db, id));
        json_row["timeline"] = timelineJson(entries, decisions);
        json::array parcels;
        for (const auto& parcel : GANTRY_TRY(parcelsOf(db, id))) {
            const auto receipt = GANTRY_TRY(receiptOf(db, parcel.id));
            parcels.push_back(parcelJson(parcel, receipt));
        }
        json_row["parcels"] = std::move(parcels);
        json_row["correction"] = correctionJson(row.correction);
        json_row["deid"] = deidSummaryJson(GANTRY_TRY(deidReportsOf(db, id)));
        json_row["leaks"] = GANTRY_TRY(openLeaks(db, row.study));
        json::array allowed;
        for (const auto name : allowedDecisions(row)) allowed.emplace_back(name);
        json_row["allowed"] = std::move(allowed);
        return json_row;
    }));
    return json::serialize(out);
}

Result<std::string> WebApp::deid(const http::Request&, const Parameters& parameters) {
    const auto reports = GANTRY_TRY(parts_.catalogue.read([&](Database& db) -> Result<json::array> {
        GANTRY_TRY(studyById(db, parameters.at(0)));
        return deidReportsJson(GANTRY_TRY(deidReportsOf(db, parameters.at(0))));
    }));
    return json::serialize(reports);
}

Result<std::string> WebApp::pixels(const http::Request&, const Parameters& parameters) {
    const auto looks = GANTRY_TRY(parts_.catalogue.read([&](Database& db) -> Result<json::array> {
        const auto id = parameters.at(0);
        GANTRY_TRY(studyById(db, id));
        const auto words = GANTRY_TRY(wordsAbout(db, id));
        return looksJson(id, GANTRY_TRY(looksOf(db, id)), words);
    }));
    return json::serialize(looks);
}

Result<std::string> WebApp::sayPixels(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"instance", "boxes", "who"}));
    GANTRY_CHECK(sayWherePixelsShowText(parts_.catalogue, parameters.at(0), input, parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::assign(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"subject", "who"}));
    const auto id = parameters.at(0);
    GANTRY_CHECK(assignSubject(parts_.catalogue, *parts_.trials.all(), id, input, parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::release(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who", "why"}));
    const auto id = parameters.at(0);
    GANTRY_CHECK(releaseStudy(parts_.catalogue, id, input, parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::judgeAgain(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who", "why"}));
    const auto id = parameters.at(0);
    GANTRY_CHECK(judgeStudyAgain(parts_.catalogue, id, input, parts_.clock.nowMillis()));
    return decided(request, parameters);
}

Result<std::string> WebApp::refusalList(const http::Request& request, const Parameters&) {
    const auto limit = static_cast<int>(queryNumber(request, "limit", 200, kMaxBoard));
    const auto rows = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return refusals(db, limit); }));
    json::array out;
    for (const auto& row : rows) out.push_back(refusalJson(row));
    return json::serialize(out);
}

Result<std::string> WebApp::acknowledge(const http::Request& request, const Parameters& parameters) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"who"}));
    const auto id = parameters.at(0);
    GANTRY_CHECK(acknowledgeEntry(parts_.catalogue, id, input, parts_.clock.nowMillis()));
    parts_.decided();
    feed_.publish("refusal", json::serialize(json::value{{"id", id}}));
    const auto row = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return refusalById(db, id); }));
    if (row.study) studyChanged(*row.study);
    return json::serialize(refusalJson(row));
}

}  // namespace gantry::agent
