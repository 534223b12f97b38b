#include "row_kit.hpp"

#include <algorithm>
#include <memory>
#include <regex>

#include "gantry/core/dicom.hpp"
#include "gantry/qc/pack_yaml.hpp"
#include "support.hpp"

namespace gantry::test {

namespace {

constexpr std::string_view kEverySeries =
    "  s:\n"
    "    label: Slot\n"
    "    count: {min: 1, max: 9}\n"
    "    match: {must: [{check: Modality, op: present}], accept: {score: 0}}\n";

std::string ruleLine(const RowCase& one, std::string_view indent) {
    return std::string(indent) + "- {id: " + one.row + ", " + one.rule +
           ", severity: query, why: w, advice: a}\n";
}

/// A study of the sample's images that owns their facts.
class FactsOfStudy {
public:
    explicit FactsOfStudy(const std::vector<scanner::ImageSeries>& all) {
        for (const auto& series : all) {
            if (series.images.empty()) continue;
            auto& facts = study_.series.emplace_back(qc::SeriesFacts{series.uid(), {}});
            study_.study_instance_uid = series.images.front().text("StudyInstanceUID");
            for (const auto& image : series.images) add(facts, image);
        }
    }
    const qc::StudyFacts& facts() const { return study_; }

private:
    void add(qc::SeriesFacts& series, const scanner::Header& image) {
        const auto bytes = must(image.file(scanner::kExplicitLittleEndian));
        const auto file = must(dicom::readFile(asBytes(bytes)));
        owned_.push_back(std::make_unique<Facts>(extractFacts(file)));
        series.instances.push_back({image.text("SOPInstanceUID"), owned_.back().get()});
    }

    qc::StudyFacts study_;
    std::vector<std::unique_ptr<Facts>> owned_;
};

/// What the appliance keeps of the accepted baseline.
qc::EarlierScan accepted(const qc::Pack& pack, const Sample& sample) {
    const FactsOfStudy study(sample.baseline);
    auto known = sample.context;
    known.visit_id = "V";
    known.images = sample.baseline_images;
    const auto& first = sample.baseline.front().images.front();
    return {first.text("StudyInstanceUID"), "V", first.text("StudyDate"),
            qc::judge(pack, study.facts(), known).fingerprints};
}

int badness(RuleResult result) {
    switch (result) {
        case RuleResult::Fail:
            return 4;
        case RuleResult::CannotTell:
            return 3;
        case RuleResult::Waived:
            return 2;
        case RuleResult::Pass:
            return 1;
        case RuleResult::NotApplicable:
            break;
    }
    return 0;
}

}  // namespace

scanner::Examination examination(std::string_view vendor, std::string_view modality) {
    scanner::Examination one;
    one.patient.patient_id = "0417-001";
    one.scanner = scanner::machine(vendor, modality);
    return one;
}

qc::JudgeContext context() {
    const auto person = scanner::inventPatient(examination().seed, examination().patient, 2026);
    qc::JudgeContext known;
    known.site_id = "0417";
    known.visit_id = "V";
    known.enrolled_subject_ids = {"0417-001", "0417-002"};
    known.enrolment = qc::Enrolment{"0417-001", person.sex};
    known.enrolment->birth_year = std::stoi(person.birth_date.substr(0, 4));
    known.enrolment->laterality = "R";
    known.enrolment->anchors = {{"first_dose", "20260420"}};
    known.today = "20260415";
    known.received_at = "20260415120000.000+0000";
    return known;
}

scanner::Examination baselineExamination(std::string_view vendor, std::string_view modality) {
    auto one = examination(vendor, modality);
    one.number = 2;
    one.date = "20260330";
    return one;
}

Sample sample(std::vector<scanner::ImageSeries> series) {
    return {std::move(series), context()};
}

Sample followUp(std::vector<scanner::ImageSeries> now, std::vector<scanner::ImageSeries> before) {
    return {std::move(now), context(), std::move(before)};
}

Sample measured(Sample sample, const std::string& check, double value) {
    qc::SeriesImages images;
    images.series_instance_uid = sample.series.front().uid();
    images.measures[check].value = value;
    sample.context.images.push_back(std::move(images));
    return sample;
}

std::vector<std::string> checksOf(const RowCase& one) {
    static const std::regex kCheck(R"(check: (\[[^\]]*\]|[A-Za-z0-9_.]+))");
    static const std::regex kName(R"([A-Za-z][A-Za-z0-9_.]*)");
    std::vector<std::string> names;
    for (std::sregex_iterator at(one.rule.begin(), one.rule.end(), kCheck), end; at != end; ++at) {
        const std::string list = (*at)[1];
        for (std::sregex_iterator name(list.begin(), list.end(), kName); name != end; ++name)
            names.push_back(name->str());
    }
    return names;
}

std::string testName(const RowCase& one, bool good) {
    return one.row + " " + one.title + (good ? ": kept" : ": broken");
}

std::string packOf(const RowCase& one) {
    std::string slots = one.slots.empty() ? std::string(kEverySeries) : one.slots;
    std::string more = one.more.empty() ? "" : one.more + "\n";
    if (!one.rule.empty() && one.place == Place::Slot) slots += "    rules:\n" + ruleLine(one, "      ");
    if (!one.rule.empty() && one.place == Place::Baseline)
        slots += "    baseline:\n" + ruleLine(one, "      ");
    if (one.place == Place::Identity) more += "identity:\n" + ruleLine(one, "  ");
    if (one.place == Place::Across) more += "across:\n" + ruleLine(one, "  ");
    return "pack: 1\n"
           "id: rows\n"
           "version: 1.0.0\n"
           "title: Rows\n"
           "sources: {S: {cite: decided here}}\n"
           "visits:\n"
           "  - {id: V, label: Visit, needs: [s], anchor: first_dose, window: {from: -28 d, to: 0 d}}\n"
           "  - {id: W, label: Later visit, needs: [s]}\n"
           "slots:\n" +
           slots + more;
}

RuleResult resultOf(const RowCase& one, const Sample& sample) {
    const auto pack = must(qc::Pack::fromJson(must(qc::packYamlToJson(packOf(one)))));
    const FactsOfStudy study(sample.series);
    auto known = sample.context;
    if (!sample.baseline.empty()) {
        known.visit_id = "W";
        known.earlier.push_back(accepted(pack, sample));
    }
    const auto verdict = qc::judge(pack, study.facts(), known);
    const auto& id = one.rule_id.empty() ? one.row : one.rule_id;
    std::optional<RuleResult> worst;
    for (const auto& finding : verdict.findings) {
        if (finding.rule_id != id) continue;
        UNSCOPED_INFO(toString(finding.result) << ": " << finding.label << ", found " << finding.found
                                               << ", expected " << finding.expected);
        if (!worst || badness(finding.result) > badness(*worst)) worst = finding.result;
    }
    if (!worst && one.rule_id.empty()) FAIL("no finding of " + id);
    return worst.value_or(RuleResult::NotApplicable);
}

const std::vector<RowCase>& allCases() {
    static const std::vector<RowCase> kAll = [] {
        std::vector<RowCase> all;
        for (auto* list : {identityCases, integrityCases, geometryCases, ctCases, mrCases, petCases,
                           contextCases, objectCases, baselineCases, mrMeasureCases, petMeasureCases,
                           scannerCases, makerCases, volumeCases, fieldCases, faultCases, otherCases})
            for (auto& one : list()) all.push_back(std::move(one));
        return all;
    }();
    return kAll;
}

}  // namespace gantry::test
