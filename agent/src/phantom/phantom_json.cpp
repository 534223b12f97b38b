#include "phantom/phantom_json.hpp"

#include <boost/json.hpp>

namespace gantry::agent {
namespace {

namespace json = boost::json;

json::value optional(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::object limitJson(const qc::PhantomLimit& limit, std::string_view set) {
    json::object out{{"set", set}, {"source", limit.source}};
    if (limit.low) out["at_least"] = *limit.low;
    if (limit.high) out["at_most"] = *limit.high;
    if (limit.warn_low) out["warn_below"] = *limit.warn_low;
    if (limit.warn_high) out["warn_above"] = *limit.warn_high;
    return out;
}

json::value limitsJson(const qc::PhantomJudged& judged, std::string_view set) {
    if (judged.limits.empty()) return nullptr;
    if (judged.limits.size() == 1 && judged.limits.front().part.empty())
        return limitJson(judged.limits.front(), set);
    json::object out;
    for (const auto& limit : judged.limits) out[limit.part] = limitJson(limit, set);
    return out;
}

json::array picturesJson(const std::vector<PhantomPicture>& pictures) {
    json::array out;
    for (const auto& picture : pictures)
        out.push_back(json::object{{"file", picture.file},
                                   {"caption", picture.caption},
                                   {"along_mm", picture.along_mm},
                                   {"rows", picture.rows},
                                   {"columns", picture.columns},
                                   {"row_mm", picture.row_mm},
                                   {"column_mm", picture.column_mm},
                                   {"regions", picture.regions}});
    return out;
}

json::object testJson(const PhantomTest& test, std::string_view limits) {
    json::object metrics;
    for (const auto& value : test.values) metrics[value.metric.name] = valueJson(value, limits);
    json::array notes;
    for (const auto& note : test.notes) notes.emplace_back(note);
    return {{"id", test.id},
            {"title", test.title},
            {"outcome", test.why.empty() ? "measured" : "cannot_analyse"},
            {"why", test.why},
            {"seconds", test.seconds},
            {"metrics", std::move(metrics)},
            {"notes", std::move(notes)},
            {"pictures", picturesJson(test.pictures)}};
}

}  // namespace

json::object valueJson(const PhantomTest::Value& value, std::string_view limits) {
    const auto& metric = value.metric;
    json::object out{{"label", qc::phantomMetricLabel(metric.name)}, {"unit", metric.unit}};
    if (metric.parts.empty()) {
        out["value"] = metric.value;
        out["uncertainty"] = metric.uncertainty;
    } else {
        json::object values, uncertainties;
        for (const auto& part : metric.parts) {
            values[part.label] = part.value;
            uncertainties[part.label] = part.uncertainty;
        }
        out["value"] = std::move(values);
        out["uncertainty"] = std::move(uncertainties);
    }
    out["limits"] = limitsJson(value.judged, limits);
    out["verdict"] = qc::toString(value.judged.verdict);
    if (metric.pre_score) out["pre_score"] = true;
    if (value.judged.suggested) out["suggested"] = qc::toString(*value.judged.suggested);
    return out;
}

json::object analysisJson(const PhantomAnalysis& analysis) {
    json::array tests;
    for (const auto& test : analysis.tests) tests.push_back(testJson(test, analysis.limits));
    return {{"outcome", analysis.outcome},
            {"kind", analysis.kind},
            {"variant", analysis.variant},
            {"why", analysis.why},
            {"verdict", qc::toString(analysis.verdict())},
            {"criteria", analysis.limits},
            {"series_instance_uid", analysis.series_instance_uid},
            {"series_number", analysis.number},
            {"series_description", analysis.description},
            {"modality", analysis.modality},
            {"acquired", analysis.acquired},
            {"images", analysis.images},
            {"echo_ms", optional(analysis.echo_ms)},
            {"field_t", optional(analysis.field_t)},
            {"kvp", optional(analysis.kvp)},
            {"kernel", analysis.kernel},
            {"scanner",
             {{"manufacturer", analysis.manufacturer},
              {"model", analysis.model},
              {"serial", analysis.serial},
              {"software", analysis.software}}},
            {"seconds", analysis.seconds},
            {"tests", std::move(tests)},
            {"pictures", picturesJson(analysis.pictures)}};
}

json::object metricsJson(const std::vector<const PhantomAnalysis*>& analyses) {
    json::object out;
    for (const auto* analysis : analyses)
        for (const auto& test : analysis->tests)
            for (const auto& value : test.values) {
                if (out.contains(value.metric.name)) continue;
                auto told = valueJson(value, analysis->limits);
                told["test"] = test.id;
                told["series_number"] = analysis->number;
                out[value.metric.name] = std::move(told);
            }
    return out;
}

}  // namespace gantry::agent
