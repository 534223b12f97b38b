#include "deid/run_report.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

json::object lineJson(const anonymizer::DeidLine& line) {
    return {{"where", line.where},
            {"done", anonymizer::toString(line.done)},
            {"reason", line.reason},
            {"count", line.count}};
}

json::object countsJson(const std::array<std::uint64_t, anonymizer::kDoneKinds>& counts) {
    json::object out;
    for (std::size_t i = 0; i < counts.size(); ++i)
        out[anonymizer::toString(static_cast<anonymizer::Done>(i))] = counts[i];
    return out;
}

json::object objectJson(const ObjectOutcome& outcome) {
    json::object out{{"file", outcome.name.string()}, {"status", toString(outcome.status)}};
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
    out["elements"] = countsJson(report.counts);
    json::array lines;
    for (const auto& line : report.lines) lines.push_back(lineJson(line));
    out["lines"] = std::move(lines);
    return out;
}

/// The same place, deed and reason of all objects of the study are one line.
json::object studyJson(const std::vector<ObjectOutcome>& outcomes) {
    std::map<std::tuple<std::string, anonymizer::Done, std::string_view>, std::uint64_t> sum;
    std::array<std::uint64_t, anonymizer::kDoneKinds> counts{};
    std::size_t written = 0;
    json::object out;
    for (const auto& outcome : outcomes) {
        if (outcome.status == ObjectStatus::Written) ++written;
        if (outcome.report) out["study_instance_uid"] = outcome.report->study_instance_uid;
        if (!outcome.subject.subject.empty()) out["subject"] = outcome.subject.subject;
        if (!outcome.subject.visit.empty()) out["visit"] = outcome.subject.visit;
        if (!outcome.report || outcome.status != ObjectStatus::Written) continue;
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += outcome.report->counts[i];
        for (const auto& line : outcome.report->lines)
            sum[{line.where, line.done, line.reason}] += line.count;
    }
    out["written"] = written;
    out["held"] = outcomes.size() - written;
    out["elements"] = countsJson(counts);
    json::array lines;
    for (const auto& [key, count] : sum)
        lines.push_back({{"where", std::get<0>(key)},
                         {"done", anonymizer::toString(std::get<1>(key))},
                         {"reason", std::get<2>(key)},
                         {"count", count}});
    out["lines"] = std::move(lines);
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
        GANTRY_CHECK(put_((first_ ? "\n" : ",\n") + json::serialize(objectJson(outcome))));
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
                               {"held_by_reason", std::move(reasons)}};
    return put_("],\n\"studies\":" + json::serialize(studies_) + ",\n\"warnings\":" + json::serialize(said) +
                ",\n\"totals\":" + json::serialize(numbers) + "}\n");
}

}  // namespace gantry::agent
