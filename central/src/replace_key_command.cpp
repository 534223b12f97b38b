// Another key in place of one that was stolen or lost. docs/central/keys-stolen.md says when to use it.
#include <algorithm>
#include <iostream>

#include "audit.hpp"
#include "command_run.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "key_replacement.hpp"
#include "passphrase.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;
constexpr mode_t kReadableByAll = 0644;

struct ReplaceOptions {
    std::string directory;
    std::string who;
    std::string by;
    std::string next_name;
    std::string next_key;
    std::string passphrase_file;
};

Result<std::string> keyIdIn(const std::filesystem::path& public_key) {
    return tuf::keyId(tuf::toKey(GANTRY_TRY(uplink::loadPublicKey(public_key))));
}

/// The key that was made by an earlier run and is not in force yet is used again.
Result<Ed25519PublicKey> nextOnline(const SponsorFolder& folder) {
    std::error_code ec;
    if (std::filesystem::exists(folder.nextOnlineKey(), ec))
        return ed25519PublicKey(GANTRY_TRY(uplink::loadSigningKey(folder.nextOnlineKey())));
    const auto seed = uplink::generateSigningKey();
    GANTRY_CHECK(uplink::saveSigningKey(folder.nextOnlineKey(), "", seed));
    return ed25519PublicKey(seed);
}

Result<Ed25519Seed> nextDesk(const SponsorFolder& folder, const std::filesystem::path& passphrase_file) {
    std::error_code ec;
    if (std::filesystem::exists(folder.nextDeskKey(), ec)) return unlockKey(folder.nextDeskKey(), passphrase_file);
    const auto passphrase = GANTRY_TRY(passphraseOf("the desk's new key", passphrase_file, true));
    const auto seed = uplink::generateSigningKey();
    GANTRY_CHECK(tuf::saveEncryptedKey(folder.nextDeskKey(), seed, passphrase));
    const auto text = uplink::toText(ed25519PublicKey(seed)) + "\n";
    GANTRY_CHECK(writeFileDurably(folder.nextDeskPublic(), asBytes(text), kReadableByAll));
    return seed;
}

Result<> replaceOfPerson(Office& office, const ReplaceOptions& options, UnixMillis now) {
    const auto& folder = office.folder();
    if (options.next_key.empty() || !isPlainName(options.next_name))
        return fail(Errc::InvalidArgument, "name the person who signs from now on, and their key: --name carol --with carol.pub");
    if (options.next_name == options.who)
        return fail(Errc::InvalidArgument, "a new key needs a name of its own, such as " + options.who + "-2");
    const auto next = GANTRY_TRY(uplink::loadPublicKey(options.next_key));
    const auto former = GANTRY_TRY(keyIdIn(folder.offlinePublic(options.who)));
    GANTRY_CHECK(replacePerson(office, former, next, now));
    // The former name stays, so that drafts can say whose signature is there.
    auto facts = office.facts();
    if (std::ranges::find(facts.people, options.next_name) == facts.people.end()) facts.people.push_back(options.next_name);
    GANTRY_CHECK(writeFileDurably(folder.offlinePublic(options.next_name), asBytes(uplink::toText(next) + "\n"),
                                  kReadableByAll));
    return folder.save(facts);
}

Result<> replaceKey(const ReplaceOptions& options) {
    const SystemClock clock;
    const auto now = clock.nowMillis();
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto& folder = office->folder();
    if (options.who == "online") {
        const auto root = GANTRY_TRY(office->writer().root()).content;
        const auto former = root.roles.at(std::string(tuf::kTimestampRole)).key_ids.front();
        GANTRY_CHECK(replaceOnline(*office, former, GANTRY_TRY(nextOnline(folder)), now));
    } else if (options.who == "desk") {
        const auto former = GANTRY_TRY(keyIdIn(folder.deskPublic()));
        GANTRY_CHECK(replaceDesk(*office, former, GANTRY_TRY(nextDesk(folder, options.passphrase_file)), now));
    } else {
        GANTRY_CHECK(replaceOfPerson(*office, options, now));
    }
    GANTRY_CHECK(noteInAudit(options.directory, {options.by, "key.replacement_drafted", "", options.who}, clock));
    std::cerr << "Drafted; nothing has changed yet. People sign with gantry-central sign " << options.directory
              << " --key NAME.key; gantry-central drafts says who. Then gantry-central publish "
              << options.directory << ".\n";
    return {};
}

}  // namespace

void addReplaceKey(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("replace-key", "put another key in place of one that was stolen or lost");
    const auto options = std::make_shared<ReplaceOptions>();
    command->add_option("DIR", options->directory, "the sponsor's directory")->required();
    command->add_option("WHO", options->who, "online, desk, or a person's name")->required();
    command->add_option("--by", options->by, "who replaces it, for the audit")->required();
    command->add_option("--name", options->next_name, "for a person's: who signs from now on");
    command->add_option("--with", options->next_key, "for a person's: the public key file of who signs from now on");
    command->add_option("--passphrase-file", options->passphrase_file, "for the desk's: file of mode 0600; else it is asked for");
    runs(*command, run, options, replaceKey);
}

}  // namespace gantry::central
