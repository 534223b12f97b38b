#include <boost/json.hpp>
#include <set>

#include "gantry/core/http_server.hpp"
#include "gantry/ui/assets.hpp"
#include "raw_http.hpp"
#include "shop.hpp"
#include "site_people.hpp"
#include "web/web_app.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace json = boost::json;

namespace {

struct Page {
    explicit Page(const std::string& patient = "HN1")
        : series(must(scanner::makeSeries(demoSeries(1, patient)))),
          shop("0417-001,HN1," + series.patient.sex + ",BL\n0417-002,,,BL\n"),
          staff(shop.box),
          app({shop.config, *shop.box.catalogue, *shop.box.spool, shop.box.clock, shop.trials, 11112,
               [] { return UploadsUnderWay{}; }, [this] { ++decided; }, *staff.people, kConsoleToken}) {}

    http::Response ask(const http::Request& request) { return app.handle(request); }
    json::value get(const std::string& path) {
        const auto answer = ask(staff.asks(Role::Investigator, "GET", path));
        CAPTURE(path, answer.body);
        REQUIRE(answer.status == 200);
        return json::parse(answer.body);
    }

    scanner::Series series;
    Shop shop;
    SitePeople staff;
    int decided = 0;
    WebApp app;
};

std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
        if (key == name) return value;
    return "";
}

std::set<std::string> keysOf(const json::value& value) {
    std::set<std::string> out;
    for (const auto& member : value.as_object()) out.insert(std::string(member.key()));
    return out;
}

// docs/formats/api.md
const std::set<std::string> kBoardKeys = {"id",           "state",
                                          "outcome",      "card",
                                          "headline",     "advice",
                                          "repair",       "trial",
                                          "subject",      "visit",
                                          "visit_label",  "patient_label",
                                          "modality",     "study_description",
                                          "source",       "instances",
                                          "series_count", "received_at",
                                          "changed_at",   "verdict_number",
                                          "waits",        "upload"};

struct Call {
    const char* method;
    const char* path;
    const char* body;
    int with_session;
};
// Every route of the document, with a study 1 that is checked and a refusal 1.
constexpr Call kCalls[] = {
    {"GET", "/api/v1/status", "", 200},
    {"GET", "/api/v1/studies", "", 200},
    {"GET", "/api/v1/studies/1", "", 200},
    {"GET", "/api/v1/studies/77", "", 404},
    {"POST", "/api/v1/studies/1/assign", R"({"subject": "0417-001", "visit": "BL", "who": "A. Smith"})", 200},
    {"POST", "/api/v1/studies/1/assign", R"({"subject": "0417-999", "visit": "BL", "who": "A. Smith"})", 400},
    {"POST", "/api/v1/studies/1/assign", R"({"subject": "0417-001", "visit": "BL"})", 200},
    {"POST", "/api/v1/studies/1/assign", "nonsense", 400},
    {"POST", "/api/v1/studies/1/release", R"({"who": "A. Smith", "why": "said so"})", 409},
    {"POST", "/api/v1/studies/1/release", R"({"who": "A. Smith", "why": "  "})", 400},
    {"POST", "/api/v1/studies/77/release", R"({"who": "A. Smith", "why": "said so"})", 404},
    {"POST", "/api/v1/studies/1/judge-again", R"({"who": "A. Smith", "why": "said so"})", 409},
    {"POST", "/api/v1/studies/1/answer", R"({"question": "none", "value": "1", "who": "A. Smith"})", 400},
    {"POST", "/api/v1/studies/77/answer", R"({"question": "none", "value": "1", "who": "A. Smith"})", 404},
    {"POST", "/api/v1/studies/1/place", R"({"series": "1.2.3", "slot": "", "who": "A. Smith"})", 400},
    {"POST", "/api/v1/studies/1/place", R"({"series": "1.2.3", "slot": ""})", 400},
    {"POST", "/api/v1/studies/1/waive", R"({"rule": "CT-THICK", "deviation": "D1", "who": "A. Smith"})", 400},
    {"POST", "/api/v1/studies/1/correct", R"({"subject": "0417-002", "who": "A. Smith", "why": "w"})", 200},
    {"POST", "/api/v1/studies/1/correct", R"({"none": "yes", "who": "A. Smith", "why": "w"})", 200},
    {"POST", "/api/v1/studies/1/correct", R"({"subject": "0417-001", "who": "A. Smith", "why": "w"})", 400},
    {"POST", "/api/v1/studies/1/correct", R"({"who": "A. Smith", "why": "w"})", 400},
    {"POST", "/api/v1/studies/1/correct", R"({"subject": "0417-002", "who": "A. Smith"})", 400},
    {"POST", "/api/v1/studies/77/correct", R"({"subject": "0417-002", "who": "A. Smith", "why": "w"})", 404},
    {"GET", "/api/v1/corrections", "", 200},
    {"POST", "/api/v1/corrections/1/confirm", R"({"who": "A. Smith"})", 404},
    {"POST", "/api/v1/corrections/1/reject", R"({"who": "A. Smith", "why": "w"})", 404},
    {"GET", "/api/v1/crosswalk", "", 200},
    {"POST", "/api/v1/crosswalk/1/show", R"({"who": "A. Smith"})", 200},
    {"POST", "/api/v1/crosswalk/77/show", R"({"who": "A. Smith"})", 404},
    {"POST", "/api/v1/crosswalk/export", R"({"trial": "onc-demo", "who": "A. Smith", "why": "w"})", 200},
    {"POST", "/api/v1/crosswalk/export", R"({"trial": "onc-demo", "who": "A. Smith"})", 400},
    {"POST", "/api/v1/crosswalk/import", R"({"trial": "none", "who": "A. Smith", "csv": ""})", 404},
    {"POST", "/api/v1/crosswalk/import", R"({"trial": "onc-demo", "who": "A. Smith", "csv": "x"})", 400},
    {"GET", "/api/v1/visits", "", 404},
    {"GET", "/api/v1/scanners", "", 200},
    {"POST", "/api/v1/scanners/1/qualify", R"({"qualified": "yes", "who": "A. Smith", "why": "w"})", 404},
    {"POST", "/api/v1/scanners/1/phantom", R"({"phantom": "p", "passed_on": "20260101", "who": "A"})", 404},
    {"GET", "/api/v1/placements", "", 200},
    {"POST", "/api/v1/placements/1/forget", R"({"who": "A. Smith"})", 404},
    {"GET", "/api/v1/refusals", "", 200},
    {"POST", "/api/v1/refusals/1/acknowledge", R"({"who": "A. Smith"})", 200},
    {"POST", "/api/v1/refusals/77/acknowledge", R"({"who": "A. Smith"})", 404},
    {"GET", "/api/v1/events", "", 200},
    {"GET", "/api/v1/nothing", "", 404},
    {"DELETE", "/api/v1/studies/1", "", 405},
    {"GET", "/api/v1/studies/1/release", "", 405},
    {"GET", "/api/v1/studies/one", "", 404},
};

}  // namespace

