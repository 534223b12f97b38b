#include "setup.hpp"

#include <boost/json.hpp>
#include <set>

#include "gantry/core/files.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;

constexpr auto kDeskName = "desk";
constexpr mode_t kReadableByAll = 0644;  // a public key

Result<> refuseToReplace(std::initializer_list<std::filesystem::path> files) {
    std::error_code ec;
    for (const auto& file : files)
        if (std::filesystem::exists(file, ec)) return fail(Errc::AlreadyExists, file.string());
    return {};
}

/// A key with a passphrase, and its public half beside it.
Result<Ed25519Seed> makeEncryptedKey(const std::filesystem::path& key, const std::filesystem::path& public_key,
                                     const std::string& passphrase) {
    GANTRY_CHECK(makeDirectory(key.parent_path()));
    const auto seed = uplink::generateSigningKey();
    GANTRY_CHECK(tuf::saveEncryptedKey(key, seed, passphrase));
    const auto text = uplink::toText(ed25519PublicKey(seed)) + "\n";
    GANTRY_CHECK(writeFileDurably(public_key, asBytes(text), kReadableByAll));
    return seed;
}

/// A hub is where objects go and where the inbox lies, unless other places are named.
void completeAddresses(SponsorFacts& facts) {
    while (facts.hub.ends_with('/')) facts.hub.pop_back();
    if (facts.hub.empty()) return;
    if (facts.outbox.empty()) facts.outbox = {facts.hub + "/tus/"};
    if (facts.inbox.empty()) facts.inbox = {facts.hub + "/inbox"};
}

Result<> check(const TrialSetup& setup) {
    const auto& facts = setup.facts;
    if (!isPlainName(facts.trial))
        return fail(Errc::InvalidArgument, "a trial is 1 to 64 of A-Z a-z 0-9 _ . - and starts with no dot");
    std::set<std::string> names;
    for (const auto& person : facts.people)
        if (!isPlainName(person) || person == kDeskName || !names.insert(person).second)
            return fail(Errc::InvalidArgument, "'" + person + "' names nobody else, in letters and digits");
    if (setup.threshold < 1 || names.size() < setup.threshold)
        return fail(Errc::InvalidArgument, "fewer people than must sign: " + std::to_string(setup.threshold) +
                                               " of " + std::to_string(names.size()));
    for (const auto& name : names)
        if (!setup.public_keys.contains(name) && !setup.passphrases.contains(name))
            return fail(Errc::InvalidArgument, "no passphrase for " + name);
    if (!setup.passphrases.contains(kDeskName)) return fail(Errc::InvalidArgument, "no passphrase for the desk");
    return {};
}

struct MadeKeys {
    InboxKeys inbox;
    std::vector<Ed25519Seed> people;  ///< of those made here
    Ed25519Seed desk{};
    Ed25519Seed online{};
};

Result<MadeKeys> makeKeys(const SponsorFolder& folder, const TrialSetup& setup, UnixMillis now) {
    MadeKeys made;
    made.inbox.threshold = setup.threshold;
    GANTRY_CHECK(makeDirectory(folder.onlineKey().parent_path()));
    for (const auto& person : setup.facts.people) {
        if (const auto given = setup.public_keys.find(person); given != setup.public_keys.end()) {
            const auto key = GANTRY_TRY(uplink::loadPublicKey(given->second));
            made.inbox.people.push_back(key);
            GANTRY_CHECK(makeDirectory(folder.offlinePublic(person).parent_path()));
            GANTRY_CHECK(writeFileDurably(folder.offlinePublic(person), asBytes(uplink::toText(key) + "\n"),
                                          kReadableByAll));
            continue;
        }
        made.people.push_back(GANTRY_TRY(makeEncryptedKey(
            folder.offlineKey(person), folder.offlinePublic(person), setup.passphrases.at(person))));
        made.inbox.people.push_back(ed25519PublicKey(made.people.back()));
    }
    made.desk = GANTRY_TRY(
        makeEncryptedKey(folder.deskKey(), folder.deskPublic(), setup.passphrases.at(kDeskName)));
    made.inbox.desk = ed25519PublicKey(made.desk);
    made.online = uplink::generateSigningKey();
    GANTRY_CHECK(uplink::saveSigningKey(folder.onlineKey(), "", made.online));
    made.inbox.online = ed25519PublicKey(made.online);
    GANTRY_CHECK(uplink::CertificateAuthority::create(folder.authorityKey(), folder.authority(),
                                                      setup.facts.trial, now));
    return made;
}

