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

CLI::App* addAction(CLI::App& pack, const std::shared_ptr<PackOptions>& options, const std::string& name,
                    const std::string& help) {
    auto* action = pack.add_subcommand(name, help);
    action->add_option("PACK", options->yaml, "the pack as people write it, YAML")->required();
    return action;
}

}  // namespace

void addPack(CLI::App& app, Run& run) {
    auto* pack = app.add_subcommand("pack", "protocol packs");
    pack->require_subcommand(1);
    const auto options = std::make_shared<PackOptions>();
    addAction(*pack, options, "lint", "say every mistake in a pack")->callback([options, &run] {
        run = [options] { return packLint(options->yaml); };
    });
    addAction(*pack, options, "test", "run the pack's own examples")->callback([options, &run] {
        run = [options] { return packTest(options->yaml); };
    });
    auto* build = addAction(*pack, options, "build", "write the pack as sites receive it, canonical JSON");
    build->add_option("--out", options->out, "file to write")->required();
    build->callback([options, &run] { run = [options] { return packBuild(options->yaml, options->out); }; });
}

}  // namespace gantry::central
