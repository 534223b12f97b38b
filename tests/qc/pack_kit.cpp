#include "pack_kit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "gantry/qc/pack_yaml.hpp"
#include "support.hpp"

namespace gantry::test {

std::string smallPack(const std::string& rules, const std::string& more) {
    return "pack: 1\n"
           "id: small\n"
           "version: 1.0.0\n"
           "title: Small\n"
           "sources: {S: {cite: decided here}}\n"
           "visits: [{id: V, label: Visit, needs: [s]}, {id: W, label: Later visit, needs: [s]}]\n"
           "slots:\n"
           "  s:\n"
           "    label: Slot\n"
           "    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}\n" +
           (rules.empty() ? std::string() : "    rules:\n" + rules + "\n") + more + "\n";
}

qc::Pack packFromYaml(const std::string& yaml) {
    return must(qc::Pack::fromJson(must(qc::packYamlToJson(yaml))));
}

std::vector<std::string> mistakesOf(const std::string& yaml) {
    std::vector<std::string> texts;
    for (const auto& mistake : qc::Pack::mistakes(must(qc::packYamlToJson(yaml))))
        texts.push_back(mistake.path + ": " + mistake.message);
    return texts;
}

qc::SeriesFacts& InventedStudy::seriesOf(const std::string& uid) {
    const auto found = std::ranges::find(study_.series, uid, &qc::SeriesFacts::series_instance_uid);
    if (found != study_.series.end()) return *found;
    return study_.series.emplace_back(qc::SeriesFacts{uid, {}});
}

InventedStudy& InventedStudy::instance(const std::string& series_uid, const Facts& facts) {
    owned_.push_back(std::make_shared<Facts>(facts));
    seriesOf(series_uid)
        .instances.push_back({"2.25.5." + std::to_string(owned_.size()), owned_.back().get()});
    return *this;
}

InventedStudy& InventedStudy::series(const std::string& uid, int count, double spacing_mm, const Facts& facts,
                                     double start_mm, const std::vector<int>& dropped) {
    Facts all{{"Modality", "CT"},
              {"ImageType", "ORIGINAL\\PRIMARY\\AXIAL"},
              {"FrameOfReferenceUID", "2.25.9"},
              {"PatientID", "0417-001"},
              {"TransferSyntaxUID", "1.2.840.10008.1.2.1"},
              {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"}};
    for (const auto& [name, value] : facts) all[name] = value;
    for (int i = 0; i < count; ++i) {
        if (std::ranges::find(dropped, i) != dropped.end()) continue;
        all["ImagePositionPatient"] = "-250\\-250\\" + std::to_string(start_mm + spacing_mm * i);
        instance(uid, all);
    }
    return *this;
}

InventedStudy& InventedStudy::change(std::size_t image, const std::string& attribute,
                                     std::optional<std::string> value) {
    if (value)
        (*owned_.at(image))[attribute] = *value;
    else
        owned_.at(image)->erase(attribute);
    return *this;
}

qc::StudyFacts InventedStudy::reversed() const {
    qc::StudyFacts study = study_;
    std::ranges::reverse(study.series);
    for (auto& series : study.series) std::ranges::reverse(series.instances);
    return study;
}

qc::JudgeContext enrolled(const std::string& visit) {
    qc::JudgeContext context;
    context.site_id = "0417";
    context.visit_id = visit;
    context.enrolled_subject_ids = {"0417-001", "0417-002"};
    context.enrolment = qc::Enrolment{"0417-001", "F"};
    return context;
}

std::size_t findings(const Verdict& verdict, const std::string& rule_id) {
    return static_cast<std::size_t>(std::ranges::count(verdict.findings, rule_id, &Finding::rule_id));
}

const Finding& finding(const Verdict& verdict, const std::string& rule_id) {
    const auto found = std::ranges::find(verdict.findings, rule_id, &Finding::rule_id);
    if (found == verdict.findings.end()) FAIL("no finding of " + rule_id);
    return *found;
}

}  // namespace gantry::test
