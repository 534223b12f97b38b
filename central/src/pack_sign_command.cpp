// Packs into the inbox: each person signs, then they are published.
#include <array>
#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "office.hpp"
#include "pack_command.hpp"
#include "pack_published.hpp"
#include "passphrase.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;
namespace tuf = uplink::tuf;

struct SignOptions {
    std::string directory;
    std::string pack;
    std::string version;
    std::string key;
    std::string passphrase_file;
    std::string in_force_at;
    std::string why;
};

std::string pathOf(const std::string& id, const std::string& version) {
    return "packs/" + id + "/" + version + ".json";
}

/// The highest version of that pack that is published; "" for none.
std::string highestPublished(Office& office, const std::string& id) {
    const auto role = office.writer().role(kPacksRole);
    if (!role) return {};
    const auto folder = "packs/" + id + "/";
    std::string highest;
    for (const auto& [path, info] : role->content.targets) {
        if (!path.starts_with(folder)) continue;
        const auto version = path.substr(folder.size(), path.size() - folder.size() - std::string(".json").size());
        if (highest.empty() || numbersOf(version) > numbersOf(highest)) highest = version;
    }
    return highest;
}

/// Says in words what the new version changes.
Result<> sayDifference(Office& office, const std::string& id, const std::string& before,
                       const std::filesystem::path& pack) {
    if (before.empty()) return {};
    const auto role = GANTRY_TRY(office.writer().role(kPacksRole)).content;
    const auto path = pathOf(id, before);
    const auto text = GANTRY_TRY(office.store().read(targetObject(path, role.targets.at(path)), 64u << 20));
    const auto scratch = GANTRY_TRY(TemporaryDirectory::create(office.folder().directory(), ".pack-"));
    const auto file = scratch.path() / (before + ".json");
    GANTRY_CHECK(writeFileDurably(file, asBytes(text)));
    std::cout << "Changes since " << before << ":\n";
    packDiff(file, pack);
    return {};
}

/// A draft that says the same gets one signature more; any other is made anew, signed by this key alone.
Result<> proposeAndSign(Office& office, const tuf::Targets& next, const std::string& path, const Contents& contents,
                        const Ed25519Seed& seed) {
    const auto role = std::string(kPacksRole);
    bool same = false;
    if (const auto text = GANTRY_TRY(office.draft(role))) {
        const auto draft = GANTRY_TRY(tuf::readTargets(*text)).content;
        const auto listed = draft.targets.find(path);
        same = draft.version == next.version && listed != draft.targets.end() &&
               listed->second.hashes == next.targets.at(path).hashes &&
               listed->second.custom == next.targets.at(path).custom;
    }
    if (!same) GANTRY_CHECK(office.propose(role, GANTRY_TRY(tuf::signedText(next, {})), contents));
    if (GANTRY_TRY(office.signDrafts(seed, role)).empty())
        return fail(Errc::NotAllowed, "this key may not sign packs");
    for (const auto& state : GANTRY_TRY(office.drafts())) {
        if (state.role != role) continue;
        std::cerr << "Signed by " << office.nameOf(tuf::keyIdOf(seed)) << ". ";
        if (state.complete)
            std::cerr << "Enough have signed: gantry-central pack publish " << office.folder().directory().string()
                      << '\n';
        else
            std::cerr << state.more << " more must sign.\n";
    }
    return {};
}

Result<> sign(const SignOptions& options) {
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto now = SystemClock().nowMillis();
    auto loaded = usablePack(options.pack);
    if (!loaded) return fail(Errc::ConfigInvalid, "the pack has mistakes");
    if (!loaded->problems.empty()) {
        sayProblems(*loaded);
        return fail(Errc::ConfigInvalid, "sites refuse a pack with a source that nobody has verified");
    }
    json::object custom;
    if (!options.in_force_at.empty()) {
        if (!uplink::unixSeconds(options.in_force_at))
            return fail(Errc::InvalidArgument, "--in-force-at is a time in UTC: 2027-01-31T22:00:00Z");
        custom["in_force_at"] = options.in_force_at;
    }
    const auto id = loaded->pack->id();
    const auto version = loaded->pack->version();
    const auto before = highestPublished(*office, id);
    if (!before.empty() && numbersOf(version) <= numbersOf(before))
        return fail(Errc::Conflict, id + " " + version + " does not follow " + before + ", which is published");
    GANTRY_CHECK(sayDifference(*office, id, before, options.pack));
    const auto& text = loaded->document.json;
    std::cout << id << ' ' << version << "  sha256 " << toHex(sha256(asBytes(text))) << '\n';
    const auto seed = GANTRY_TRY(unlockKey(options.key, options.passphrase_file));
    const auto path = pathOf(id, version);
    auto next = GANTRY_TRY(office->next(std::string(kPacksRole), now));
    next.targets[path] = tuf::targetInfoOf(asBytes(text));
    if (!custom.empty()) next.targets[path].custom = json::serialize(custom);
    return proposeAndSign(*office, next, path, {{path, text}}, seed);
}

Result<> withdraw(const SignOptions& options) {
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto seed = GANTRY_TRY(unlockKey(options.key, options.passphrase_file));
    auto next = GANTRY_TRY(office->next(std::string(kPacksRole), SystemClock().nowMillis()));
    const auto path = pathOf(options.pack, options.version);
    const auto listed = next.targets.find(path);
    if (listed == next.targets.end())
        return fail(Errc::NotFound, options.pack + " " + options.version + " is not published");
    auto custom = listed->second.custom.empty() ? json::object() : json::parse(listed->second.custom).as_object();
    custom["withdrawn"] = options.why;
    listed->second.custom = json::serialize(custom);
    return proposeAndSign(*office, next, path, {}, seed);
}

Result<> publish(const SignOptions& options) {
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto version = GANTRY_TRY(office->publishDrafts(SystemClock().nowMillis()));
    std::cerr << "Published: version " << version << " of the inbox. Sites take it with their next pull.\n";
    return {};
}

}  // namespace

void addPackSigning(CLI::App& pack, Run& run) {
    const auto options = std::make_shared<SignOptions>();
    const auto with_key = [&](CLI::App* command) {
        command->add_option("--key", options->key, "the person's key file")->required();
        command->add_option("--passphrase-file", options->passphrase_file,
                            "file of mode 0600; else it is asked for");
        return command;
    };
    const auto with_directory = [&](CLI::App* command) {
        command->add_option("DIR", options->directory, "the sponsor's directory")->required();
        return command;
    };
    auto* signing = with_key(with_directory(pack.add_subcommand(
        "sign", "say what a pack changes, and sign it for the inbox; each person runs this with the same pack")));
    signing->add_option("PACK", options->pack, "the pack: YAML, or the canonical JSON of it")->required();
    signing->add_option("--in-force-at", options->in_force_at,
                        "time in UTC, 2027-01-31T22:00:00Z; as soon as it arrives when left out");
    runs(*signing, run, options, sign);
    auto* withdrawing = with_key(with_directory(pack.add_subcommand(
        "withdraw", "sign that a published version must not be used any more")));
    withdrawing->add_option("ID", options->pack, "the pack's id")->required();
    withdrawing->add_option("VERSION", options->version, "its version")->required();
    withdrawing->add_option("--why", options->why, "a sentence, which sites read")->required();
    runs(*withdrawing, run, options, withdraw);
    auto* publishing =
        with_directory(pack.add_subcommand("publish", "put into the inbox what enough people have signed"));
    runs(*publishing, run, options, publish);
}

}  // namespace gantry::central
