#include "office.hpp"

#include <algorithm>
#include <set>

#include "gantry/core/files.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::central {
namespace {

namespace fs = std::filesystem;
namespace tuf = uplink::tuf;

constexpr std::chrono::hours kRenewBefore{24 * 60};
constexpr std::string_view kOrder[] = {tuf::kRootRole, tuf::kTargetsRole, kPacksRole,
                                       kSoftwareRole,  kDeskRole,         kOnlineRole};

/// What of a metadata file does not depend on its kind.
struct AnyMetadata {
    std::int64_t version = 0;
    std::string signed_bytes;
    std::vector<tuf::Signature> signatures;
};

template <class Content>
AnyMetadata anyOf(tuf::Metadata<Content> read) {
    return {read.content.version, std::move(read.signed_bytes), std::move(read.signatures)};
}

Result<AnyMetadata> readAny(const std::string& role, const std::string& text) {
    if (role == tuf::kRootRole) return anyOf(GANTRY_TRY(tuf::readRoot(text)));
    return anyOf(GANTRY_TRY(tuf::readTargets(text)));
}

const tuf::DelegatedRole* delegationTo(const tuf::Targets& by, const std::string& role) {
    if (!by.delegations) return nullptr;
    const auto& roles = by.delegations->roles;
    const auto found = std::find_if(roles.begin(), roles.end(), [&](const auto& one) { return one.name == role; });
    return found == roles.end() ? nullptr : &*found;
}

}  // namespace

Result<std::unique_ptr<uplink::ObjectStore>> openRepository(const SponsorFolder& folder,
                                                            const SponsorFacts& facts) {
    if (facts.store.empty()) return uplink::openDirectoryStore(folder.repository());
    uplink::S3Config config;
    config.location = GANTRY_TRY(uplink::parseS3Url(facts.store));
    config.credentials_file = folder.directory() / facts.store_credentials;
    if (!facts.store_ca.empty()) config.http.ca_file = folder.directory() / facts.store_ca;
    return uplink::openS3Store(std::move(config));
}

Office::Office(SponsorFolder folder, SponsorFacts facts, std::unique_ptr<uplink::ObjectStore> store)
    : folder_(std::move(folder)), facts_(std::move(facts)), store_(std::move(store)), writer_(*store_) {}

Result<std::unique_ptr<Office>> Office::open(const SponsorFolder& folder) {
    auto facts = GANTRY_TRY(folder.facts());
    auto store = GANTRY_TRY(openRepository(folder, facts));
    return std::unique_ptr<Office>(new Office(folder, std::move(facts), std::move(store)));
}

Result<tuf::OnlineKeys> Office::onlineKeys() const {
    auto seed = uplink::loadSigningKey(folder_.onlineKey());
    if (!seed) return within("the online key " + folder_.onlineKey().string(), seed.error());
    return tuf::OnlineKeys{{*seed}, kSnapshotLifetime, kTimestampLifetime};
}

fs::path Office::draftFile(const std::string& role) const {
    return folder_.drafts() / (role + ".json");
}

Result<std::optional<std::string>> Office::draft(const std::string& role) const {
    auto text = readFile(draftFile(role));
    if (text) return std::optional(*std::move(text));
    if (text.error().code == Errc::NotFound) return std::optional<std::string>();
    return text.error();
}

Result<tuf::Targets> Office::current(const std::string& role) {
    if (const auto text = GANTRY_TRY(draft(role))) return GANTRY_TRY(tuf::readTargets(*text)).content;
    return GANTRY_TRY(writer_.role(role)).content;
}

Result<tuf::Targets> Office::next(const std::string& role, UnixMillis now) {
    auto published = writer_.role(role);
    if (!published && published.error().code != Errc::NotFound) return published.error();
    tuf::Targets out;
    std::int64_t version = 1;
    if (published) {
        version = published->content.version + 1;
        out = std::move(published->content);
    }
    if (const auto text = GANTRY_TRY(draft(role))) out = GANTRY_TRY(tuf::readTargets(*text)).content;
    out.version = version;
    out.expires = expiryFrom(now);
    return out;
}

