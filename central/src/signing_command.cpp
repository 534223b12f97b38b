// What is signed by people: their keys, drafts, and publishing.
#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "office.hpp"
#include "passphrase.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;

struct SigningOptions {
    std::string directory;
    std::string key;
    std::string passphrase_file;
    bool refresh = false;
    bool json = false;
};

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

Result<> makeKey(const SigningOptions& options) {
    const std::filesystem::path key = options.key + ".key";
    const std::filesystem::path public_key = options.key + ".pub";
    std::error_code ec;
    for (const auto& file : {key, public_key})
        if (std::filesystem::exists(file, ec)) return fail(Errc::AlreadyExists, file.string());
    const auto passphrase = GANTRY_TRY(passphraseOf(key.filename().string(), options.passphrase_file, true));
    const auto seed = uplink::generateSigningKey();
    GANTRY_CHECK(tuf::saveEncryptedKey(key, seed, passphrase));
    const auto text = uplink::toText(ed25519PublicKey(seed));
    constexpr mode_t kReadableByAll = 0644;
    GANTRY_CHECK(writeFileDurably(public_key, asBytes(text + "\n"), kReadableByAll));
    std::cout << text << '\n';
    std::cerr << "Keep " << key.string() << " with you. Give " << public_key.string() << " to the central team.\n";
    return {};
}

/// What a role's next version says that the published one does not, as lines for who is to sign it.
Result<> sayChanges(Office& office, const std::string& role) {
    const auto text = GANTRY_TRY(office.draft(role));
    if (!text || role == tuf::kRootRole) return {};
    const auto now = GANTRY_TRY(tuf::readTargets(*text)).content;
    const auto before = office.writer().role(role);
    const auto known = before ? before->content.targets : decltype(now.targets)();
    for (const auto& [path, info] : now.targets) {
        const auto was = known.find(path);
        if (was != known.end() && was->second.hashes == info.hashes && was->second.custom == info.custom) continue;
        std::cout << "    " << (was == known.end() ? "new      " : "changed  ") << path << "  sha256 "
                  << (info.hashes.contains("sha256") ? info.hashes.at("sha256") : "?") << "  " << info.custom
                  << '\n';
    }
    for (const auto& [path, info] : known)
        if (!now.targets.contains(path)) std::cout << "    removed  " << path << '\n';
    return {};
}

Result<> sayDraft(Office& office, const DraftState& state) {
    std::cout << state.role << " version " << state.version;
    if (!state.signed_by.empty()) std::cout << ", signed by " << joined(state.signed_by);
    if (state.complete)
        std::cout << ": ready to be published";
    else
        std::cout << ": needs " << state.more << " more of " << joined(state.missing);
    std::cout << '\n';
    return sayChanges(office, state.role);
}

Result<> drafts(const SigningOptions& options) {
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto states = GANTRY_TRY(office->drafts());
    if (!options.json) {
        for (const auto& state : states) GANTRY_CHECK(sayDraft(*office, state));
        return {};
    }
    boost::json::array out;
    for (const auto& state : states)
        out.push_back(boost::json::object{{"role", state.role},
                                          {"version", state.version},
                                          {"complete", state.complete},
                                          {"signed_by", boost::json::value_from(state.signed_by)},
                                          {"missing", boost::json::value_from(state.missing)},
                                          {"more", state.more}});
    std::cout << boost::json::serialize(out) << '\n';
    return {};
}

Result<> sign(const SigningOptions& options) {
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    for (const auto& state : GANTRY_TRY(office->drafts())) GANTRY_CHECK(sayDraft(*office, state));
    const auto seed = GANTRY_TRY(unlockKey(options.key, options.passphrase_file));
    const auto done = GANTRY_TRY(office->signDrafts(seed));
    if (done.empty()) return fail(Errc::NotFound, "nothing waits for a signature by this key");
    std::cerr << "Signed by " << office->nameOf(tuf::keyIdOf(seed)) << ": " << joined(done) << ".\n";
    return {};
}

Result<> publish(const SigningOptions& options) {
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto now = SystemClock().nowMillis();
    if (options.refresh) {
        const auto version = GANTRY_TRY(office->refresh(now));
        std::cerr << "Version " << version << " of the inbox, good for two weeks.\n";
        return {};
    }
    const auto version = GANTRY_TRY(office->publishDrafts(now));
    std::cerr << "Published: version " << version << " of the inbox.\n";
    return {};
}

}  // namespace

void addSigning(CLI::App& app, Run& run) {
    const auto options = std::make_shared<SigningOptions>();
    const auto with_directory = [&](CLI::App* command) {
        command->add_option("DIR", options->directory, "the sponsor's directory")->required();
        return command;
    };
    auto* key = app.add_subcommand("key", "make a person's key, on that person's own machine");
    key->add_option("NAME", options->key, "makes NAME.key, with a passphrase, and NAME.pub")->required();
    key->add_option("--passphrase-file", options->passphrase_file, "file of mode 0600; else it is asked for");
    runs(*key, run, options, makeKey);
    auto* list = with_directory(app.add_subcommand("drafts", "what waits for signatures, and whose"));
    list->add_flag("--json", options->json, "as JSON");
    runs(*list, run, options, drafts);
    auto* signing = with_directory(app.add_subcommand("sign", "say what waits, and sign it with a person's key"));
    signing->add_option("--key", options->key, "the person's key file")->required();
    signing->add_option("--passphrase-file", options->passphrase_file, "file of mode 0600; else it is asked for");
    runs(*signing, run, options, sign);
    auto* publishing = with_directory(
        app.add_subcommand("publish", "put into the inbox what enough people have signed; needs the online key"));
    publishing->add_flag("--refresh", options->refresh,
                         "only say once more that what is there is valid; daily, where no hub runs");
    runs(*publishing, run, options, publish);
}

}  // namespace gantry::central
