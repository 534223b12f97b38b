#include <algorithm>
#include <boost/json.hpp>

#include "gantry/core/http_server.hpp"

namespace gantry::http {
namespace {

/// ASCII alone, whatever the locale: field names are tokens (RFC 9110 5.1).
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

Response plain(int status, std::string_view type, std::string body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", std::string(type)}};
    response.body = std::move(body);
    return response;
}

}  // namespace

bool CaseInsensitiveLess::operator()(std::string_view a, std::string_view b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return lower(x) < lower(y); });
}

std::string_view Request::header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

Response text(int status, std::string_view text) {
    return plain(status, "text/plain; charset=utf-8", std::string(text));
}

Response json(int status, std::string body) {
    return plain(status, "application/json", std::move(body));
}

Response problem(const Error& error) {
    const auto& row = describe(error.code);
    const boost::json::object body{{"error", row.slug}, {"message", row.sentence}, {"detail", error.context}};
    return json(row.http_status, boost::json::serialize(body));
}

std::unique_ptr<UploadSink> Handler::upload(const Request&) {
    return nullptr;
}

}  // namespace gantry::http
