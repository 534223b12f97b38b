#include "ctl/phantom.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "deid/found_objects.hpp"
#include "deid/pack_policy.hpp"
#include "gantry/core/files.hpp"
#include "images/worker_process.hpp"
#include "phantom/phantom_json.hpp"
#include "phantom/phantom_report.hpp"
#include "phantom/phantom_worker.hpp"

namespace gantry::ctl {

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace agent;

namespace {

const std::vector<std::string> kKinds{"acr_mri", "acr_ct_464",  "ct_water", "mr_uniform",
                                      "dwi_ice", "pet_uniform", "nema_iq"};

struct AnalyseOptions {
    std::string folder, kind, criteria, pack;
    std::string report, as_json, pictures;
    std::vector<std::string> form;
};

struct FoundStudy {
    std::string study_instance_uid;
    std::vector<FoundObject> objects;
    PhantomStudyReport result;
};

Result<std::map<std::string, std::string>> typedForm(const std::vector<std::string>& assignments) {
    std::map<std::string, std::string> out;
    for (const auto& one : assignments) {
        const auto equals = one.find('=');
        if (equals == 0 || equals == one.npos)
            return fail(Errc::InvalidArgument, "--form takes NAME=VALUE, and got '" + one + "'");
        out[one.substr(0, equals)] = one.substr(equals + 1);
    }
    return out;
}

std::vector<FoundStudy> studiesOf(const std::vector<FoundObject>& objects,
                                  std::vector<std::string>& unreadable) {
    std::vector<FoundStudy> out;
    for (const auto& object : objects) {
        if (object.kind == FoundKind::Unreadable)
            unreadable.push_back(object.name.string() + ": " + object.why);
        if (object.kind != FoundKind::Object) continue;
        auto found = std::ranges::find(out, object.study_instance_uid, &FoundStudy::study_instance_uid);
        if (found == out.end()) found = out.insert(out.end(), {object.study_instance_uid, {}, {}});
        found->objects.push_back(object);
    }
    return out;
}

/// What the headers of the study claim; one object of each kind of name is enough, but all are cheap to look
/// at.
qc::PhantomClaim claimOf(const FoundStudy& study, const qc::Pack* pack) {
    constexpr std::size_t kMostLooks = 50;
    std::vector<Facts> facts;
    const std::size_t step = std::max<std::size_t>(1, study.objects.size() / kMostLooks);
    for (std::size_t i = 0; i < study.objects.size(); i += step) {
        const auto map = MappedFile::open(study.objects[i].path);
        if (!map) continue;
        dicom::ReadLimits limits;
        limits.stop_at_pixel_data = true;
        if (const auto file = dicom::readFile(map->bytes(), limits)) facts.push_back(extractFacts(*file));
    }
    std::vector<const Facts*> all;
    for (const auto& one : facts) all.push_back(&one);
    return qc::phantomClaim(pack, all);
}

/// Runs one study. Its pictures get names of their own among those of all studies.
Result<> analyseStudy(FoundStudy& study, const AnalyseOptions& options,
                      const std::map<std::string, std::string>& form, const qc::Pack* pack,
                      const fs::path& scratch, const fs::path& pictures, std::size_t index) {
    PhantomRun run{{}, options.kind, form, pictures / std::to_string(index)};
    GANTRY_CHECK(makeDirectory(run.pictures));
    for (const auto& object : study.objects) run.files.push_back({object.path});
    auto done = GANTRY_TRY(runPhantomWorker(WorkerProcess::defaultProgram(), run, scratch));
    for (const auto i : done.left_out)
        study.result.left_out.push_back(study.objects[i].name.string() + ": it breaks the decoders");
    study.result.failure = done.failure;
    study.result.reading = std::move(done.reading);
    judgeReading(study.result.reading, options.criteria);
    study.result.decision = qc::decidePhantom(claimOf(study, pack), study.result.reading.seen());
    // Asked for by name, the images alone decide.
    if (!options.kind.empty() && study.result.reading.outcome != "analysed")
        study.result.decision = {study.result.reading.outcome == "cannot_analyse"
                                     ? qc::StudyIs::CannotAnalyse
                                     : qc::StudyIs::NotThePhantom,
                                 options.kind, false, "The images do not show this phantom."};
    if (!options.kind.empty() && study.result.reading.outcome == "analysed")
        study.result.decision = {qc::StudyIs::Phantom, options.kind, false, ""};
    const auto rename = [&](std::vector<PhantomPicture>& all) {
        for (auto& picture : all) picture.file = std::to_string(index) + "/" + picture.file;
    };
    for (auto& analysis : study.result.reading.analyses) {
        rename(analysis.pictures);
        for (auto& test : analysis.tests) rename(test.pictures);
    }
    return {};
}

std::string_view overall(const std::vector<FoundStudy>& studies) {
    const auto any = [&](std::string_view outcome) {
        return std::ranges::any_of(
            studies, [&](const FoundStudy& one) { return one.result.reading.outcome == outcome; });
    };
    if (any("analysed")) return "analysed";
    return any("not_phantom") ? "not_phantom" : "cannot_analyse";
}

qc::PhantomVerdict overallVerdict(const std::vector<FoundStudy>& studies) {
    std::vector<qc::PhantomVerdict> all;
    for (const auto& study : studies) all.push_back(study.result.reading.verdict());
    return qc::worstOf(all);
}

json::object resultJson(const std::vector<FoundStudy>& studies, const std::vector<std::string>& unreadable) {
    std::vector<const PhantomAnalysis*> analyses;
    json::array told;
    std::string kind, criteria;
    for (const auto& study : studies) {
        json::array series, left_out;
        for (const auto& analysis : study.result.reading.analyses) {
            series.push_back(analysisJson(analysis));
            analyses.push_back(&analysis);
            if (kind.empty()) kind = analysis.kind;
            if (criteria.empty()) criteria = analysis.limits;
        }
        for (const auto& one : study.result.left_out) left_out.emplace_back(one);
        told.push_back(json::object{
            {"study_instance_uid", study.study_instance_uid},
            {"is", qc::toString(study.result.decision.is)},
            {"filed_as_patient", study.result.decision.filed_as_patient},
            {"why", study.result.failure.empty() ? study.result.decision.why : study.result.failure},
            {"left_out", std::move(left_out)},
            {"series", std::move(series)}});
    }
    json::array not_read;
    for (const auto& one : unreadable) not_read.emplace_back(one);
    return {{"program", "gantryctl " GANTRY_VERSION},
            {"outcome", overall(studies)},
            {"kind", kind},
            {"criteria", criteria},
            {"verdict", qc::toString(overallVerdict(studies))},
            {"metrics", metricsJson(analyses)},
            {"studies", std::move(told)},
            {"unreadable", std::move(not_read)}};
}

void say(const std::vector<FoundStudy>& studies, const std::vector<std::string>& unreadable) {
    for (const auto& study : studies) {
        if (!study.result.failure.empty()) std::cout << "The study " << study.result.failure << ".\n";
        if (!study.result.decision.why.empty()) std::cout << study.result.decision.why << '\n';
        for (const auto& analysis : study.result.reading.analyses) {
            std::cout << "series " << analysis.number
                      << (analysis.description.empty() ? "" : " " + analysis.description) << ": "
                      << (analysis.kind.empty()
                              ? "no phantom. " + analysis.why
                              : analysis.kind + (analysis.variant.empty() ? "" : " " + analysis.variant))
                      << '\n';
            for (const auto& test : analysis.tests) {
                if (!test.why.empty())
                    std::cout << "  " << test.title << ": cannot be analysed. " << test.why << '\n';
                for (const auto& value : test.values) {
                    std::cout << "  " << value.metric.name << ": " << phantomValueText(value.metric);
                    for (const auto& limit : value.judged.limits)
                        if (limit.part.empty())
                            std::cout << " (" << phantomLimitText(limit, value.metric.unit) << ")";
                    if (value.judged.verdict != qc::PhantomVerdict::NoLimit)
                        std::cout << ": " << qc::toString(value.judged.verdict);
                    std::cout << '\n';
                }
            }
        }
        for (const auto& one : study.result.left_out) std::cout << "left out " << one << '\n';
    }
    for (const auto& one : unreadable) std::cout << "could not be read: " << one << '\n';
}

Result<> writeText(const std::string& path, const std::string& text) {
    if (path == "-") {
        std::cout << text << '\n';
        return {};
    }
    return writeFileDurably(path, asBytes(text));
}

Result<int> analyse(const AnalyseOptions& options) {
    const auto form = GANTRY_TRY(typedForm(options.form));
    std::optional<qc::Pack> pack;
    if (!options.pack.empty()) pack = GANTRY_TRY(readPackFile(options.pack));
    const auto objects = GANTRY_TRY(findObjects(options.folder, {}));
    std::vector<std::string> unreadable;
    auto studies = studiesOf(objects, unreadable);
    if (studies.empty() && unreadable.empty())
        return fail(Errc::NotFound, options.folder + " holds no DICOM images");
    const auto scratch = GANTRY_TRY(TemporaryDirectory::create(fs::temp_directory_path(), "gantry-phantom-"));
    const auto pictures = options.pictures.empty() ? scratch.path() / "pictures" : fs::path(options.pictures);
    GANTRY_CHECK(makeDirectory(pictures));
    for (std::size_t i = 0; i < studies.size(); ++i)
        GANTRY_CHECK(
            analyseStudy(studies[i], options, form, pack ? &*pack : nullptr, scratch.path(), pictures, i));
    if (!options.as_json.empty())
        GANTRY_CHECK(writeText(options.as_json, json::serialize(resultJson(studies, unreadable))));
    if (!options.report.empty()) {
        std::vector<PhantomStudyReport> reports;
        for (const auto& study : studies) reports.push_back(study.result);
        if (reports.empty()) reports.emplace_back().decision.is = qc::StudyIs::CannotAnalyse;
        for (const auto& one : unreadable) reports.back().left_out.push_back(one);
        GANTRY_CHECK(writeText(options.report, phantomReport(reports, pictures)));
    }
    if (options.as_json != "-" && options.report != "-") say(studies, unreadable);
    if (overall(studies) != "analysed") return 3;
    return overallVerdict(studies) == qc::PhantomVerdict::Fail ? 2 : 0;
}

}  // namespace

void addPhantom(CLI::App& app, OfflineCommand& chosen) {
    auto* phantom = app.add_subcommand("phantom", "Phantom scans");
    phantom->require_subcommand(1);
    phantom->fallthrough(false);
    auto options = std::make_shared<AnalyseOptions>();
    auto* command =
        phantom->add_subcommand("analyse", "Recognise and measure the phantom in a folder, without gantryd");
    command->fallthrough(false);
    std::vector<std::string> sets;
    for (const auto& set : qc::phantomLimitSets()) sets.emplace_back(set.name);
    command->add_option("FOLDER", options->folder, "Folder with all below it, or one file")->required();
    command->add_option("--kind", options->kind, "Only this phantom; else whatever the images show")
        ->check(CLI::IsMember(kKinds));
    command->add_option("--criteria", options->criteria, "Set of limits; else the usual one of the phantom")
        ->check(CLI::IsMember(sets));
    command->add_option(
        "--form", options->form,
        "What the site typed, NAME=VALUE: activity_mbq=70.2 assay_time=20260415093000 …; again for more");
    command->add_option("--pack", options->pack, "A trial's pack, whose phantoms say how their headers look");
    command->add_option("--report", options->report,
                        "HTML page with pictures, that stands alone; - prints it");
    command->add_option("--json", options->as_json, "Results as JSON; - prints them");
    command->add_option("--pictures", options->pictures, "Folder that keeps the pictures as PNG");
    command->callback([&chosen, options] { chosen = [options] { return analyse(*options); }; });
}

}  // namespace gantry::ctl
