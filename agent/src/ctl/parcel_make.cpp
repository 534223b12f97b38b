#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "ctl/parcel.hpp"
#include "gantry/core/files.hpp"
#include "images/worker_process.hpp"
#include "parcel/offline_parcel.hpp"

namespace gantry::ctl {

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace agent;

namespace {

struct MakeOptions {
    std::string folder, out, manifest;
    std::vector<std::string> recipients;
    ParcelSubject subject;
    std::string compression = "jpegls";
    bool as_is = false, as_json = false;
};

Result<std::vector<uplink::AgeRecipient>> recipientsOf(const std::vector<std::string>& texts) {
    std::vector<uplink::AgeRecipient> out;
    for (const auto& text : texts) {
        auto recipient = uplink::AgeRecipient::parse(text);
        if (!recipient)
            return fail(Errc::InvalidArgument,
                        "'" + text + "' is no recipient: one begins with age1 and has 62 letters and digits");
        out.push_back(*recipient);
    }
    return out;
}

void warn(const std::string& text) {
    std::cerr << "gantryctl: warning: " << text << '\n';
}

/// What a person must not overlook.
void sayWhatIsMissing(const OfflineParcel& made, const MakeOptions& options) {
    constexpr std::size_t kMost = 20;
    const auto& left_out = made.folder.left_out;
    for (std::size_t i = 0; i < left_out.size() && i < kMost; ++i)
        std::cerr << "left out: " << left_out[i].name.string() << ": " << left_out[i].why << '\n';
    if (left_out.size() > kMost) std::cerr << "left out: " << left_out.size() - kMost << " further files\n";
    if (made.folder.not_deidentified > 0)
        warn(std::to_string(made.folder.not_deidentified) + " of " +
             std::to_string(made.folder.instances.size()) +
             " files do not say that they are de-identified. They are in the parcel as they are, and whoever "
             "opens it may read whose they are");
    if (qc::parseCompression(options.compression)->pixels && made.compressed == 0)
        std::cerr
            << "no file was compressed: none has grey pixels that would get smaller, or gantry-worker is "
               "missing\n";
}

json::object toJson(const OfflineParcel& made) {
    json::array left_out;
    for (const auto& one : made.folder.left_out)
        left_out.push_back({{"file", one.name.string()}, {"why", one.why}});
    return {{"file", made.file.string()},
            {"parcel_id", made.manifest.parcel_id},
            {"bytes", made.info.bytes},
            {"sha256", made.info.sha256},
            {"instances", made.manifest.files.size()},
            {"bytes_of_files", made.folder.bytes()},
            {"compressed", made.compressed},
            {"not_deidentified", made.folder.not_deidentified},
            {"left_out", std::move(left_out)}};
}

bool isComplete(const OfflineParcel& made) {
    for (const auto& one : made.folder.left_out)
        if (one.is_dicom) return false;
    return true;
}

Result<int> make(const MakeOptions& options) {
    OfflineParcelRequest request;
    request.folder = options.folder;
    request.out = options.out;
    request.recipients = GANTRY_TRY(recipientsOf(options.recipients));
    request.subject = options.subject;
    if (!options.manifest.empty()) request.manifest = GANTRY_TRY(readFile(options.manifest));
    request.compression = *qc::parseCompression(options.compression);  // CLI11 looked at it
    request.as_is = options.as_is;
    request.worker = WorkerProcess::defaultProgram();
    const auto made = GANTRY_TRY(makeOfflineParcel(request));
    sayWhatIsMissing(made, options);
    if (options.as_json) {
        std::cout << json::serialize(toJson(made)) << '\n';
    } else {
        const auto percent = made.info.bytes * 100 / std::max<std::uint64_t>(made.folder.bytes(), 1);
        std::cout << made.file.string() << ": " << made.manifest.files.size() << " instances, "
                  << made.info.bytes << " bytes (" << percent << " % of the files), SHA-256 "
                  << made.info.sha256 << '\n';
    }
    return isComplete(made) ? 0 : 2;
}

}  // namespace

int toldOf(const Error& error) {
    std::cerr << "gantryctl: " << error.message() << '\n';
    return describe(error.code).exit_code;
}

void addParcel(CLI::App& app, OfflineCommand& chosen) {
    auto* parcel = app.add_subcommand("parcel", "Make and open parcels here, without gantryd");
    parcel->require_subcommand(1);
    parcel->fallthrough(false);
    auto options = std::make_shared<MakeOptions>();
    auto* command = parcel->add_subcommand("make", "Make a parcel of a folder's de-identified images");
    command->fallthrough(false);
    command->add_option("FOLDER", options->folder, "Folder with all below it, or one file")->required();
    command->add_option("--recipient", options->recipients, "age1…; again for each further one")
        ->required()
        ->allow_extra_args(false);
    command->add_option("--out", options->out, "File that ends in .age, or folder")->required();
    command->add_option("--manifest", options->manifest,
                        "JSON with what manifest.json is to say: subject, verdict, decisions, ...");
    command->add_option("--trial", options->subject.trial, "Trial; as the images say when left out");
    command->add_option("--site", options->subject.site, "Site; the same");
    command->add_option("--subject", options->subject.subject, "Subject; the same");
    command->add_option("--visit", options->subject.visit, "Visit; the same");
    command
        ->add_option("--compress", options->compression,
                     "What is made smaller, without loss: see docs/formats/parcel.md")
        ->check(CLI::IsMember(qc::compressionNames()))
        ->capture_default_str();
    command->add_flag("--as-is", options->as_is, "Also files that do not say that they are de-identified");
    command->add_flag("--json", options->as_json, "Print JSON");
    command->callback([&chosen, options] {
        chosen = [options]() -> Result<int> {
            const auto code = make(*options);
            return code ? *code : toldOf(code.error());
        };
    });
    addParcelReaders(*parcel, chosen);
}

}  // namespace gantry::ctl
