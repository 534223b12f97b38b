#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "gantry/anonymizer/pack_policy.hpp"
#include "gantry/anonymizer/statement.hpp"
#include "pack_lint.hpp"

namespace gantry::central {
namespace {

Result<std::string> statementOf(const std::filesystem::path& file) {
    const auto linted = GANTRY_TRY(lintPack(file));
    if (!linted.pack) {
        std::string mistakes;
        for (const auto& problem : linted.problems) mistakes += "\n" + lineOf(linted, problem);
        return fail(Errc::ConfigInvalid, "the pack has mistakes" + mistakes);
    }
    const auto& pack = *linted.pack;
    const auto policy = GANTRY_TRY(anonymizer::policyOf(pack.deidentification(), pack.attributesRead()));
    return anonymizer::conformanceStatement(
        policy, {pack.id(), pack.version(), pack.title(), "Gantry " GANTRY_VERSION});
}

int printStatement(const std::filesystem::path& file) {
    const auto text = statementOf(file);
    if (!text) return report(text.error());
    std::cout << *text;
    return 0;
}

}  // namespace

void addDeid(CLI::App& app, Run& run) {
    auto* deid = app.add_subcommand("deid", "what sites do to images before they leave");
    deid->require_subcommand(1);
    auto* statement = deid->add_subcommand(
        "statement", "write the de-identification conformance statement of a pack, in Markdown");
    auto file = std::make_shared<std::filesystem::path>();
    statement->add_option("PACK", *file, "the pack: YAML as people write it, or the canonical JSON of it")
        ->required();
    statement->callback([file, &run] { run = [file] { return printStatement(*file); }; });
}

}  // namespace gantry::central