TEST_CASE("each call asks for session, header and name as documented", "[agent][web]") {
    for (const auto& call : kCalls) {
        CAPTURE(call.method, call.path, call.body);
        Page page;
        const auto study = page.shop.deliver(page.series);
        REQUIRE(must(page.shop.box.store(madeFile(page.series.instances[0]))).stored == Stored::Duplicate);
        page.shop.box.clock.advance(300);
        page.shop.judge();
        REQUIRE(page.shop.state(study) == "checked");
        const auto before = everything(*page.shop.box.catalogue);
        const bool changes = std::string_view(call.method) != "GET";
        const auto mine = page.staff.asks(Role::Investigator, call.method, call.path, call.body);

        CHECK(page.ask(SitePeople::stranger(call.method, call.path, call.body)).status == 401);
        auto forged = mine;
        forged.headers["Cookie"] = "gantry_session=" + std::string(64, '0');
        CHECK(page.ask(forged).status == 401);
        auto elsewhere = mine;
        elsewhere.headers["Host"] = "evil.example";
        CHECK(page.ask(elsewhere).status == 403);
        elsewhere.headers.erase("Host");
        CHECK(page.ask(elsewhere).status == 403);
        auto bare = mine;
        bare.headers.erase("X-Gantry-Request");
        if (changes && call.with_session != 405) CHECK(page.ask(bare).status == 403);
        bare.headers["X-Gantry-Request"] = page.staff.session(Role::Technologist).csrf;
        if (changes && call.with_session != 405) CHECK(page.ask(bare).status == 403);
        CHECK(everything(*page.shop.box.catalogue) == before);

        const auto answer = page.ask(mine);
        CHECK(answer.status == call.with_session);
        if (answer.status != 200) CHECK(everything(*page.shop.box.catalogue) == before);
        if (answer.status >= 400 && answer.status != 405)
            CHECK(keysOf(json::parse(answer.body)) == std::set<std::string>{"error", "message", "detail"});
    }
}