Result<> Office::propose(const std::string& role, const std::string& text, const Contents& contents) {
    for (const auto& [path, content] : contents) {
        GANTRY_CHECK(uplink::checkObjectName(path));
        const auto file = folder_.drafts() / "content" / path;
        GANTRY_CHECK(makeDirectory(file.parent_path()));
        GANTRY_CHECK(writeFileDurably(file, asBytes(content)));
    }
    GANTRY_CHECK(makeDirectory(folder_.drafts()));
    return writeFileDurably(draftFile(role), asBytes(text));
}

Result<std::vector<std::string>> Office::draftRoles() const {
    std::vector<std::string> out;
    for (const auto role : kOrder)
        if (GANTRY_TRY(draft(std::string(role)))) out.emplace_back(role);
    return out;
}

Result<std::vector<Office::Signers>> Office::signersOf(const std::string& role) {
    std::vector<Signers> out;
    const auto draft_root = GANTRY_TRY(draft(std::string(tuf::kRootRole)));
    const auto published = writer_.root();
    if (!published && published.error().code != Errc::NotFound) return published.error();
    if (role == tuf::kRootRole || role == tuf::kTargetsRole) {
        if (draft_root) {
            auto root = GANTRY_TRY(tuf::readRoot(*draft_root)).content;
            out.push_back({root.roles.at(role), root.keys});
        }
        if (published && (role == tuf::kRootRole || !draft_root))
            out.push_back({published->content.roles.at(role), published->content.keys});
        return out;
    }
    auto delegator = GANTRY_TRY(current(delegatorOf(role)));
    const auto* delegation = delegationTo(delegator, role);
    if (delegation == nullptr) return fail(Errc::NotFound, "nobody delegates to the role " + role);
    out.push_back({*delegation, delegator.delegations->keys});
    return out;
}

std::string Office::nameOf(const std::string& key_id) const {
    const auto is = [&](const fs::path& file) {
        const auto key = uplink::loadPublicKey(file);
        return key && tuf::keyId(tuf::toKey(*key)) == key_id;
    };
    for (const auto& person : facts_.people)
        if (is(folder_.offlinePublic(person))) return person;
    return is(folder_.deskPublic()) ? "the desk" : "key " + key_id.substr(0, 16);
}

Result<DraftState> Office::stateOf(const std::string& role) {
    const auto text = GANTRY_TRY(draft(role));
    if (!text) return fail(Errc::NotFound, "no draft of " + role);
    const auto read = GANTRY_TRY(readAny(role, *text));
    DraftState out;
    out.role = role;
    out.version = read.version;
    out.complete = true;
    std::set<std::string> signed_by;
    std::set<std::string> missing;
    for (const auto& signers : GANTRY_TRY(signersOf(role))) {
        const auto state = tuf::signingState(signers.role, signers.keys, read.signed_bytes, read.signatures);
        out.complete = out.complete && state.complete();
        if (!state.complete()) out.more = std::max(out.more, state.needed - state.signed_by.size());
        for (const auto& id : state.signed_by) signed_by.insert(nameOf(id));
        if (!state.complete())
            for (const auto& id : state.missing) missing.insert(nameOf(id));
    }
    out.signed_by.assign(signed_by.begin(), signed_by.end());
    out.missing.assign(missing.begin(), missing.end());
    return out;
}

Result<std::vector<DraftState>> Office::drafts() {
    std::vector<DraftState> out;
    for (const auto& role : GANTRY_TRY(draftRoles())) out.push_back(GANTRY_TRY(stateOf(role)));
    return out;
}

