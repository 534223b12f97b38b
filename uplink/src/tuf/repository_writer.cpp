#include <algorithm>

#include "names.hpp"
#include "publication.hpp"

namespace gantry::uplink::tuf {
namespace {

constexpr int kTimes = 20;  // that others may be quicker with the next snapshot before we say so
// A role's file that no snapshot names is of a writer at work, or, after so long, of one that died.
constexpr UnixMillis kAbandonedMillis = 10 * 60 * 1000;

std::int64_t expiry(UnixMillis now, std::chrono::hours lifetime) {
    return now / 1000 + std::chrono::seconds(lifetime).count();
}

bool lists(const Root& root, std::string_view role, const std::string& id) {
    const auto& ids = root.roles.at(std::string(role)).key_ids;
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Snapshot and timestamp, signed by all keys at hand that either root lists for them.
class OnlineSigner {
public:
    OnlineSigner(const OnlineKeys& keys, const Root& root, const Root* before)
        : keys_(keys), root_(root), before_(before) {}

    /// @errors BadSignature: the keys at hand do not do
    template <class Content>
    Result<std::string> sign(const Content& content, std::string_view role,
                             Result<Metadata<Content>> (*read)(std::string_view)) {
        std::vector<Ed25519Seed> signing;
        for (const auto& seed : keys_.seeds) {
            const auto id = keyIdOf(seed);
            if (lists(root_, role, id) || (before_ && lists(*before_, role, id))) signing.push_back(seed);
        }
        auto text = GANTRY_TRY(signedText(content, signing));
        const auto again = GANTRY_TRY(read(text));
        GANTRY_CHECK(requireSigned(root_.roles.at(std::string(role)), root_.keys, again.signed_bytes,
                                   again.signatures, role));
        good_before_ = good_before_ && before_ &&
                       requireSigned(before_->roles.at(std::string(role)), before_->keys, again.signed_bytes,
                                     again.signatures, role)
                           .has_value();
        return text;
    }
    /// Whether everything so far is good by the root before, too.
    bool goodByRootBefore() const { return good_before_; }

private:
    const OnlineKeys& keys_;
    const Root& root_;
    const Root* before_;
    bool good_before_ = true;
};

Snapshot nextSnapshot(const PublishedState& state, const CheckedPublication& publication,
                      const OnlineKeys& keys, UnixMillis now) {
    auto next = state.snapshot.value_or(Snapshot());
    next.version = state.next_version;
    next.expires = expiry(now, keys.snapshot_lifetime);
    // Versions alone: each names one file, for a writer never makes two of one version. Hashes of thousands
    // of roles would be most of what a site fetches.
    for (const auto& role : publication.roles())
        next.meta[metadataFile(role.name)] = FileInfo{role.content.version, {}, {}, {}};
    return next;
}

// Bears the snapshot's number: however many writers there are, a later snapshot has a later timestamp.
Timestamp timestampOf(const Snapshot& snapshot, std::string_view text, const OnlineKeys& keys,
                      UnixMillis now) {
    Timestamp timestamp;
    timestamp.version = snapshot.version;
    timestamp.expires = expiry(now, keys.timestamp_lifetime);
    timestamp.snapshot.version = snapshot.version;
    timestamp.snapshot.length = text.size();
    timestamp.snapshot.hashes = {{"sha256", toHex(sha256(asBytes(text)))}};
    return timestamp;
}

// A file that is there already must be the same.
Result<> putOnce(const RepositoryFiles& files, const std::string& name, std::string_view text) {
    auto done = files.put(name, text, Existing::Refuse);
    if (done || done.error().code != Errc::AlreadyExists) return done;
    if (GANTRY_TRY(files.get(name)) == text) return {};
    return fail(Errc::Conflict, name + " is there with other content");
}

Result<> putRole(const RepositoryFiles& files, const CheckedPublication::Role& role, UnixMillis now) {
    const auto name = metadataName(role.name, role.content.version);
    auto done = putOnce(files, name, role.text);
    if (done || done.error().code != Errc::Conflict) return done;
    if (now - GANTRY_TRY(files.head(name)).modified < kAbandonedMillis)
        return fail(Errc::Busy, "another writer is publishing " + role.name);
    return files.put(name, role.text, Existing::Replace);  // no snapshot names it, so nobody has read it
}

Result<> putRoot(const RepositoryFiles& files, std::int64_t version, const std::string& text) {
    if (text.empty()) return {};
    GANTRY_CHECK(putOnce(files, metadataName(kRootRole, version), text));
    return files.put(kNewestRootName, text, Existing::Replace);
}

Result<> putContent(const RepositoryFiles& files, const CheckedPublication& publication, UnixMillis now) {
    for (const auto& blob : publication.blobs())
        if (!GANTRY_TRY(files.has(blob.name))) GANTRY_CHECK(files.put(blob.name, *blob.target));
    for (const auto& role : publication.roles()) GANTRY_CHECK(putRole(files, role, now));
    return {};
}

// Another writer may have gone further, and its timestamp may have come before ours: the last one stays in
// the end.
Result<> settle(const RepositoryFiles& files, const OnlineKeys& keys, UnixMillis now, std::int64_t named) {
    for (;;) {
        const auto state = GANTRY_TRY(publishedState(files));
        if (!state.snapshot || state.snapshot->version <= named) return {};
        const auto text = GANTRY_TRY(files.get(metadataName(kSnapshotRole, state.snapshot->version)));
        OnlineSigner signer(keys, *state.root, nullptr);
        const auto timestamp = timestampOf(*state.snapshot, text, keys, now);
        GANTRY_CHECK(files.put(kTimestampName,
                               GANTRY_TRY(signer.sign(timestamp, kTimestampRole, readTimestamp)),
                               Existing::Replace));
        named = state.snapshot->version;
    }
}

// @errors AlreadyExists: another writer was quicker with the next snapshot
Result<std::int64_t> write(const RepositoryFiles& files, const PublishedState& state,
                           const CheckedPublication& publication, const OnlineKeys& keys, UnixMillis now) {
    const bool new_root = !publication.rootText().empty();
    OnlineSigner signer(keys, publication.root(), new_root && state.root ? &*state.root : nullptr);
    const auto snapshot = nextSnapshot(state, publication, keys, now);
    const auto snapshot_text = GANTRY_TRY(signer.sign(snapshot, kSnapshotRole, readSnapshot));
    const auto timestamp = timestampOf(snapshot, snapshot_text, keys, now);
    const auto timestamp_text = GANTRY_TRY(signer.sign(timestamp, kTimestampRole, readTimestamp));
    const auto root_version = publication.root().version;

    GANTRY_CHECK(putContent(files, publication, now));
    GANTRY_CHECK(files.put(metadataName(kSnapshotRole, snapshot.version), snapshot_text, Existing::Refuse));
    if (!signer.goodByRootBefore()) GANTRY_CHECK(putRoot(files, root_version, publication.rootText()));
    GANTRY_CHECK(files.put(kTimestampName, timestamp_text, Existing::Replace));
    if (signer.goodByRootBefore()) GANTRY_CHECK(putRoot(files, root_version, publication.rootText()));
    GANTRY_CHECK(settle(files, keys, now, snapshot.version));
    return snapshot.version;
}

}  // namespace

Result<std::int64_t> RepositoryWriter::publish(const Publication& publication, const OnlineKeys& keys,
                                               UnixMillis now, std::stop_token stop) {
    const RepositoryFiles files(store_, std::move(stop));
    for (int attempt = 0; attempt < kTimes; ++attempt) {
        const auto state = GANTRY_TRY(publishedState(files));
        const auto checked = GANTRY_TRY(CheckedPublication::check(publication, files, state, now));
        auto done = write(files, state, checked, keys, now);
        if (done || done.error().code != Errc::AlreadyExists) return done;
    }
    return fail(Errc::Busy, "other writers keep publishing; nothing of this was published");
}

Result<std::int64_t> RepositoryWriter::renew(const OnlineKeys& keys, UnixMillis now, std::stop_token stop) {
    return publish({}, keys, now, std::move(stop));
}

Result<Metadata<Root>> RepositoryWriter::root(std::stop_token stop) {
    auto root = GANTRY_TRY(newestRoot(RepositoryFiles(store_, std::move(stop))));
    if (!root) return fail(Errc::NotFound, "no root is published");
    return *std::move(root);
}

Result<Metadata<Targets>> RepositoryWriter::role(std::string_view name, std::stop_token stop) {
    const RepositoryFiles files(store_, std::move(stop));
    return publishedRole(files, GANTRY_TRY(publishedState(files)), name);
}

}  // namespace gantry::uplink::tuf
