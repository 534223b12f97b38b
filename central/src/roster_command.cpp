// Tells sites who is expected. Each site reads its own part alone, encrypted for it.
#include <iostream>

#include "command_run.hpp"
#include "expected.hpp"
#include "gantry/core/files.hpp"
#include "passphrase.hpp"
#include "roster.hpp"
#include "settings.hpp"
#include "site_voice.hpp"

namespace gantry::central {
namespace {

struct RosterOptions {
    std::string directory;
    std::string file;
    std::string site;
    std::string key;
    std::string passphrase_file;
};

constexpr std::size_t kMostBytes = 64u << 20;

/// All sites of the table or none: a roster that is half told is worse than the former one.
Result<> import(const RosterOptions& options) {
    const SystemClock clock;
    const SponsorFolder folder(options.directory);
    const auto rosters = GANTRY_TRY(rostersFrom(GANTRY_TRY(readFile(options.file, kMostBytes)), options.site));
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    Contents contents;
    std::string not_enrolled;
    for (const auto& [id, roster] : rosters) {
        const auto site = GANTRY_TRY(sites->find(id));
        if (!site || !site->enrolled())
            not_enrolled += " " + id;
        else
            contents["sites/" + id + "/roster.age"] = GANTRY_TRY(encryptedFor(site->recipient, roster));
    }
    if (!not_enrolled.empty())
        return fail(Errc::InvalidArgument, "sites that are not enrolled:" + not_enrolled + ". Nothing was published");
    const auto key = options.key.empty() ? folder.deskKey() : std::filesystem::path(options.key);
    const auto seed = GANTRY_TRY(unlockKey(key, options.passphrase_file));
    const auto office = GANTRY_TRY(Office::open(folder));
    GANTRY_CHECK(publishByDesk(*office, contents, seed, clock.nowMillis()));
    GANTRY_CHECK(keepExpected(options.directory, rosters, clock));
    for (const auto& [id, roster] : rosters) std::cout << id << "\n";
    std::cerr << "Published for " << contents.size() << (contents.size() == 1 ? " site" : " sites")
              << ", in place of what they had.\n";
    return {};
}

}  // namespace

void addRoster(CLI::App& app, Run& run) {
    const auto options = std::make_shared<RosterOptions>();
    auto* roster = app.add_subcommand("roster", "who is expected at which site");
    roster->require_subcommand(1);
    auto* command = roster->add_subcommand("import", "publish a table for its sites, in place of what they had");
    command->add_option("DIR", options->directory, "the sponsor's directory")->required();
    command->add_option("CSV", options->file,
                        "columns subject, site, sex, birth_year, laterality, left, visit, from, to, anchor:NAME")
        ->required();
    command->add_option("--site", options->site, "of the table this site alone; it need then have no column site");
    command->add_option("--key", options->key, "the desk's key file; DIR/keys/desk.key when left out");
    command->add_option("--passphrase-file", options->passphrase_file, "file of mode 0600; else it is asked for");
    runs(*command, run, options, import);
}

}  // namespace gantry::central
