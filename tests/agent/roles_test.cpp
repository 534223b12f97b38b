// Every call of the API as every role and as nobody, against the table that people read.
#include <boost/json.hpp>
#include <fstream>
#include <regex>
#include <set>

#include "shop.hpp"
#include "site_people.hpp"
#include "web/web_app.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace json = boost::json;

namespace {

struct Row {
    std::string method, path;
    std::string who;  ///< "everybody", "session", or the roles
    std::set<std::string> roles;
};

/// The lines "| `POST /api/v1/…` | technologist, investigator | …" of docs/formats/api-roles.md.
std::vector<Row> documented() {
    std::ifstream in(std::string(GANTRY_SOURCE_DIR) + "/docs/formats/api-roles.md");
    const std::regex line(R"(^\| `(GET|POST) ([^`]+)` \| ([^|]+) \|.*)");
    std::vector<Row> out;
    for (std::string text; std::getline(in, text);) {
        std::smatch found;
        if (!std::regex_match(text, found, line)) continue;
        Row row{found[1], found[2], found[3], {}};
        std::string role;
        for (const auto c : row.who + ",")
            if (c == ',') {
                row.roles.insert(role);
                role.clear();
            } else if (c != ' ') {
                role += c;
            }
        out.push_back(row);
    }
    return out;
}

struct House {
    House()
        : shop("0417-001,HN1,M,BL\n"),
          staff(shop.box),
          app({shop.config, *shop.box.catalogue, *shop.box.spool, shop.box.clock, shop.trials, 11112,
               [] { return UploadsUnderWay{}; }, [] {}, *staff.people, kConsoleToken}) {}
    int status(const http::Request& request) { return app.handle(request).status; }

    Shop shop;
    SitePeople staff;
    WebApp app;
};

std::string filled(std::string path) {
    for (auto at = path.find('{'); at != path.npos; at = path.find('{'))
        path.replace(at, path.find('}', at) - at + 1, path.compare(at, 4, "{id}") == 0 ? "999" : "1.2.3");
    return path;
}

std::string asDocumented(std::string path) {
    return std::regex_replace(path, std::regex(R"(\{id\d*\})"), "{id}");
}

}  // namespace

TEST_CASE("each call is let through for the roles of the document, and for nobody else", "[agent][web][roles]") {
    const auto rows = documented();
    REQUIRE(rows.size() > 60);
    for (const auto& row : rows) {
        CAPTURE(row.method, row.path);
        const auto path = filled(row.path);
        const bool everybody = row.who == "everybody";
        {
            House house;
            CHECK((house.status(SitePeople::stranger(row.method, path, "{}")) == 401) == !everybody);
        }
        for (const auto role : allRoles()) {
            House house;
            CAPTURE(toString(role));
            const auto request = house.staff.asks(role, row.method, path, "{}");
            if (row.method == "POST" && !everybody) {
                auto forged = request;
                forged.headers["X-Gantry-Request"] = "1";
                CHECK(house.status(forged) == 403);
            }
            const auto status = house.status(request);
            const bool may = everybody || row.roles.contains("session") || row.roles.contains(std::string(toString(role)));
            CHECK((status == 403) == !may);
            CHECK(status != 401);
            CHECK(status != 405);
        }
    }
}

TEST_CASE("the document lists every call that there is, and OpenAPI describes it", "[agent][web][roles]") {
    House house;
    const auto answer = house.app.handle(house.staff.asks(Role::Auditor, "GET", "/api/v1/openapi.json"));
    REQUIRE(answer.status == 200);
    const auto document = json::parse(answer.body);
    CHECK(document.at("openapi") == "3.1.0");
    std::set<std::string> described;
    for (const auto& [path, calls] : document.at("paths").as_object())
        for (const auto& [method, call] : calls.as_object()) {
            described.insert(std::string(method == "get" ? "GET " : "POST ") + "/api/v1" + asDocumented(std::string(path)));
            CHECK_FALSE(call.at("summary").as_string().empty());
            CHECK(call.at("responses").as_object().contains("200"));
            std::set<std::string> names;
            if (const auto* parameters = call.as_object().if_contains("parameters"))
                for (const auto& one : parameters->as_array())
                    if (const auto* name = one.as_object().if_contains("name"))
                        CHECK(names.insert(std::string(name->as_string())).second);
        }
    std::set<std::string> listed;
    for (const auto& row : documented()) listed.insert(row.method + " " + row.path);
    CHECK(described == listed);
}

