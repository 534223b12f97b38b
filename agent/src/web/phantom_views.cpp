#include "web/phantom_views.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace gantry::agent {
namespace {

namespace json = boost::json;

json::value optional(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

Result<json::object> scanJson(Database& db, const PhantomStudyRow& row) {
    const auto statement = GANTRY_TRY(phantomStatement(db, row.study));
    return json::object{{"study", row.study},
                        {"is", row.is_what},
                        {"filed_as_patient", row.filed_as_patient},
                        {"why", row.why},
                        {"kind", row.kind},
                        {"label", phantomKindLabel(row.kind)},
                        {"phantom", row.phantom_id},
                        {"acquired_on", row.acquired_on},
                        {"said", row.said},
                        {"said_by", row.said_by},
                        {"verdict", verdictOf(GANTRY_TRY(phantomValues(db, row.study)))},
                        {"signed_by", statement ? statement->who : ""},
                        {"signed_at", statement ? statement->at : 0}};
}

json::object trendJson(const PhantomTrendRow& row) {
    json::array points, flags;
    for (std::size_t i = 0; i < row.points.size(); ++i)
        points.push_back({{"on", row.points[i].on},
                          {"value", row.points[i].value},
                          {"uncertainty", row.points[i].uncertainty},
                          {"study", row.studies[i]}});
    for (const auto& flag : row.trend.flags) flags.emplace_back(flag);
    return {{"metric", row.metric},
            {"label", qc::phantomMetricLabel(row.metric)},
            {"part", row.part},
            {"unit", row.unit},
            {"low", optional(row.low)},
            {"high", optional(row.high)},
            {"mean", row.trend.told ? json::value(row.trend.mean) : json::value(nullptr)},
            {"sigma", row.trend.told ? json::value(row.trend.sigma) : json::value(nullptr)},
            {"flags", std::move(flags)},
            {"points", std::move(points)}};
}

/// What the schedule means, for a person.
std::string standingSentence(const qc::PhantomPlan& plan, const qc::PhantomStanding& standing) {
    const auto day = [](const std::string& text) {
        return text.size() == 8 ? text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6) : text;
    };
    switch (standing.due) {
        case qc::PhantomDue::Never:
            return plan.before_baseline
                       ? "No scan has passed yet. Scan it before the first visit of a subject."
                       : "No scan has passed yet. Scan it soon.";
        case qc::PhantomDue::Current:
            return "Scan it again by " + day(standing.due_on) + ".";
        case qc::PhantomDue::Due:
            return "It is due since " + day(standing.due_on) + ". Scan it before " +
                   day(standing.overdue_on) + ".";
        case qc::PhantomDue::Asked:
            return "The scanner changed since the last scan that passed. Scan it before the next subject.";
        case qc::PhantomDue::Overdue:
            return "It is overdue since " + day(standing.overdue_on) + ". Scan it before the next subject" +
                   (standing.stops_on.empty() ? "."
                                              : "; patients' scans stop on " + day(standing.stops_on) + ".");
        case qc::PhantomDue::Lapsed:
            return "The last scan that passed is too old. Patients' scans are held until one passes.";
    }
    return {};
}

}  // namespace

Result<json::object> scannerPhantomsJson(Database& db, const ScannerRow& scanner, const Trial* trial,
                                         const std::string& today) {
    const auto changed = GANTRY_TRY(lastChangeOf(db, scanner.id));
    const auto rows = GANTRY_TRY(phantomsOfScanner(db, scanner.id));
    std::set<std::string> kinds;
    for (const auto& row : rows)
        if (!row.kind.empty()) kinds.insert(row.kind);
    json::array planned, scans, trends;
    std::map<std::string, int> every;
    for (const auto& plan : trial ? qc::phantomPlans(trial->pack) : std::vector<qc::PhantomPlan>()) {
        every[plan.kind] = plan.every_days;
        const auto passed = scanner.phantoms.find(plan.id);
        // Of phantoms for other machines nothing is said until one was scanned here.
        if (passed == scanner.phantoms.end() && !kinds.contains(plan.kind)) continue;
        const auto passed_on = passed == scanner.phantoms.end() ? "" : passed->second;
        const auto standing = qc::standingOf(plan, passed_on, changed, today);
        planned.push_back(json::object{{"id", plan.id},
                                       {"kind", plan.kind},
                                       {"label", phantomKindLabel(plan.kind)},
                                       {"passed_on", passed_on},
                                       {"standing", qc::toString(standing.due)},
                                       {"due_on", standing.due_on},
                                       {"stops_on", standing.stops_on},
                                       {"sentence", standingSentence(plan, standing)}});
    }
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) scans.push_back(GANTRY_TRY(scanJson(db, *row)));
    for (const auto& kind : kinds) {
        json::array metrics;
        const auto days = every.find(kind);
        for (const auto& one :
             GANTRY_TRY(phantomTrends(db, scanner.id, kind, days == every.end() ? 30 : days->second)))
            metrics.push_back(trendJson(one));
        trends.push_back(
            json::object{{"kind", kind}, {"label", phantomKindLabel(kind)}, {"metrics", std::move(metrics)}});
    }
    json::array changes;
    for (const auto& change : GANTRY_TRY(changesOf(db, scanner.id)))
        changes.push_back({{"at", change.at}, {"name", change.name}, {"now", change.now}});
    return json::object{{"scanner", scanner.id},        {"trial", scanner.trial_id},
                        {"label", scanner.label},       {"phantoms", std::move(planned)},
                        {"scans", std::move(scans)},    {"trends", std::move(trends)},
                        {"changes", std::move(changes)}};
}

Result<json::object> phantomJson(Database& db, StudyId study) {
    const auto row = GANTRY_TRY(phantomOf(db, study));
    auto out = GANTRY_TRY(scanJson(db, row));
    boost::system::error_code ec;
    auto document = json::parse(row.document, ec);
    out["analyses"] = ec ? json::value(json::array()) : std::move(document);
    json::array values;
    const auto confirmations = GANTRY_TRY(phantomConfirmations(db, study));
    for (const auto& value : GANTRY_TRY(phantomValues(db, study))) {
        const auto said = std::ranges::find(confirmations, value.metric, &PhantomConfirmation::metric);
        const bool confirmed = said != confirmations.end();
        values.push_back(
            json::object{{"metric", value.metric},
                         {"label", qc::phantomMetricLabel(value.metric)},
                         {"part", value.part},
                         {"unit", value.unit},
                         {"value", value.value},
                         {"uncertainty", value.uncertainty},
                         {"low", optional(value.low)},
                         {"high", optional(value.high)},
                         {"verdict", value.verdict},
                         {"confirmed", confirmed ? json::value(said->value) : json::value(nullptr)},
                         {"confirmed_by", confirmed ? said->who : ""}});
    }
    out["values"] = std::move(values);
    const auto typed = GANTRY_TRY(phantomForm(db, study));
    json::array form;
    for (const auto& name : phantomFormNames(row.kind)) {
        const auto found = typed.find(name);
        form.push_back({{"name", name}, {"value", found == typed.end() ? "" : found->second}});
    }
    out["form"] = std::move(form);
    return out;
}

}  // namespace gantry::agent