Result<> proposeFirst(Office& office, const MadeKeys& keys, UnixMillis now) {
    const auto sign = [&](const auto& content, const auto& seeds) { return tuf::signedText(content, seeds); };
    const std::vector<Ed25519Seed> desk{keys.desk};
    const std::vector<Ed25519Seed> online{keys.online};
    tuf::Targets empty;
    empty.expires = expiryFrom(now);

    auto targets = empty;
    const auto trial = GANTRY_TRY(
        trialJson(office.facts(), GANTRY_TRY(readFile(office.folder().authority(), 1u << 20))));
    targets.targets["trial.json"] = tuf::targetInfoOf(asBytes(trial));
    delegateAll(targets, keys.inbox);
    auto desk_role = empty;
    const auto settings = GANTRY_TRY(uplink::canonicalText("{\"format\":1}"));
    desk_role.targets["settings.json"] = tuf::targetInfoOf(asBytes(settings));

    GANTRY_CHECK(office.propose(std::string(tuf::kRootRole),
                                GANTRY_TRY(sign(rootWith(keys.inbox, now), keys.people))));
    GANTRY_CHECK(office.propose(std::string(tuf::kTargetsRole), GANTRY_TRY(sign(targets, keys.people)),
                                {{"trial.json", trial}}));
    for (const auto role : {kPacksRole, kSoftwareRole})
        GANTRY_CHECK(office.propose(std::string(role), GANTRY_TRY(sign(empty, keys.people))));
    GANTRY_CHECK(office.propose(std::string(kDeskRole), GANTRY_TRY(sign(desk_role, desk)),
                                {{"settings.json", settings}}));
    return office.propose(std::string(kOnlineRole), GANTRY_TRY(sign(empty, online)));
}

}  // namespace

Result<OpeningKeyFiles> makeOpeningKeys(const SponsorFolder& folder) {
    GANTRY_CHECK(refuseToReplace({folder.identity(), folder.receiptKey(), folder.receiptPublic()}));
    GANTRY_CHECK(makeDirectory(folder.directory()));
    const auto identity = uplink::AgeIdentity::generate();
    GANTRY_CHECK(uplink::saveAgeIdentity(folder.identity(), identity));
    const auto seed = uplink::generateSigningKey();
    GANTRY_CHECK(uplink::saveSigningKey(folder.receiptKey(), folder.receiptPublic(), seed));
    return OpeningKeyFiles{identity.recipient().toString(), uplink::toText(ed25519PublicKey(seed))};
}

Result<std::vector<DraftState>> setUpTrial(const SponsorFolder& folder, TrialSetup setup, const Clock& clock) {
    GANTRY_CHECK(check(setup));
    GANTRY_CHECK(refuseToReplace({folder.factsFile(), folder.onlineKey(), folder.deskKey(),
                                  folder.authorityKey(), folder.drafts(), folder.repository()}));
    const auto opening = GANTRY_TRY(makeOpeningKeys(folder));
    completeAddresses(setup.facts);
    setup.facts.recipients = {opening.recipient};
    setup.facts.receipt_keys = {opening.receipt_key};
    const auto now = clock.nowMillis();
    const auto keys = GANTRY_TRY(makeKeys(folder, setup, now));
    GANTRY_CHECK(folder.save(setup.facts));
    const auto office = GANTRY_TRY(Office::open(folder));
    GANTRY_CHECK(proposeFirst(*office, keys, now));
    auto waiting = GANTRY_TRY(office->drafts());
    std::erase_if(waiting, [](const DraftState& state) { return state.complete; });
    if (waiting.empty()) GANTRY_CHECK(office->publishDrafts(now));
    return waiting;
}

}  // namespace gantry::central
