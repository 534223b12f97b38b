/// The calls about the audit.
#include <boost/json.hpp>
#include <charconv>

#include "catalogue/audit.hpp"
#include "web/csv.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr int kPage = 200;
constexpr int kMostLines = 1'000'000;  // of a CSV

std::optional<std::int64_t> numberIn(const http::Request& request, const std::string& key) {
    const auto found = request.query.find(key);
    if (found == request.query.end()) return std::nullopt;
    std::int64_t number = 0;
    const auto& text = found->second;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

AuditWish wishOf(const http::Request& request, int limit) {
    AuditWish wish;
    if (const auto text = request.query.find("q"); text != request.query.end()) wish.text = text->second;
    wish.from = numberIn(request, "from");
    wish.to = numberIn(request, "to");
    wish.study = numberIn(request, "study");
    wish.before = numberIn(request, "before").value_or(0);
    wish.limit = limit;
    return wish;
}

json::object lineJson(const AuditLine& line) {
    const auto& entry = line.entry;
    return {{"id", line.id},
            {"at", line.at},
            {"who", entry.who},
            {"event", entry.event},
            {"from", entry.from_state},
            {"to", entry.to_state},
            {"detail", entry.detail},
            {"study", entry.study ? json::value(*entry.study) : json::value(nullptr)},
            {"subject", line.subject}};
}

Result<std::optional<std::int64_t>> brokenAt(Catalogue& catalogue) {
    return catalogue.read([](Database& db) { return firstBrokenAudit(db); });
}

json::value numberOrNull(const std::optional<std::int64_t>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

}  // namespace

Result<std::string> WebApp::auditCheck(const http::Request&, const Parameters&) {
    const auto broken = GANTRY_TRY(brokenAt(parts_.catalogue));
    return json::serialize(json::value{{"intact", !broken}, {"broken_at", numberOrNull(broken)}});
}

Result<std::string> WebApp::auditList(const http::Request& request, const Parameters&) {
    const auto wish = wishOf(request, kPage);
    const auto lines = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return auditLines(db, wish); }));
    json::array entries;
    for (const auto& line : lines) entries.push_back(lineJson(line));
    const auto broken = GANTRY_TRY(brokenAt(parts_.catalogue));
    return json::serialize(json::value{{"intact", !broken},
                                       {"broken_at", numberOrNull(broken)},
                                       {"more", lines.size() == kPage},
                                       {"entries", std::move(entries)}});
}

Result<std::string> WebApp::auditCsv(const http::Request& request, const Parameters&) {
    const auto wish = wishOf(request, kMostLines);
    const auto lines = GANTRY_TRY(parts_.catalogue.read([&](Database& db) { return auditLines(db, wish); }));
    std::string out = "number,time_utc,who,event,from,to,detail,study,subject,chain_sha256\r\n";
    for (const auto& line : lines) {
        out += std::to_string(line.id) + "," + isoUtc(line.at);
        const auto& entry = line.entry;
        for (const auto* field : {&entry.who, &entry.event, &entry.from_state, &entry.to_state, &entry.detail})
            out += "," + csvField(*field);
        out += "," + (entry.study ? std::to_string(*entry.study) : "") + "," + csvField(line.subject) + "," + line.chain +
               "\r\n";
    }
    return out;
}

}  // namespace gantry::agent
