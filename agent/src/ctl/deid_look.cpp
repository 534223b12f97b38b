#include <CLI/CLI.hpp>
#include <array>
#include <iostream>
#include <memory>

#include "ctl/deid.hpp"
#include "deid/explain.hpp"
#include "deid/pack_policy.hpp"
#include "deid/preview.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::ctl {

using namespace agent;

namespace {

struct LookOptions {
    std::string path, pack;
};

/// Without a pack: the Basic Profile alone.
Result<anonymizer::DeidPolicy> policyFor(const LookOptions& options) {
    if (options.pack.empty()) return anonymizer::DeidPolicy{};
    return policyOf(GANTRY_TRY(readPackFile(options.pack)));
}

Result<int> explainFile(const LookOptions& options) {
    const auto policy = GANTRY_TRY(policyFor(options));
    const auto explanation = GANTRY_TRY(explain(options.path, policy));
    std::cout << "in force:";
    for (const auto& name : anonymizer::policyNames(policy)) std::cout << ' ' << name;
    std::cout << '\n';
    if (!explanation.held.empty())
        std::cout << "held as a whole: " << explanation.held
                  << "\nwhat the rules say of its attributes (action codes of PS3.15 Table E.1-1a):\n";
    for (const auto& line : explanation.lines) {
        std::cout << line.where << ": " << line.what;
        if (line.count > 1) std::cout << " (" << line.count << " times)";
        std::cout << ": " << line.why << " [" << line.table << "]\n";
    }
    return explanation.held.empty() ? 0 : 2;
}

Result<int> previewFolder(const LookOptions& options) {
    std::array<std::byte, 32> secret{};
    randomBytes(secret);
    OfflineRequest request{options.path,
                           {},
                           GANTRY_TRY(policyFor(options)),
                           GANTRY_TRY(anonymizer::DeidKeys::fromTrialKey(secret))};
    request.trial = "TRIAL";
    request.subject = "SUBJECT";
    Preview preview;
    const auto totals =
        GANTRY_TRY(runOffline(request, [&](const std::vector<ObjectOutcome>& study) -> Result<> {
            preview.study(study);
            return {};
        }));
    preview.print(std::cout);
    return totals.count(ObjectStatus::Held) == 0 ? 0 : 2;
}

}  // namespace

void addDeidLooks(CLI::App& deid, OfflineCommand& chosen) {
    const auto add = [&](const char* name, const char* help, const char* what, auto does) {
        auto options = std::make_shared<LookOptions>();
        auto* command = deid.add_subcommand(name, help);
        command->fallthrough(false);
        command->add_option(what, options->path)->required();
        command->add_option("--pack", options->pack,
                            "The trial's pack; the Basic Profile alone when left out");
        command->callback([&chosen, options, does] { chosen = [options, does] { return does(*options); }; });
    };
    add("explain", "One line for each element of a file: what would happen and why; never a value", "FILE",
        explainFile);
    add("preview", "What would leave, what not and what would be held, by kind of object; writes nothing",
        "FOLDER", previewFolder);
}

}  // namespace gantry::ctl