Result<std::vector<std::string>> Office::signDrafts(const Ed25519Seed& seed, const std::string& only) {
    const auto id = tuf::keyIdOf(seed);
    std::vector<std::string> done;
    for (const auto& role : GANTRY_TRY(draftRoles())) {
        if (!only.empty() && role != only) continue;
        const auto signers = GANTRY_TRY(signersOf(role));
        const bool may = std::any_of(signers.begin(), signers.end(), [&](const Signers& one) {
            return std::find(one.role.key_ids.begin(), one.role.key_ids.end(), id) != one.role.key_ids.end();
        });
        if (!may) continue;
        const auto text = GANTRY_TRY(draft(role)).value_or("");
        GANTRY_CHECK(writeFileDurably(draftFile(role), asBytes(GANTRY_TRY(tuf::addSignature(text, seed)))));
        done.push_back(role);
    }
    return done;
}

Result<std::int64_t> Office::publishDrafts(UnixMillis now) {
    tuf::Publication publication;
    std::map<std::string, std::string> listed;  // path to SHA-256
    const auto states = GANTRY_TRY(drafts());
    if (states.empty()) return fail(Errc::NotFound, "nothing waits to be published");
    for (const auto& state : states) {
        if (!state.complete)
            return fail(Errc::BadSignature, state.role + " still needs " + std::to_string(state.more) +
                                                " signature(s); see gantry-central drafts");
        auto text = GANTRY_TRY(draft(state.role)).value_or("");
        if (state.role == tuf::kRootRole) {
            publication.root = std::move(text);
            continue;
        }
        for (const auto& [path, info] : GANTRY_TRY(tuf::readTargets(text)).content.targets)
            listed[path] = info.hashes.contains("sha256") ? info.hashes.at("sha256") : "";
        publication.roles.push_back({state.role, std::move(text), delegatorOf(state.role)});
    }
    const auto content = folder_.drafts() / "content";
    std::error_code ec;
    for (fs::recursive_directory_iterator it(content, ec), end; !ec && it != end; it.increment(ec)) {
        if (!it->is_regular_file()) continue;
        const auto path = it->path().lexically_relative(content).string();
        // What an abandoned draft listed goes nowhere.
        const auto wanted = listed.find(path);
        if (wanted != listed.end() && wanted->second == toHex(GANTRY_TRY(sha256File(it->path()))))
            publication.targets.push_back({path, {}, it->path()});
    }
    const auto keys = GANTRY_TRY(keysFor(publication, now));
    const auto version = GANTRY_TRY(writer_.publish(publication, keys, now));
    for (const auto& state : states) fs::remove(draftFile(state.role), ec);
    fs::remove_all(content, ec);
    GANTRY_CHECK(takeNextKeys());
    return version;
}

Result<std::int64_t> Office::publish(const std::vector<tuf::SignedRole>& roles, const Contents& contents,
                                     UnixMillis now) {
    tuf::Publication publication;
    publication.roles = roles;
    for (const auto& [path, content] : contents) publication.targets.push_back({path, asBytes(content), {}});
    return writer_.publish(publication, GANTRY_TRY(onlineKeys()), now);
}

Result<std::int64_t> Office::refresh(UnixMillis now) {
    const auto keys = GANTRY_TRY(onlineKeys());
    std::vector<tuf::SignedRole> roles;
    const auto renew = [&](const std::string& name) -> Result<> {
        auto role = GANTRY_TRY(writer_.role(name)).content;
        if (role.expires > expiryFrom(now, kRenewBefore)) return {};
        ++role.version;
        role.expires = expiryFrom(now);
        roles.push_back({name, GANTRY_TRY(tuf::signedText(role, keys.seeds)), delegatorOf(name)});
        return {};
    };
    GANTRY_CHECK(renew(std::string(kOnlineRole)));
    const auto online = GANTRY_TRY(writer_.role(kOnlineRole)).content;
    if (online.delegations)
        for (const auto& site : online.delegations->roles) GANTRY_CHECK(renew(site.name));
    return publish(roles, {}, now);
}

Result<std::string> Office::rootText() {
    return store_->read("metadata/root.json", 8u << 20);
}

}  // namespace gantry::central
