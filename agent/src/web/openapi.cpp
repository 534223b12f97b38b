/// OpenAPI 3.1 of the page's API, made from the table of routes.
#include <boost/json.hpp>

#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr std::string_view kApi = "/api/v1";

json::array rolesJson(Roles roles) {
    json::array out;
    for (const auto role : allRoles())
        if (holds(roles, role)) out.emplace_back(toString(role));
    return out;
}

/// {id} twice in one address: OpenAPI wants each name once.
std::string addressOf(std::string_view pattern, json::array& parameters) {
    std::string out;
    int count = 0;
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] != '{') {
            out += pattern[at++];
            continue;
        }
        const auto end = pattern.find('}', at);
        auto name = std::string(pattern.substr(at + 1, end - at - 1));
        const bool number = name == "id";
        if (number && ++count > 1) name += std::to_string(count);
        parameters.push_back(json::object
            {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", number ? "integer" : "string"}}}});
        out += "{" + name + "}";
        at = end + 1;
    }
    return out;
}

std::string_view contentOf(std::string_view pattern) {
    if (pattern.ends_with("/frames/{id}/{id}")) return "application/octet-stream";
    if (pattern.ends_with(".csv")) return "text/csv";
    if (pattern.ends_with("/log")) return "text/plain";
    if (pattern.ends_with(".html")) return "text/html";
    if (pattern.ends_with("/events")) return "text/event-stream";
    if (pattern.ends_with(".png") || pattern.ends_with("{picture}") || pattern.ends_with("{check}")) return "image/png";
    return "application/json";
}

json::object responsesOf(std::string_view pattern, Door door) {
    json::object out{{"200", {{"description", "done"}, {"content", {{contentOf(pattern), json::object()}}}}}};
    const auto refusal = [&](std::string_view status, std::string_view what) {
        out[status] = {{"description", what},
                       {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Refusal"}}}}}}}};
    };
    refusal("400", "the input is not usable");
    refusal("404", "there is no such thing");
    refusal("409", "it contradicts what is there");
    if (door == Door::Everybody) return out;
    refusal("401", "nobody is signed in");
    refusal("403", "the role, the header X-Gantry-Request or the signature is missing");
    refusal("423", "the page is locked");
    return out;
}

}  // namespace

Result<http::Response> WebApp::openApi(const http::Request&, const Parameters&, const Caller&) {
    json::object paths;
    for (const auto& route : routes()) {
        json::array parameters;
        const auto address = addressOf(route.pattern.substr(kApi.size()), parameters);
        const bool changes = route.method == "POST";
        if (changes)
            parameters.push_back(json::object{{"$ref", "#/components/parameters/Request"}});
        json::object call{{"summary", route.what}, {"responses", responsesOf(route.pattern, route.door)}};
        if (!parameters.empty()) call["parameters"] = std::move(parameters);
        if (changes)
            call["requestBody"] = {
                {"required", true},
                {"content", {{"application/json", {{"schema", {{"type", "object"}}}}}}}};
        if (route.door == Door::Everybody)
            call["security"] = json::array();
        else
            call["x-roles"] = rolesJson(route.roles);
        auto& path = paths[address];
        if (!path.is_object()) path.emplace_object();
        path.get_object()[changes ? "post" : "get"] = std::move(call);
    }
    const json::value text{{"type", "string"}};
    const json::object refusal{{"type", "object"},
                               {"required", {"error", "message", "detail"}},
                               {"properties", {{"error", text}, {"message", text}, {"detail", text}}}};
    json::object document{
        {"openapi", "3.1.0"},
        {"info",
         {{"title", "Gantry, the page's API"},
          {"version", GANTRY_VERSION},
          {"description", "Bodies and answers are described in docs/formats/api.md."}}},
        {"servers", json::array{{{"url", kApi}}}},
        {"security", json::array{{{"session", json::array()}}, {{"console", json::array()}}}},
        {"paths", std::move(paths)},
        {"components",
         {{"schemas", {{"Refusal", refusal}}},
          {"parameters",
           {{"Request",
             {{"name", "X-Gantry-Request"},
              {"in", "header"},
              {"required", true},
              {"description", "the csrf of the session; any text where there is none"},
              {"schema", text}}}}},
          {"securitySchemes",
           {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "gantry_session"}}},
            {"console", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
    return http::json(200, json::serialize(document));
}

}  // namespace gantry::agent