TEST_CASE("every answer carries the headers that keep a browser honest", "[agent][web]") {
    Page page;
    for (const auto* path : {"/", "/index.html", "/none", "/healthz", "/api/v1/status", "/api/v1/none"})
        for (const auto* host : {"127.0.0.1:8042", "evil.example"}) {
            auto request = SitePeople::stranger("GET", path);
            request.headers["Host"] = host;
            request.tls = true;
            const auto answer = page.ask(request);
            CAPTURE(path, host, answer.status);
            CHECK(header(answer, "Content-Security-Policy").find("default-src 'self'") == 0);
            CHECK(header(answer, "X-Content-Type-Options") == "nosniff");
            CHECK(header(answer, "Referrer-Policy") == "no-referrer");
            CHECK_FALSE(header(answer, "Strict-Transport-Security").empty());
        }
    const auto plain = page.ask(SitePeople::stranger("GET", "/"));
    CHECK(header(plain, "Strict-Transport-Security").empty());
    CHECK(header(page.ask(page.staff.asks(Role::Investigator, "GET", "/api/v1/status")), "Cache-Control") == "no-store");
}

TEST_CASE("a page elsewhere whose name resolves here is not ours", "[agent][web]") {
    Page page;
    auto elsewhere = page.staff.asks(Role::Technologist, "GET", "/api/v1/status");
    elsewhere.headers["Host"] = "rebound.example";
    CHECK(page.ask(elsewhere).status == 403);
    page.shop.config.web.hosts = {"gantry.hospital.example"};
    for (const auto* host :
         {"localhost", "localhost:8042", "[::1]:8042", "[::1]", "gantry.hospital.example:443"}) {
        elsewhere.headers["Host"] = host;
        CHECK(page.ask(elsewhere).status == 200);
    }
    for (const auto* host :
         {"", "gantry.hospital.example.evil", "127.0.0.1.evil:1", "localhost:evil.example"}) {
        CAPTURE(host);
        elsewhere.headers["Host"] = host;
        CHECK(page.ask(elsewhere).status == (std::string_view(host).starts_with("localhost") ? 200 : 403));
    }
}

TEST_CASE("status, board, study and refusals have the shapes of the document", "[agent][web]") {
    Page page;
    const auto study = page.shop.deliver(page.series);
    REQUIRE(must(page.shop.box.store(madeFile(page.series.instances[0]))).stored == Stored::Duplicate);
    page.shop.settle();
    REQUIRE(page.shop.dispatch());
    page.shop.confirmParcels();

    const auto status = page.get("/api/v1/status");
    for (const auto* key : {"site", "version", "now", "ae_titles", "dicom_address", "disk_free_bytes",
                            "disk_reserve_bytes", "uploads", "trials", "problems"})
        CHECK(keysOf(status).contains(key));
    CHECK(keysOf(status.at("uploads")) ==
          std::set<std::string>{"waiting", "active", "bytes_left", "rate_bytes_s"});
    CHECK(keysOf(status.at("trials").at(0)) ==
          std::set<std::string>{"id", "title", "pack_version", "subjects", "visits", "signatures"});

    const auto board = page.get("/api/v1/studies");
    REQUIRE(board.as_array().size() == 1);
    const auto& entry = board.at(0);
    CHECK(keysOf(entry) == kBoardKeys);
    CHECK(entry.at("card") == "may_leave");
    CHECK(entry.at("state") == "confirmed");
    CHECK(entry.at("instances") == kDemoSlices);
    CHECK(entry.at("visit_label") == "Baseline");
    CHECK(keysOf(entry.at("upload")) ==
          std::set<std::string>{"bytes", "sent", "rate_bytes_s", "state", "reason"});

    const auto detail = page.get("/api/v1/studies/" + std::to_string(study));
    auto keys = kBoardKeys;
    keys.insert({"study_instance_uid", "accession_number", "study_date", "pack", "series", "findings",
                 "timeline", "parcels", "allowed", "questions", "checklist", "cannot_tell", "slots",
                 "suggested_visits", "correction", "deid", "leaks"});
    CHECK(keysOf(detail) == keys);
    CHECK(detail.at("study_instance_uid").as_string() == page.series.study_instance_uid);
    CHECK(keysOf(detail.at("series").at(0)) ==
          std::set<std::string>{"series_instance_uid", "description", "modality", "instances", "slot_id",
                                "slot_label", "repeat", "placed_by", "candidates"});
    CHECK(keysOf(detail.at("findings").at(0)) ==
          std::set<std::string>{"rule", "result", "severity", "repair", "label", "expected", "found", "why",
                                "advice", "slot", "series_instance_uid", "question", "picture", "waiver"});
    CHECK(keysOf(detail.at("timeline").at(0)) == std::set<std::string>{"at", "what", "who", "why"});
    CHECK(detail.at("timeline").as_array().size() == 8);
    CHECK(keysOf(detail.at("parcels").at(0)) == std::set<std::string>{"id", "bytes", "sent", "state",
                                                                      "receipt", "confirmed_at", "content",
                                                                      "subject", "withdrawn", "cancelled"});

    const auto refusals = page.get("/api/v1/refusals");
    CHECK(keysOf(refusals.at(0)) == std::set<std::string>{"id", "at", "kind", "reason", "sentence", "do",
                                                          "calling_ae_title", "address", "sop_instance_uid",
                                                          "study_id", "count", "acknowledged_by"});
    CHECK(refusals.at(0).at("acknowledged_by").is_null());

    const auto later = std::to_string(page.shop.box.clock.nowMillis() + 1);
    CHECK(page.get("/api/v1/status").at("now").as_int64() < std::stoll(later));
    auto since = page.staff.asks(Role::Investigator, "GET", "/api/v1/studies");
    since.query["since"] = later;
    CHECK(json::parse(page.ask(since).body).as_array().empty());
    since.query = {{"since", "-5"}, {"limit", "99999999999999999999"}};
    CHECK(page.ask(since).status == 200);
}

