// What the desk says to sites: settings; and what the trial says of itself, which people sign.
#include <iostream>

#include "command_run.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "passphrase.hpp"
#include "settings.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;

struct DeskOptions {
    std::string directory;
    std::string file;
    std::string site;
    std::string key;
    std::string passphrase_file;
    std::vector<std::string> outbox;
    std::vector<std::string> inbox;
    std::string title;
    std::string recipient;
    std::string compromised;
    std::string receipt_key;
};

Result<> settings(const DeskOptions& options) {
    const SystemClock clock;
    const SponsorFolder folder(options.directory);
    const auto office = GANTRY_TRY(Office::open(folder));
    const auto text = GANTRY_TRY(checkedSettings(GANTRY_TRY(readFile(options.file, 8u << 20))));
    const auto key = options.key.empty() ? folder.deskKey() : std::filesystem::path(options.key);
    const auto seed = GANTRY_TRY(unlockKey(key, options.passphrase_file));
    if (options.site.empty()) return publishSettings(*office, text, seed, clock.nowMillis());
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    const auto site = GANTRY_TRY(sites->find(options.site));
    if (!site) return fail(Errc::NotFound, "site " + options.site);
    return publishSiteSettings(*office, *site, text, seed, clock.nowMillis());
}

/// Changes sponsor.json and drafts trial.json; nothing is in force before people have signed it.
Result<> changeTrial(const DeskOptions& options) {
    const SponsorFolder folder(options.directory);
    auto facts = GANTRY_TRY(folder.facts());
    if (!options.title.empty()) facts.title = options.title;
    if (!options.outbox.empty()) facts.outbox = options.outbox;
    if (!options.inbox.empty()) facts.inbox = options.inbox;
    // The newest comes first.
    if (!options.recipient.empty()) facts.recipients.insert(facts.recipients.begin(), options.recipient);
    if (!options.receipt_key.empty()) facts.receipt_keys.insert(facts.receipt_keys.begin(), options.receipt_key);
    if (!options.compromised.empty()) {
        std::erase(facts.recipients, options.compromised);
        std::erase(facts.receipt_keys, options.compromised);
        if (options.compromised.starts_with("age1")) facts.compromised.push_back(options.compromised);
    }
    if (facts.recipients.empty() || facts.receipt_keys.empty())
        return fail(Errc::InvalidArgument, "no key would be left: name a new one along with it");
    const auto text = GANTRY_TRY(trialJson(facts, GANTRY_TRY(readFile(folder.authority(), 1u << 20))));
    GANTRY_CHECK(folder.save(facts));
    const auto office = GANTRY_TRY(Office::open(folder));
    const auto role = std::string(tuf::kTargetsRole);
    auto next = GANTRY_TRY(office->next(role, SystemClock().nowMillis()));
    next.targets["trial.json"] = tuf::targetInfoOf(asBytes(text));
    GANTRY_CHECK(office->propose(role, GANTRY_TRY(tuf::signedText(next, {})), {{"trial.json", text}}));
    std::cerr << "Drafted. Each person runs gantry-central sign " << options.directory
              << " --key NAME.key; then gantry-central publish " << options.directory << ".\n";
    return {};
}

}  // namespace

void addDesk(CLI::App& app, Run& run) {
    const auto options = std::make_shared<DeskOptions>();
    auto* setting = app.add_subcommand("settings", "tell all sites, or one, how often they ask and when they send");
    setting->add_option("DIR", options->directory, "the sponsor's directory")->required();
    setting->add_option("FILE", options->file, "JSON as docs/formats/inbox.md describes it")->required();
    setting->add_option("--site", options->site, "for this site alone, encrypted for it");
    setting->add_option("--key", options->key, "the desk's key file; DIR/keys/desk.key when left out");
    setting->add_option("--passphrase-file", options->passphrase_file, "file of mode 0600; else it is asked for");
    runs(*setting, run, options, settings);
    auto* trial = app.add_subcommand("trial", "change what the trial says of itself: addresses and keys");
    trial->add_option("DIR", options->directory, "the sponsor's directory")->required();
    trial->add_option("--title", options->title, "the trial's name");
    trial->add_option("--outbox", options->outbox, "where sites put objects, in place of what it was");
    trial->add_option("--inbox", options->inbox, "where sites read the inbox, in place of what it was");
    trial->add_option("--recipient", options->recipient, "age1…: one more key that parcels are encrypted for");
    trial->add_option("--receipt-key", options->receipt_key, "gantry-ed25519-public:…: one more that signs receipts");
    trial->add_option("--compromised", options->compromised, "a key of either kind that is trusted no longer");
    runs(*trial, run, options, changeTrial);
}

}  // namespace gantry::central
