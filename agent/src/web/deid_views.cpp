#include "web/deid_views.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

namespace {

/// Our own text; what cannot be read any more is told as empty.
json::object reportIn(const DeidReportRow& row) {
    boost::system::error_code ec;
    auto value = json::parse(row.json, ec);
    auto report = !ec && value.is_object() ? std::move(value.get_object()) : json::object{};
    report["parcel"] = row.parcel;
    report["made_at"] = row.made_at;
    report["sha256"] = row.sha256;
    return report;
}

}  // namespace

json::array deidReportsJson(const std::vector<DeidReportRow>& rows) {
    json::array out;
    for (const auto& row : rows) out.push_back(reportIn(row));
    return out;
}

json::value deidSummaryJson(const std::vector<DeidReportRow>& rows) {
    if (rows.empty()) return nullptr;
    auto newest = reportIn(rows.front());
    newest.erase("lines");
    newest["reports"] = rows.size();
    return newest;
}

}  // namespace gantry::agent
