#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "ctl/deid.hpp"
#include "deid/deid_summary.hpp"
#include "deid/pack_policy.hpp"
#include "deid/run_report.hpp"
#include "gantry/core/files.hpp"

namespace gantry::ctl {

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace agent;

namespace {

constexpr std::uint64_t kMostListBytes = 64u << 20;

struct RunOptions {
    std::string folder, pack, key_file, out;
    std::string subject, subjects;
    std::string trial, site = "0000";
    std::string report;
    std::string hold = "object";
};

/// Where the report goes: standard output, a file that appears when it is whole, or nowhere.
class ReportFile {
public:
    static Result<ReportFile> open(const std::string& path) {
        ReportFile file;
        if (path == "-") file.to_stdout_ = true;
        if (path.empty() || path == "-") return file;
        file.path_ = path;
        file.beside_ = path + ".part";
        file.fd_ = GANTRY_TRY(openFile(file.beside_, OpenMode::CreateOrTruncate));
        return file;
    }
    Result<> put(std::string_view text) {
        if (to_stdout_) std::cout << text;
        return fd_ ? writeAll(fd_.get(), asBytes(text)) : Result<>();
    }
    Result<> finish() {
        if (to_stdout_) std::cout.flush();
        return fd_ ? renameDurably(beside_, path_) : Result<>();
    }

private:
    bool to_stdout_ = false;
    fs::path path_, beside_;
    UniqueFd fd_;
};

Result<> whoTheyAre(const RunOptions& options, OfflineRequest& request) {
    std::error_code ec;
    const bool is_list = options.subject.ends_with(".csv") && fs::is_regular_file(options.subject, ec);
    const auto& list = is_list ? options.subject : options.subjects;
    if (options.subject.empty() == options.subjects.empty())
        return fail(Errc::InvalidArgument, "say --subject ID for one subject, or --subjects CSV for several");
    if (list.empty()) {
        request.subject = options.subject;
        return {};
    }
    auto parsed = parseSubjects(GANTRY_TRY(readFile(list, kMostListBytes)));
    if (!parsed) return within("the list of subjects", parsed.error());
    request.subjects = *std::move(parsed);
    return {};
}

json::object headOf(const qc::Pack& pack, const OfflineRequest& request) {
    return {{"program", "gantryctl " GANTRY_VERSION},
            {"pack", {{"id", pack.id()}, {"version", pack.version()}}},
            {"trial", request.trial},
            {"site", request.site},
            {"options", optionsJson(request.policy)}};
}

void say(const RunTotals& totals) {
    std::cerr << totals.count(ObjectStatus::Written) << " of " << totals.files << " files written, "
              << totals.count(ObjectStatus::Held) << " held, " << totals.count(ObjectStatus::NotDicom)
              << " not an image\n";
    if (totals.already > 0)
        std::cerr << "  " << totals.already << " were de-identified by this key before, and are unchanged\n";
    for (const auto& [reason, count] : totals.by_reason)
        std::cerr << "  held " << count << ": " << reason << '\n';
}

Result<int> run(const RunOptions& options) {
    const auto pack = GANTRY_TRY(readPackFile(options.pack));
    const auto key = GANTRY_TRY(readKeyFile(options.key_file));
    OfflineRequest request{options.folder, options.out, GANTRY_TRY(policyOf(pack)), key.keys};
    request.trial = options.trial.empty() ? pack.id() : options.trial;
    request.site = options.site;
    request.hold = options.hold == "object" ? HoldScope::Object : HoldScope::Study;
    GANTRY_CHECK(whoTheyAre(options, request));
    std::vector<std::string> warnings;
    const auto warn = [&](std::string text) {
        std::cerr << "gantryctl: warning: " << text << '\n';
        warnings.push_back(std::move(text));
    };
    if (!pack.unverifiedSources().empty())
        warn("the pack is a draft: its source " + pack.unverifiedSources().front() +
             " is not verified yet, and gantryd would not put it in force");
    if (key.others_can_read) warn("the key file can be read by others: chmod 600 it");
    auto file = GANTRY_TRY(ReportFile::open(options.report));
    RunReport report([&](std::string_view text) { return file.put(text); });
    GANTRY_CHECK(report.begin(headOf(pack, request)));
    const auto totals = GANTRY_TRY(
        runOffline(request, [&](const std::vector<ObjectOutcome>& study) { return report.study(study); }));
    if (!request.subject.empty() && totals.patients > 1)
        warn("the folder holds " + std::to_string(totals.patients) +
             " different PatientIDs, and all of them became one subject; --subjects CSV tells them apart");
    GANTRY_CHECK(report.end(totals, warnings));
    GANTRY_CHECK(file.finish());
    say(totals);
    return totals.count(ObjectStatus::Held) == 0 ? 0 : 2;
}

}  // namespace

void addDeid(CLI::App& app, OfflineCommand& chosen) {
    auto* deid = app.add_subcommand("deid", "De-identify files here, without gantryd, as gantryd does it");
    deid->require_subcommand(1);
    deid->fallthrough(false);
    addDeidLooks(*deid, chosen);
    auto options = std::make_shared<RunOptions>();
    auto* command = deid->add_subcommand("run", "Write de-identified copies of a folder's objects");
    command->fallthrough(false);
    command->add_option("FOLDER", options->folder, "Folder with all below it, or one file")->required();
    command->add_option("--pack", options->pack, "The trial's pack, YAML or canonical JSON")->required();
    command->add_option("--subject", options->subject, "Subject that all objects are of");
    command->add_option("--subjects", options->subjects, "CSV: PatientID,subject or PatientID,subject,visit");
    command->add_option("--key-file", options->key_file, "File with at least 32 secret bytes")->required();
    command->add_option("--out", options->out, "Folder for the copies")->required();
    command->add_option("--json", options->report, "Report, rule by rule; - prints it");
    command->add_option("--trial", options->trial, "Trial's ID; the pack's when left out");
    command->add_option("--site", options->site, "Site's ID")->capture_default_str();
    command->add_option("--hold", options->hold, "What a hit of the leak gate holds: study or object")
        ->check(CLI::IsMember({"study", "object"}))
        ->capture_default_str();
    command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace gantry::ctl
