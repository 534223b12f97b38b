#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "pack_command.hpp"
#include "pack_report.hpp"

namespace gantry::central {

namespace {

/// The visit asked for, or the first one, the baseline.
Result<std::string> visitOf(const qc::Pack& pack, const std::string& asked) {
    const auto visits = pack.visits();
    if (asked.empty()) return visits.front().id;
    if (std::ranges::find(visits, asked, &qc::PackVisit::id) != visits.end()) return asked;
    std::string allowed;
    for (const auto& visit : visits) allowed += (allowed.empty() ? "" : ", ") + visit.id;
    return fail(Errc::InvalidArgument, "--visit " + asked + ": the pack's visits are " + allowed);
}

StudyReport judgeStudy(const qc::Pack& pack, const StudyFiles& files, const std::string& visit_id) {
    const FolderStudy study = FolderStudy::read(files);
    return {files.study_instance_uid, study.instances(), study.unreadable(), study.duplicates(),
            qc::judge(pack, study.facts(), contextOf(study, visit_id))};
}

Result<FolderReport> judgeFolder(const qc::Pack& pack, const PackTestRequest& request) {
    FolderReport report;
    report.visit_id = GANTRY_TRY(visitOf(pack, request.visit_id));
    report.index = GANTRY_TRY(indexFolder(*request.folder));
    if (report.index.studies.empty())
        return fail(Errc::NotDicom, "none of the " + std::to_string(report.index.files) +
                                        " files in the folder is a DICOM image");
    for (const StudyFiles& files : report.index.studies)
        report.studies.push_back(judgeStudy(pack, files, report.visit_id));
    return report;
}

void printAll(const std::vector<qc::ExampleResult>& examples, const std::optional<FolderReport>& report) {
    for (const qc::ExampleResult& example : examples) print(std::cout, example);
    if (report) print(std::cout, *report);
}

void printJson(const qc::Pack& pack, const std::vector<qc::ExampleResult>& examples,
               const std::optional<FolderReport>& report) {
    boost::json::array results;
    for (const qc::ExampleResult& example : examples) results.push_back(toJson(example));
    boost::json::object out{{"pack", {{"id", pack.id()}, {"version", pack.version()}}},
                            {"examples", std::move(results)}};
    if (report) addTo(out, *report);
    std::cout << boost::json::serialize(out) << '\n';
}

}  // namespace

int packTest(const PackTestRequest& request) {
    const auto loaded = usablePack(request.pack);
    if (!loaded) return kPackUnusable;
    sayProblems(*loaded);
    std::optional<FolderReport> report;
    if (request.folder) {
        auto judged = judgeFolder(*loaded->pack, request);
        if (!judged) {
            std::cerr << "gantry-central: " << judged.error().message() << '\n';
            return kPackUnusable;
        }
        report = *std::move(judged);
    }
    const auto examples = qc::runExamples(*loaded->pack);
    if (request.output == PackOutput::Json)
        printJson(*loaded->pack, examples, report);
    else
        printAll(examples, report);
    const bool as_expected = std::ranges::all_of(
        examples, [](const qc::ExampleResult& example) { return example.differences.empty(); });
    return as_expected ? kPackFine : kPackDiffers;
}

}  // namespace gantry::central
