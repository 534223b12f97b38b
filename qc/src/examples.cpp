#include "gantry/qc/examples.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "judge_study.hpp"
#include "pack_data.hpp"
#include "reader.hpp"
#include "units.hpp"

namespace gantry::qc {

namespace {

constexpr std::string_view kSubject = "EXAMPLE-001";

std::string headerValue(const Node& node) {
    std::string value;
    for (const std::string& text : node.texts()) value += (value.empty() ? "" : "\\") + text;
    return value;
}

double lengthMm(const Node& node, double fallback) {
    const auto quantity = node ? parseQuantity(node.text()) : std::nullopt;
    return quantity ? quantity->base() : fallback;
}

std::set<int> numbersIn(const Node& node) {
    std::set<int> numbers;
    for (const std::string& text : node.texts())
        if (const auto quantity = parseQuantity(text)) numbers.insert(static_cast<int>(quantity->number));
    return numbers;
}

/// Position along the axis of the plane, and the cosines of rows and columns that go with it.
std::string positionText(std::string_view plane, double at) {
    const std::string number = std::to_string(at);
    if (plane == "coronal") return "0\\" + number + "\\0";
    if (plane == "sagittal") return number + "\\0\\0";
    return "0\\0\\" + number;
}

std::string orientationText(std::string_view plane) {
    if (plane == "coronal") return "1\\0\\0\\0\\0\\-1";
    if (plane == "sagittal") return "0\\1\\0\\0\\0\\-1";
    return "1\\0\\0\\0\\1\\0";
}

/// The invented study of one example; owns the facts it points to.
class ExampleStudy {
public:
    explicit ExampleStudy(const Node& given) {
        if (const Node series = given["series"]) {
            for (const Node& one : series.elements()) addSeries(given, one);
        } else {
            addSeries(given, given);
        }
        study_.study_instance_uid = "2.25.1";
    }
    const StudyFacts& study() const { return study_; }

private:
    void addSeries(const Node& given, const Node& one) {
        Facts header{{"FrameOfReferenceUID", "2.25.2"},
                     {"PatientID", std::string(kSubject)},
                     {"TransferSyntaxUID", "1.2.840.10008.1.2.1"}};
        for (const Node& part : {given["header"], one["header"]})
            for (const auto& [keyword, value] : part.members()) header[keyword] = headerValue(value);
        for (const auto& [keyword, value] : given["radiopharmaceutical"].members())
            header["RadiopharmaceuticalInformationSequence[0]." + keyword] = headerValue(value);
        SeriesFacts series;
        series.series_instance_uid = "2.25.10." + std::to_string(study_.series.size() + 1);
        header["SeriesInstanceUID"] = series.series_instance_uid;
        addInstances(series, header, one["geometry"] ? one["geometry"] : given["geometry"]);
        study_.series.push_back(std::move(series));
    }

    void addInstances(SeriesFacts& series, const Facts& header, const Node& geometry) {
        if (!geometry) return addInstance(series, header);
        const int count = geometry["n"].integer(1, 5000).value_or(1);
        const double spacing = lengthMm(geometry["spacing"], 1);
        const double start = lengthMm(geometry["start"], 0);
        const std::string plane = geometry["plane"].text();
        const auto dropped = numbersIn(geometry["drop"]);
        const auto doubled = numbersIn(geometry["duplicate"]);
        Facts facts = header;
        facts["ImageOrientationPatient"] = orientationText(plane);
        for (int i = 0; i < count; ++i) {
            if (dropped.contains(i)) continue;
            facts["ImagePositionPatient"] = positionText(plane, start + spacing * i);
            addInstance(series, facts);
            if (doubled.contains(i)) addInstance(series, facts);
        }
    }

    void addInstance(SeriesFacts& series, const Facts& facts) {
        facts_.push_back(std::make_unique<Facts>(facts));
        series.instances.push_back(
            {series.series_instance_uid + "." + std::to_string(facts_.size()), facts_.back().get()});
    }

    StudyFacts study_;
    std::vector<std::unique_ptr<Facts>> facts_;
};

JudgeContext contextOf(const Node& given) {
    JudgeContext context;
    context.visit_id = given["visit"].text();
    context.enrolled_subject_ids = {std::string(kSubject)};
    context.enrolment = Enrolment{std::string(kSubject), std::nullopt};
    const Node enrolment = given["enrolment"];
    if (enrolment["subject_id"]) context.enrolment->subject_id = enrolment["subject_id"].text();
    if (enrolment["sex"]) context.enrolment->sex = enrolment["sex"].text();
    if (enrolment["subject_ids"]) context.enrolled_subject_ids = enrolment["subject_ids"].texts();
    if (enrolment["assigned"] && enrolment["assigned"].text() == "false") context.enrolment.reset();
    return context;
}

void compare(const Node& expect, ExampleResult& result) {
    for (const auto& [id, place] : expect.members()) {
        const std::string wanted = place.text();
        if (id == "outcome") {
            const std::string got(toString(result.verdict.outcome));
            if (got != wanted) result.differences.push_back("outcome: expected " + wanted + ", got " + got);
            continue;
        }
        const auto& findings = result.verdict.findings;
        const auto found = std::ranges::find_if(findings, [&, name = id](const Finding& finding) {
            return finding.rule_id == name || finding.rule_id.ends_with("/" + name);
        });
        if (found == findings.end()) {
            result.differences.push_back(id + ": expected " + wanted + ", but the rule was not judged");
        } else if (toString(found->result) != wanted) {
            result.differences.push_back(id + ": expected " + wanted + ", got " +
                                         std::string(toString(found->result)) + " (found " + found->found +
                                         ")");
        }
    }
}

ExampleResult runExample(const PackData& pack, const Node& example) {
    ExampleResult result;
    result.name = example["name"].text();
    const Node given = example["given"];
    if (given["phantom"]) {
        result.executed = false;
        return result;
    }
    Forced forced;
    forced.slot = given["slot"].text();
    for (const auto* group : {"derived", "console"})
        for (const auto& [name, value] : given[group].members())
            forced.values[std::string(group) + "." + name] = value.texts();
    const ExampleStudy study(given);
    result.verdict = judgeStudy(pack, study.study(), contextOf(given), forced);
    compare(example["expect"], result);
    return result;
}

}  // namespace

std::vector<ExampleResult> runExamples(const Pack& pack) {
    std::vector<PackMistake> ignored;  // the form was checked when the pack was read
    std::vector<ExampleResult> results;
    for (const Node& example : Node(&pack.data().document, "", ignored)["examples"].elements())
        results.push_back(runExample(pack.data(), example));
    return results;
}

}  // namespace gantry::qc
