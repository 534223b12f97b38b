#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "pack_command.hpp"
#include "pack_schema.hpp"

namespace gantry::central {
namespace {

/// What any of the pack's commands may be given.
struct PackOptions {
    std::vector<std::filesystem::path> files;
    std::filesystem::path pack;
    std::filesystem::path newer;
    std::optional<std::filesystem::path> folder;
    std::string visit;
    std::optional<std::filesystem::path> baseline;
    std::filesystem::path out;
    bool json = false;
    bool headers_only = false;
    PackOutput output() const { return json ? PackOutput::Json : PackOutput::Text; }
};
using Options = std::shared_ptr<PackOptions>;

constexpr auto kPackHelp = "the pack: YAML as people write it, or the canonical JSON of it";

/// A command with its options; `action` is run when it is the one chosen.
Options addOne(CLI::App& pack, Run& run, const std::string& name, const std::string& help,
               int (*action)(const PackOptions&), CLI::App*& command) {
    auto options = std::make_shared<PackOptions>();
    command = pack.add_subcommand(name, help);
    command->callback([options, action, &run] { run = [options, action] { return action(*options); }; });
    return options;
}

void addLint(CLI::App& pack, Run& run) {
    CLI::App* command = nullptr;
    const auto options = addOne(
        pack, run, "lint",
        "say every mistake with its place and what is allowed; exit code 1 if there is one",
        [](const PackOptions& given) { return packLint(given.files, given.output()); }, command);
    command->add_option("FILE", options->files, kPackHelp)->required();
    command->add_flag("--json", options->json, "one JSON document instead of lines");
}

void addBuild(CLI::App& pack, Run& run) {
    CLI::App* command = nullptr;
    const auto options = addOne(
        pack, run, "build", "write the canonical JSON that sites receive",
        [](const PackOptions& given) { return packBuild(given.pack, given.out); }, command);
    command->add_option("PACK", options->pack, kPackHelp)->required();
    command->add_option("-o,--out", options->out, "where the canonical JSON goes")->required();
}

void addTest(CLI::App& pack, Run& run) {
    CLI::App* command = nullptr;
    const auto options = addOne(
        pack, run, "test",
        "run the pack's own examples, exit code 1 if one differs, and judge a folder of images",
        [](const PackOptions& given) {
            const auto pixels = given.headers_only ? PackPixels::LeftOut : PackPixels::Measured;
            return packTest({given.pack, given.folder, given.visit, given.baseline, given.output(), pixels});
        },
        command);
    command->add_option("PACK", options->pack, kPackHelp)->required();
    auto* folder =
        command->add_option("FOLDER", options->folder, "DICOM files, judged as if they had arrived");
    command
        ->add_option(
            "--visit", options->visit,
            "the visit they are judged for; the pack's first unless given, with --baseline its second")
        ->needs(folder);
    command
        ->add_option("--baseline", options->baseline,
                     "another folder, taken for the same subject's accepted baseline")
        ->needs(folder);
    command->add_flag("--json", options->json, "one JSON document instead of the report");
    command
        ->add_flag("--headers-only", options->headers_only,
                   "do not look at pixels: faster, and what the pack asks of them cannot be told")
        ->needs(folder);
}

void addDiff(CLI::App& pack, Run& run) {
    CLI::App* command = nullptr;
    const auto options = addOne(
        pack, run, "diff", "say in words what changed; exit code 0 when nothing did, else 1",
        [](const PackOptions& given) { return packDiff(given.pack, given.newer); }, command);
    command->add_option("OLD", options->pack, kPackHelp)->required();
    command->add_option("NEW", options->newer, "the version that follows it")->required();
}

void addPropose(CLI::App& pack, Run& run) {
    auto* command = pack.add_subcommand("propose", "draft a pack from a folder of accepted studies");
    const auto request = std::make_shared<PackProposal>();
    command->add_option("FOLDER", request->folder, "DICOM files of accepted studies")->required();
    command->add_option("--id", request->id, "of the pack")->capture_default_str();
    command->add_option("--title", request->title, "of the pack")->capture_default_str();
    command->callback([request, &run] { run = [request] { return packPropose(*request); }; });
}

void addSchema(CLI::App& pack, Run& run) {
    auto* command = pack.add_subcommand("schema", "print the JSON Schema of packs, for editors");
    command->callback([&run] {
        run = [] {
            std::cout << kPackSchema;
            return kPackFine;
        };
    });
}

void addRules(CLI::App& pack, Run& run) {
    auto* command = pack.add_subcommand("rules", "print every check name, operator and unit there is");
    command->callback([&run] { run = packRules; });
}

}  // namespace

void addPack(CLI::App& app, Run& run) {
    auto* pack = app.add_subcommand("pack", "protocol packs: write, check, try, compare, build and sign them");
    pack->require_subcommand(1);
    for (const auto add : {addLint, addBuild, addTest, addDiff, addPropose, addRules, addSchema, addPackSigning})
        add(*pack, run);
}

}  // namespace gantry::central
