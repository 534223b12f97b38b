#pragma once
/// Setting up a trial's sponsor end: `gantry-central init --trial`.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "office.hpp"

namespace gantry::central {

/// The keys that every sponsor end has: what opens parcels, and what signs receipts.
struct OpeningKeyFiles {
    std::string recipient;    ///< "age1…"
    std::string receipt_key;  ///< "gantry-ed25519-public:…"
};
/// Looks before it makes anything, so that a refusal leaves nothing half done. @errors AlreadyExists, Io
Result<OpeningKeyFiles> makeOpeningKeys(const SponsorFolder& folder);

struct TrialSetup {
    SponsorFacts facts;  ///< recipients and receipt keys are filled in
    /// People whose keys were made elsewhere: name to file with the public key.
    std::map<std::string, std::filesystem::path> public_keys;
    /// Of keys made here: name ("desk" for the desk's) to passphrase.
    std::map<std::string, std::string> passphrases;
    std::uint64_t threshold = 2;
};

/// Makes all further keys, writes sponsor.json, drafts the first metadata and signs them by the keys made here;
/// publishes them when that is enough.
/// @return what still waits for signatures; empty: it is published
/// @errors InvalidArgument: names, fewer people than must sign; AlreadyExists
Result<std::vector<DraftState>> setUpTrial(const SponsorFolder& folder, TrialSetup setup, const Clock& clock);

}  // namespace gantry::central
