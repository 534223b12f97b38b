#include "phantom/phantom_statement.hpp"
#include "gantry/core/html_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

namespace gantry::agent {
namespace {

namespace json = boost::json;

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

json::value limit(const std::optional<double>& value) {
    return value ? json::value(number(*value)) : json::value(nullptr);
}

std::string textAt(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string dayText(const std::string& day) {
    return day.size() == 8 ? day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6) : day;
}

std::string limitsText(const json::object& value) {
    const auto low = textAt(value, "low"), high = textAt(value, "high"), unit = textAt(value, "unit");
    const std::string with = unit.empty() ? "" : " " + unit;
    if (!low.empty() && !high.empty()) return low + " to " + high + with;
    if (!low.empty()) return "at least " + low + with;
    return high.empty() ? "" : "at most " + high + with;
}

std::string verdictWord(const std::string& verdict) {
    if (verdict == "pass") return "within";
    if (verdict == "warn") return "near its limit";
    if (verdict == "fail") return "beyond its limit";
    return verdict == "review" ? "not confirmed" : "no limit";
}

void addRow(std::string& html, const std::string& name, const std::string& value) {
    if (!value.empty()) html += "<tr><th scope=\"row\">" + name + "</th><td>" + htmlText(value) + "</td></tr>\n";
}

}  // namespace

Result<StatementParts> statementParts(Database& db, const qc::Pack& pack, StudyId study,
                                      const std::string& today) {
    StatementParts out;
    out.row = GANTRY_TRY(phantomOf(db, study));
    if (!out.row.scanner)
        return fail(Errc::Conflict, "the headers do not say which scanner made the images");
    out.scanner = GANTRY_TRY(scannerById(db, *out.row.scanner));
    out.values = GANTRY_TRY(phantomValues(db, study));
    out.confirmations = GANTRY_TRY(phantomConfirmations(db, study));
    const auto plans = qc::phantomPlans(pack);
    const auto plan = std::ranges::find(plans, out.row.phantom_id, &qc::PhantomPlan::id);
    if (plan == plans.end()) return out;
    const auto passed = out.scanner.phantoms.find(plan->id);
    out.standing = qc::standingOf(*plan, passed == out.scanner.phantoms.end() ? "" : passed->second,
                                  GANTRY_TRY(lastChangeOf(db, out.scanner.id)), today);
    for (const auto& trend : GANTRY_TRY(phantomTrends(db, out.scanner.id, plan->kind, plan->every_days)))
        for (const auto& flag : trend.trend.flags)
            out.drifts.push_back(qc::phantomMetricLabel(trend.metric) +
                                 (trend.part.empty() ? "" : " " + trend.part) + ": " + flag);
    return out;
}

json::object statementJson(const StatementParts& parts, const std::string& signed_by,
                           const std::string& signed_at) {
    json::array values, drifts;
    for (const auto& value : parts.values) {
        const auto said = std::ranges::find(parts.confirmations, value.metric, &PhantomConfirmation::metric);
        const bool confirmed = said != parts.confirmations.end();
        values.push_back(json::object{{"metric", value.metric},
                                      {"label", qc::phantomMetricLabel(value.metric)},
                                      {"part", value.part},
                                      {"unit", value.unit},
                                      {"value", number(confirmed ? said->value : value.value)},
                                      {"uncertainty", number(value.uncertainty)},
                                      {"low", limit(value.low)},
                                      {"high", limit(value.high)},
                                      {"verdict", value.verdict},
                                      {"confirmed_by", confirmed ? said->who : ""}});
    }
    for (const auto& one : parts.drifts) drifts.emplace_back(one);
    const auto software = parts.scanner.watched.find("SoftwareVersions");
    return {{"phantom", parts.row.phantom_id},
            {"kind", parts.row.kind},
            {"label", phantomKindLabel(parts.row.kind)},
            {"scanner", parts.scanner.label},
            {"software", software == parts.scanner.watched.end() ? "" : software->second},
            {"acquired_on", parts.row.acquired_on},
            {"verdict", verdictOf(parts.values)},
            {"values", std::move(values)},
            {"drifts", std::move(drifts)},
            {"due_on", parts.standing.due_on},
            {"stops_on", parts.standing.stops_on},
            {"signed_by", signed_by},
            {"signed_at", signed_at}};
}

json::object phantomReportFields(const json::object& report) {
    return {{"scanner", textAt(report, "scanner")}, {"report", report}};
}

// The page's own rules forbid styles in it; those of the site's page are linked.
std::string statementPage(const json::object& report, StudyId study) {
    std::string html =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Qualification "
        "statement</title><link rel=\"stylesheet\" href=\"/app.css\"></head><body><main "
        "class=\"statement\"><h1>Qualification statement</h1>\n";
    html += "<p><strong>" + htmlText(phantomSentence(textAt(report, "kind"), textAt(report, "verdict"))) +
            "</strong></p>\n<table>\n";
    addRow(html, "Scanner", textAt(report, "scanner"));
    addRow(html, "Software", textAt(report, "software"));
    addRow(html, "Phantom", textAt(report, "label"));
    addRow(html, "Scanned on", dayText(textAt(report, "acquired_on")));
    addRow(html, "Next scan due on", dayText(textAt(report, "due_on")));
    addRow(html, "Patients' scans stop on", dayText(textAt(report, "stops_on")));
    html += "</table>\n<h2>Measured</h2>\n<table><thead><tr><th>What</th><th>Value</th><th>Allowed</th>"
            "<th></th></tr></thead><tbody>\n";
    for (const auto& one : report.at("values").as_array()) {
        const auto& value = one.as_object();
        const auto part = textAt(value, "part"), confirmed = textAt(value, "confirmed_by");
        html += "<tr><th scope=\"row\">" + htmlText(textAt(value, "label") + (part.empty() ? "" : ", " + part)) +
                "</th><td>" + htmlText(textAt(value, "value") + " ± " + textAt(value, "uncertainty") + " " +
                                      textAt(value, "unit")) +
                "</td><td>" + htmlText(limitsText(value)) + "</td><td>" +
                htmlText(verdictWord(textAt(value, "verdict")) +
                        (confirmed.empty() ? "" : ", read by " + confirmed)) +
                "</td></tr>\n";
    }
    html += "</tbody></table>\n";
    for (const auto& drift : report.at("drifts").as_array())
        html += "<p>" + htmlText(std::string(drift.as_string())) + "</p>\n";
    const auto who = textAt(report, "signed_by");
    html += who.empty() ? "<p>Not signed yet.</p>\n"
                        : "<p>Signed by " + htmlText(who) + ", " + htmlText(textAt(report, "signed_at")) + ".</p>\n";
    html += "<p class=\"quiet\">Study " + std::to_string(study) +
            " of this site. Uncertainties are one standard deviation. Made by gantryd " GANTRY_VERSION
            ".</p></main></body></html>\n";
    return html;
}

}  // namespace gantry::agent