TEST_CASE("a decision on the page is carried out, told on, and listed with who and why", "[agent][web]") {
    Page page("UNKNOWN7");
    const auto study = std::to_string(page.shop.deliver(page.series));
    page.shop.settle();
    CHECK(page.get("/api/v1/studies/" + study).at("card") == "needs_you");
    const auto answer =
        page.ask(page.staff.asks(Role::Investigator, "POST", "/api/v1/studies/" + study + "/assign",
                               R"({"subject": "0417-002", "visit": "BL", "who": "A. Smith"})"));
    REQUIRE(answer.status == 200);
    CHECK(page.decided == 1);
    const auto detail = json::parse(answer.body);
    CHECK(detail.at("state") == "complete");
    const auto& last = detail.at("timeline").as_array().back();
    CHECK(last.at("who").as_string() == SitePeople::nameOf(Role::Investigator));  // whatever the body says
    const auto too_long = json::serialize(json::value{{"why", std::string(600, 'x')}});
    CHECK(page.ask(page.staff.asks(Role::Investigator, "POST", "/api/v1/studies/" + study + "/release", too_long)).status == 400);
}

TEST_CASE("the page's files are named by their content and not sent twice", "[agent][web]") {
    Page page;
    REQUIRE_FALSE(ui::assets().empty());
    for (const auto& asset : ui::assets()) {
        auto request = SitePeople::stranger("GET", std::string(asset.path));
        const auto first = page.ask(request);
        CAPTURE(asset.path);
        CHECK(first.status == 200);
        CHECK(first.body == asset.content);
        const auto tag = header(first, "ETag");
        REQUIRE_FALSE(tag.empty());
        request.headers["If-None-Match"] = tag;
        const auto second = page.ask(request);
        CHECK(second.status == 304);
        CHECK(second.body.empty());
        CHECK(header(second, "ETag") == tag);
        request.headers["If-None-Match"] = "\"other\"";
        CHECK(page.ask(request).status == 200);
    }
    CHECK(page.ask(SitePeople::stranger("GET", "/")).status == 200);
    CHECK(page.ask(SitePeople::stranger("POST", "/")).status == 405);
    CHECK(page.ask(SitePeople::stranger("GET", "/../catalogue.sqlite")).status == 404);
}

TEST_CASE("a browser that listens hears of a change", "[agent][web]") {
    Page page;
    const auto server = must(http::Server::start({}, page.app));
    const auto host = "Host: 127.0.0.1:" + std::to_string(server->port()) + "\r\n";
    RawClient listener(server->port());
    listener.send("GET /api/v1/events HTTP/1.1\r\n" + host + "Authorization: Bearer " + kConsoleToken + "\r\n\r\n");
    CHECK(listener.readUntil("\r\n\r\n").find("text/event-stream") != std::string::npos);
    page.app.studyChanged(7);
    const auto heard =
        listener.readUntil("\"id\":7}\n\n");  // comments that keep the line open may come first
    CHECK(heard.find("event: study\n") != std::string::npos);
    CHECK(heard.find("data: {\"id\":7}\n\n") != std::string::npos);
}
