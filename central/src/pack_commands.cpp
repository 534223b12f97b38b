#include <CLI/CLI.hpp>
#include <memory>

#include "command.hpp"
#include "pack_command.hpp"

namespace gantry::central {
namespace {

struct PackOptions {
    std::string yaml;
    std::string out;
};

using Action = int (*)(const PackOptions&);

void addOne(CLI::App& pack, Run& run, const std::string& name, const std::string& help, Action action) {
    const auto options = std::make_shared<PackOptions>();
    auto* command = pack.add_subcommand(name, help);
    command->add_option("PACK", options->yaml, "the pack as people write it, YAML")->required();
    if (name == "build")
        command->add_option("-o,--out", options->out, "where the canonical JSON goes")->required();
    command->callback([options, action, &run] { run = [options, action] { return action(*options); }; });
}

}  // namespace

void addPack(CLI::App& app, Run& run) {
    auto* pack = app.add_subcommand("pack", "protocol packs: check, build, try their examples");
    pack->require_subcommand(1);
    addOne(*pack, run, "lint", "say every mistake with line and column",
           [](const PackOptions& options) { return packLint(options.yaml); });
    addOne(*pack, run, "build", "write the canonical JSON that sites receive",
           [](const PackOptions& options) { return packBuild(options.yaml, options.out); });
    addOne(*pack, run, "test", "run the pack's own examples",
           [](const PackOptions& options) { return packTest(options.yaml); });
}

}  // namespace gantry::central
