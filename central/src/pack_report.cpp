#include "pack_report.hpp"

#include <algorithm>
#include <ostream>

namespace gantry::central {

namespace {

/// Header text may hold anything; a terminal obeys control characters.
std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    for (auto at = text.find('\xC2'); at != std::string::npos; at = text.find('\xC2', at + 1))
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0)
            text.replace(at, 2, " ");  // U+0080 to U+009F
    return text;
}

void line(std::ostream& out, std::size_t indent, const std::string& text) {
    out << std::string(indent, ' ') << printable(text) << '\n';
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    std::ranges::replace(out, '_', ' ');
    if (out.size() < width) out.resize(width, ' ');
    return out;
}

std::string plural(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

void printFinding(std::ostream& out, const Finding& finding) {
    std::string text = padded(toString(finding.result), 15) + padded(finding.rule_id, 20) + finding.label;
    if (!finding.found.empty()) text += ": " + finding.found;
    const bool open = finding.result == RuleResult::Fail || finding.result == RuleResult::CannotTell;
    if (open && !finding.expected.empty()) text += ", expected " + finding.expected;
    if (open) text += " (" + std::string(toString(finding.severity)) + ")";
    line(out, 6, text);
    if (open && !finding.advice.empty()) line(out, 41, finding.advice);
}

void printFindings(std::ostream& out, const Verdict& verdict, const std::string& series_uid) {
    for (const Finding& finding : verdict.findings)
        if (finding.series_instance_uid == series_uid) printFinding(out, finding);
}

std::string placeOf(const SeriesSummary& series) {
    if (!series.slot_id.empty())
        return series.slot_id + " (" + series.slot_label + ")" + (series.repeat ? ", a repeat" : "");
    std::string text = "no slot";
    for (const std::string& candidate : series.candidates)
        text += (text == "no slot" ? "; a person has to choose: " : ", ") + candidate;
    return text;
}

void printQuestions(std::ostream& out, const Verdict& verdict) {
    for (const Question& question : verdict.questions)
        line(out, 4,
             "question " + question.id + ": " + question.ask +
                 (question.unit.empty() ? "" : " [" + question.unit + "]"));
}

void printStudy(std::ostream& out, const StudyReport& study) {
    const Verdict& verdict = study.verdict;
    line(out, 2, padded(toString(verdict.outcome), 13) + verdict.headline);
    if (!verdict.advice.empty()) line(out, 15, verdict.advice);
    for (const SeriesSummary& series : verdict.series) {
        line(out, 4,
             series.modality + " \"" + series.description + "\", " +
                 plural(static_cast<std::size_t>(series.instances), "image", "images") + ": " +
                 placeOf(series));
        printFindings(out, verdict, series.series_instance_uid);
    }
    line(out, 4, "several series, or the study");
    printFindings(out, verdict, "");
    printQuestions(out, verdict);
    for (const ChecklistItem& item : verdict.checklist)
        line(out, 4,
             "checklist: " + item.label + ": " + padded(toString(item.state), 0) + ", " +
                 std::to_string(item.received) + " of " + std::to_string(item.needed));
    if (const auto unsure = cannotTell(verdict); unsure > 0)
        line(out, 4, plural(unsure, "finding", "findings") + " cannot tell");
    if (study.unreadable > 0) line(out, 4, plural(study.unreadable, "file", "files") + " could not be read");
    if (study.duplicates > 0)
        line(out, 4, plural(study.duplicates, "image is", "images are") + " there twice; the first counts");
}

boost::json::value orNull(const std::string& text) {
    return text.empty() ? boost::json::value() : boost::json::value(text);
}

boost::json::object findingJson(const StudyReport& study, const Finding& finding) {
    return {{"study", study.study_instance_uid},  {"series", orNull(finding.series_instance_uid)},
            {"slot", orNull(finding.slot_id)},    {"rule", finding.rule_id},
            {"result", toString(finding.result)}, {"severity", toString(finding.severity)},
            {"expected", finding.expected},       {"found", finding.found}};
}

boost::json::object seriesJson(const StudyReport& study, const SeriesSummary& series) {
    return {{"study", study.study_instance_uid}, {"series", series.series_instance_uid},
            {"slot", orNull(series.slot_id)},    {"repeat", series.repeat},
            {"modality", series.modality},       {"description", series.description},
            {"instances", series.instances}};
}

boost::json::object studyJson(const StudyReport& study) {
    const Verdict& verdict = study.verdict;
    boost::json::array questions;
    for (const Question& question : verdict.questions) questions.emplace_back(question.id);
    return {{"study", study.study_instance_uid},  {"outcome", toString(verdict.outcome)},
            {"headline", verdict.headline},       {"advice", verdict.advice},
            {"cannot_tell", cannotTell(verdict)}, {"questions", std::move(questions)},
            {"instances", study.instances},       {"unreadable", study.unreadable},
            {"duplicates", study.duplicates}};
}

}  // namespace

std::size_t cannotTell(const Verdict& verdict) {
    return static_cast<std::size_t>(
        std::ranges::count(verdict.findings, RuleResult::CannotTell, &Finding::result));
}

void print(std::ostream& out, const qc::ExampleResult& example) {
    const bool as_expected = example.differences.empty();
    line(out, 0, padded(!example.executed ? "not run" : as_expected ? "ok" : "differs", 9) + example.name);
    if (example.executed)
        line(out, 9, std::string(toString(example.verdict.outcome)) + ": " + example.verdict.headline);
    for (const std::string& difference : example.differences) line(out, 9, difference);
}

void print(std::ostream& out, const FolderReport& report) {
    const FolderIndex& index = report.index;
    line(out, 0,
         plural(index.files, "file", "files") + ": " + std::to_string(index.not_dicom) + " no DICOM, " +
             std::to_string(index.unreadable) + " unreadable, " + std::to_string(index.no_image) +
             " without study or series");
    for (std::size_t i = 0; i < report.studies.size(); ++i) {
        const StudyReport& study = report.studies[i];
        line(out, 0,
             "study " + std::to_string(i + 1) + " of " + std::to_string(report.studies.size()) + ", visit " +
                 report.visit_id + ", " + plural(study.verdict.series.size(), "series", "series") + ", " +
                 plural(study.instances, "image", "images"));
        printStudy(out, study);
    }
}

boost::json::object toJson(const qc::ExampleResult& example) {
    boost::json::array differences;
    for (const std::string& difference : example.differences) differences.emplace_back(difference);
    return {{"name", example.name},
            {"executed", example.executed},
            {"as_expected", example.differences.empty()},
            {"outcome", toString(example.verdict.outcome)},
            {"differences", std::move(differences)}};
}

void addTo(boost::json::object& out, const FolderReport& report) {
    boost::json::array studies;
    boost::json::array series;
    boost::json::array findings;
    for (const StudyReport& study : report.studies) {
        studies.push_back(studyJson(study));
        for (const SeriesSummary& one : study.verdict.series) series.push_back(seriesJson(study, one));
        for (const Finding& one : study.verdict.findings) findings.push_back(findingJson(study, one));
    }
    out["visit"] = report.visit_id;
    out["files"] = boost::json::object{{"all", report.index.files},
                                       {"not_dicom", report.index.not_dicom},
                                       {"unreadable", report.index.unreadable},
                                       {"no_image", report.index.no_image}};
    out["studies"] = std::move(studies);
    out["series"] = std::move(series);
    out["findings"] = std::move(findings);
}

}  // namespace gantry::central