TEST_CASE("a locked page shows nothing, a given password must be changed first", "[agent][web][roles]") {
    House house;
    auto& sessions = house.staff.people->sessions();
    sessions.lock(house.staff.session(Role::Technologist).token);
    const auto ask = [&](Role role, const char* method, const char* path, const std::string& body = "{}") {
        return house.app.handle(house.staff.asks(role, method, path, body));
    };
    CHECK(ask(Role::Technologist, "GET", "/api/v1/studies").status == 423);
    CHECK(ask(Role::Technologist, "POST", "/api/v1/outbox/pause", R"({"who": "x"})").status == 423);
    CHECK(json::parse(ask(Role::Technologist, "GET", "/api/v1/session").body).at("state") == "locked");
    CHECK(ask(Role::Technologist, "POST", "/api/v1/session/unlock", R"({"secret": "no"})").status == 401);
    CHECK(ask(Role::Technologist, "POST", "/api/v1/session/unlock",
              json::serialize(json::value{{"secret", kPassword}})).status == 200);
    CHECK(ask(Role::Technologist, "GET", "/api/v1/studies").status == 200);

    const auto auditor = house.staff.session(Role::Auditor).person;
    change(*house.shop.box.catalogue, "UPDATE person SET must_change = 1 WHERE id = " + std::to_string(auditor));
    CHECK(ask(Role::Auditor, "GET", "/api/v1/studies").status == 403);
    CHECK(json::parse(ask(Role::Auditor, "GET", "/api/v1/session").body).at("state") == "new-password");
    CHECK(ask(Role::Auditor, "POST", "/api/v1/account/password",
              json::serialize(json::value{{"password", kPassword}, {"new_password", "rain on the roof"}})).status == 200);
    CHECK(ask(Role::Auditor, "GET", "/api/v1/studies").status == 200);
}

TEST_CASE("the console's token works at this machine alone", "[agent][web][roles]") {
    House house;
    auto request = SitePeople::console("GET", "/api/v1/people");
    CHECK(house.status(request) == 200);
    request.peer = "10.1.2.3";
    CHECK(house.status(request) == 401);
    request.peer = "::1";
    CHECK(house.status(request) == 200);
    request.headers["Authorization"] = "Bearer 0123456789abcdee";
    CHECK(house.status(request) == 401);
    request.headers["Authorization"] = "Bearer ";
    CHECK(house.status(request) == 401);
}

TEST_CASE("signing in gives a cookie that scripts and other sites do not get", "[agent][web][roles]") {
    House house;
    const auto body = json::serialize(json::value{{"name", "technologist"}, {"password", kPassword}});
    auto request = SitePeople::stranger("POST", "/api/v1/session", body);
    request.tls = true;
    const auto answer = house.app.handle(request);
    REQUIRE(answer.status == 200);
    std::string cookie;
    for (const auto& [name, value] : answer.headers)
        if (name == "Set-Cookie") cookie = value;
    for (const auto* part : {"__Host-gantry_session=", "HttpOnly", "SameSite=Strict", "Secure", "Path=/"})
        CHECK(cookie.find(part) != std::string::npos);
    const auto said = json::parse(answer.body);
    CHECK(said.at("full_name") == "Tessa Technologist");
    auto next = SitePeople::stranger("POST", "/api/v1/session/end", "{}");
    next.tls = true;
    next.headers["Cookie"] = cookie.substr(0, cookie.find(';'));
    next.headers["X-Gantry-Request"] = std::string(said.at("csrf").as_string());
    CHECK(house.status(next) == 200);
    CHECK(house.status(next) == 401);
    request.headers.erase("X-Gantry-Request");
    CHECK(house.status(request) == 403);
}
