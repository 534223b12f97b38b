#include "deid/run_report.hpp"

#include "deid/deid_summary.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

/// All of it in `memory`: a report has a hundred lines for each object.
json::object objectJson(const ObjectOutcome& outcome, const json::storage_ptr& memory) {
    json::object out({{"file", outcome.name.string()}, {"status", toString(outcome.status)}}, memory);
    if (!outcome.reason.empty()) out["reason"] = outcome.reason;
    if (!outcome.subject.subject.empty()) out["subject"] = outcome.subject.subject;
    if (!outcome.report) return out;
    const auto& report = *outcome.report;
    if (!outcome.out.empty()) {
        out["out"] = outcome.out.string();
        out["sha256"] = toHex(report.sha256);
        out["bytes"] = report.size_bytes;
    }
    out["sop_class_uid"] = report.sop_class_uid;
    out["transfer_syntax_uid"] = report.transfer_syntax_uid;
    out["study_instance_uid"] = report.study_instance_uid;
    out["series_instance_uid"] = report.series_instance_uid;
    out["sop_instance_uid"] = report.sop_instance_uid;
    if (report.already_deidentified) out["already_deidentified"] = true;
    out["elements"] = countsJson(report.counts);
    json::array lines(memory);
    lines.reserve(report.lines.size());
    for (const auto& line : report.lines)
        lines.emplace_back(json::object({{"where", line.where},
                                         {"done", anonymizer::toString(line.done)},
                                         {"reason", line.reason},
                                         {"count", line.count}},
                                        memory));
    out["lines"] = std::move(lines);
    return out;
}

json::object studyJson(const std::vector<ObjectOutcome>& outcomes) {
    DeidSummary summary;
    std::size_t written = 0;
    json::object out;
    for (const auto& outcome : outcomes) {
        if (outcome.status == ObjectStatus::Written) ++written;
        if (outcome.report) out["study_instance_uid"] = outcome.report->study_instance_uid;
        if (!outcome.subject.subject.empty()) out["subject"] = outcome.subject.subject;
        if (!outcome.subject.visit.empty()) out["visit"] = outcome.subject.visit;
        if (outcome.report && outcome.status == ObjectStatus::Written) summary.add(*outcome.report);
    }
    out["written"] = written;
    out["held"] = outcomes.size() - written;
    for (auto& [key, value] : summary.json()) out[key] = std::move(value);
    return out;
}

}  // namespace

Result<> RunReport::begin(const json::object& head) {
    auto text = json::serialize(head);
    text.pop_back();  // its closing brace: the rest follows
    return put_(text + ",\n\"objects\":[");
}

Result<> RunReport::study(const std::vector<ObjectOutcome>& outcomes) {
    bool in_study = false;
    for (const auto& outcome : outcomes) {
        json::monotonic_resource memory;
        GANTRY_CHECK(put_((first_ ? "\n" : ",\n") + json::serialize(objectJson(outcome, &memory))));
        first_ = false;
        in_study = in_study || !outcome.subject.subject.empty();
    }
    if (in_study) studies_.push_back(studyJson(outcomes));
    return {};
}

Result<> RunReport::end(const RunTotals& totals, const std::vector<std::string>& warnings) {
    json::object reasons;
    for (const auto& [reason, count] : totals.by_reason) reasons[reason] = count;
    json::array said;
    for (const auto& warning : warnings) said.emplace_back(warning);
    const json::object numbers{{"files", totals.files},
                               {"written", totals.count(ObjectStatus::Written)},
                               {"held", totals.count(ObjectStatus::Held)},
                               {"not_dicom", totals.count(ObjectStatus::NotDicom)},
                               {"patients", totals.patients},
                               {"already_deidentified", totals.already},
                               {"held_by_reason", std::move(reasons)}};
    return put_("],\n\"studies\":" + json::serialize(studies_) + ",\n\"warnings\":" + json::serialize(said) +
                ",\n\"totals\":" + json::serialize(numbers) + "}\n");
}

}  // namespace gantry::agent
