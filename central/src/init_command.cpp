#include <iostream>

#include "command_run.hpp"
#include "gantry/core/files.hpp"
#include "passphrase.hpp"
#include "setup.hpp"

namespace gantry::central {
namespace {

namespace fs = std::filesystem;

struct InitOptions {
    std::string directory;
    TrialSetup setup;
    std::vector<std::string> passphrase_files;  ///< NAME=FILE
    std::vector<std::string> public_keys;       ///< NAME=FILE
    std::string ca;
};

Result<std::map<std::string, fs::path>> namedFiles(const std::vector<std::string>& given) {
    std::map<std::string, fs::path> out;
    for (const auto& one : given) {
        const auto sign = one.find('=');
        if (sign == 0 || sign == std::string::npos || sign + 1 == one.size())
            return fail(Errc::InvalidArgument, "'" + one + "' is not NAME=FILE");
        out[one.substr(0, sign)] = one.substr(sign + 1);
    }
    return out;
}

/// All are asked for before anything is made.
Result<> collectPassphrases(const InitOptions& options, TrialSetup& setup) {
    const auto files = GANTRY_TRY(namedFiles(options.passphrase_files));
    auto names = setup.facts.people;
    names.emplace_back("desk");
    for (const auto& name : names) {
        if (setup.public_keys.contains(name)) continue;
        const auto file = files.find(name);
        setup.passphrases[name] =
            GANTRY_TRY(passphraseOf("the key of " + name, file == files.end() ? fs::path() : file->second, true));
    }
    return {};
}

void sayKeys(const SponsorFolder& folder) {
    std::cerr << "Keep " << folder.identity().string() << " and " << folder.receiptKey().string()
              << " secret and backed up: without the first no parcel can be opened.\n";
}

Result<> initTrial(const InitOptions& options) {
    const SponsorFolder folder(options.directory);
    auto setup = options.setup;
    setup.public_keys = GANTRY_TRY(namedFiles(options.public_keys));
    for (const auto& [name, file] : setup.public_keys)
        if (std::find(setup.facts.people.begin(), setup.facts.people.end(), name) == setup.facts.people.end())
            setup.facts.people.push_back(name);
    if (!options.ca.empty()) setup.facts.ca = GANTRY_TRY(readFile(options.ca, 1u << 20));
    GANTRY_CHECK(collectPassphrases(options, setup));
    const auto waiting = GANTRY_TRY(setUpTrial(folder, std::move(setup), SystemClock()));
    const auto facts = GANTRY_TRY(folder.facts());
    std::cout << "recipient: " << facts.recipients.front() << '\n'
              << "receipt key: " << facts.receipt_keys.front() << '\n';
    sayKeys(folder);
    std::cerr << "Move " << (folder.directory() / "offline").string()
              << "/*.key to where no network is, one to each person.\n";
    if (waiting.empty()) {
        std::cerr << "The inbox of " << facts.trial << " is published.\n";
        return {};
    }
    std::cerr << "The inbox of " << facts.trial << " waits for signatures: each person runs gantry-central sign "
              << options.directory << " --key NAME.key; then gantry-central publish " << options.directory
              << ".\n";
    return {};
}

Result<> initKeysAlone(const InitOptions& options) {
    const SponsorFolder folder(options.directory);
    const auto keys = GANTRY_TRY(makeOpeningKeys(folder));
    std::cout << "recipient: " << keys.recipient << '\n' << "receipt key: " << keys.receipt_key << '\n';
    sayKeys(folder);
    return {};
}

Result<> init(const InitOptions& options) {
    return options.setup.facts.trial.empty() ? initKeysAlone(options) : initTrial(options);
}

}  // namespace

void addInit(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand(
        "init", "make a trial's sponsor end in DIR: all its keys, and the inbox that sites read. Without --trial only "
                "the keys that open parcels and sign receipts");
    const auto options = std::make_shared<InitOptions>();
    auto& facts = options->setup.facts;
    command->add_option("DIR", options->directory, "the sponsor's, and the hub's, directory")->required();
    auto* trial = command->add_option("--trial", facts.trial, "the trial's identifier");
    const auto of_trial = [&](CLI::Option* option) { option->needs(trial); };
    of_trial(command->add_option("--title", facts.title, "the trial's name"));
    of_trial(command->add_option("--person", facts.people, "name of somebody who signs offline; once for each"));
    of_trial(command->add_option("--person-key", options->public_keys,
                                 "NAME=FILE: public key that this person made elsewhere, by gantry-central key"));
    of_trial(command->add_option("--passphrase-file", options->passphrase_files,
                                 "NAME=FILE of mode 0600, for each person and for \"desk\"; else it is asked for"));
    of_trial(command
                 ->add_option("--threshold", options->setup.threshold,
                              "so many people must sign; 2 when left out")
                 ->check(CLI::Range(1, 16)));
    of_trial(command->add_option("--hub", facts.hub, "address of gantry-hub; none when left out"));
    of_trial(command->add_option("--outbox", facts.outbox, "where sites put objects; the hub when left out"));
    of_trial(command->add_option("--inbox", facts.inbox, "where sites read the inbox; the hub when left out"));
    of_trial(command->add_option("--ca", options->ca, "PEM of the authorities of these servers; the system's when left out"));
    of_trial(command->add_option("--store", facts.store, "s3+https://HOST/BUCKET/PREFIX where the inbox is written"));
    of_trial(command->add_option("--store-credentials", facts.store_credentials,
                                 "file with the bucket's credentials, from DIR on"));
    of_trial(command->add_option("--store-ca", facts.store_ca, "PEM file of the bucket's authorities, from DIR on"));
    runs(*command, run, options, init);
}

}  // namespace gantry::central
