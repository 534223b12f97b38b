#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "pack_command.hpp"
#include "pack_pixels.hpp"
#include "pack_report.hpp"

namespace gantry::central {

namespace {

/// The visit asked for; else the first one, the baseline, or the one that follows when a baseline is given.
Result<std::string> visitOf(const qc::Pack& pack, const PackTestRequest& request) {
    const auto visits = pack.visits();
    const std::string& asked = request.visit_id;
    if (asked.empty()) return visits[request.baseline && visits.size() > 1 ? 1 : 0].id;
    if (std::ranges::find(visits, asked, &qc::PackVisit::id) != visits.end()) return asked;
    std::string allowed;
    for (const auto& visit : visits) allowed += (allowed.empty() ? "" : ", ") + visit.id;
    return fail(Errc::InvalidArgument, "--visit " + asked + ": the pack's visits are " + allowed);
}

Result<FolderIndex> imagesIn(const std::filesystem::path& folder) {
    FolderIndex index = GANTRY_TRY(indexFolder(folder));
    if (index.studies.empty())
        return fail(Errc::NotDicom,
                    "none of the " + std::to_string(index.files) +
                        " files in the folder can be judged: " + std::to_string(index.not_dicom) +
                        " are no DICOM, " + std::to_string(index.unreadable) + " cannot be read, " +
                        std::to_string(index.no_image) + " name no study, series or instance");
    return index;
}

/// What a site's judge would be told of the study.
Result<qc::JudgeContext> contextOf(const FolderStudy& study, const std::string& visit_id, PackPixels pixels) {
    auto context = contextOf(study, visit_id);
    if (pixels == PackPixels::Measured) context.images = GANTRY_TRY(measurePixels(study));
    return context;
}

/// The studies of a folder, as if they were accepted at the pack's first visit; newest first.
Result<std::vector<qc::EarlierScan>> acceptedIn(const qc::Pack& pack, const PackTestRequest& request) {
    const std::string baseline = pack.visits().front().id;
    std::vector<qc::EarlierScan> scans;
    for (const StudyFiles& files : GANTRY_TRY(imagesIn(*request.baseline)).studies) {
        const FolderStudy study = FolderStudy::read(files);
        const auto context = GANTRY_TRY(contextOf(study, baseline, request.pixels));
        Verdict verdict = qc::judge(pack, study.facts(), context);
        scans.push_back(
            {files.study_instance_uid, baseline, study.first("StudyDate"), std::move(verdict.fingerprints)});
    }
    std::ranges::stable_sort(scans, std::greater<>{}, &qc::EarlierScan::study_date);
    return scans;
}

Result<StudyReport> judgeStudy(const qc::Pack& pack, const StudyFiles& files, const std::string& visit_id,
                               PackPixels pixels, const std::vector<qc::EarlierScan>& earlier) {
    const FolderStudy study = FolderStudy::read(files);
    auto context = GANTRY_TRY(contextOf(study, visit_id, pixels));
    context.earlier = earlier;
    return StudyReport{files.study_instance_uid, study.instances(), study.unreadable(), study.duplicates(),
                       qc::judge(pack, study.facts(), context)};
}

Result<FolderReport> judgeFolder(const qc::Pack& pack, const PackTestRequest& request) {
    FolderReport report;
    report.visit_id = GANTRY_TRY(visitOf(pack, request));
    std::vector<qc::EarlierScan> earlier;
    if (request.baseline) earlier = GANTRY_TRY(acceptedIn(pack, request));
    report.index = GANTRY_TRY(imagesIn(*request.folder));
    for (const StudyFiles& files : report.index.studies)
        report.studies.push_back(
            GANTRY_TRY(judgeStudy(pack, files, report.visit_id, request.pixels, earlier)));
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
