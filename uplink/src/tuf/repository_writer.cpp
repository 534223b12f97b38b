#include <algorithm>

#include "names.hpp"
#include "publication.hpp"

namespace gantry::uplink::tuf {
namespace {

constexpr auto kTimestampName = "metadata/timestamp.json";
constexpr auto kNewestRoot = "metadata/root.json";  // so that a writer need not count; readers ask by version

std::int64_t expiry(UnixMillis now, std::chrono::hours lifetime) {
    return now / 1000 + std::chrono::seconds(lifetime).count();
}

Result<std::optional<std::string>> getIfThere(BlobStore& store, const std::string& name) {
    auto text = store.get(name);
    if (text) return std::optional(*std::move(text));
    if (text.error().code == Errc::NotFound) return std::optional<std::string>();
    return text.error();
}

Result<std::optional<Metadata<Root>>> newestRoot(BlobStore& store) {
    const auto text = GANTRY_TRY(getIfThere(store, kNewestRoot));
    if (!text) return std::optional<Metadata<Root>>();
    auto root = GANTRY_TRY(readRoot(*text));
    // The copy is written after the root itself: a crash between leaves it one behind.
    if (const auto next = GANTRY_TRY(getIfThere(store, rootName(root.content.version + 1))))
        root = GANTRY_TRY(readRoot(*next));
    return std::optional(std::move(root));
}

// Whether root, or the root before it, knows the signers: a crash may have left what those of the root before
// signed.
Result<> requireOurs(BlobStore& store, const Root& root, std::string_view role, std::string_view signed_bytes,
                     std::span<const Signature> signatures) {
    const auto name = std::string(role);
    auto good =
        requireSigned(root.roles.at(name), root.keys, signed_bytes, signatures, "the published " + name);
    if (good || root.version == 1) return good;
    const auto before = GANTRY_TRY(readRoot(GANTRY_TRY(store.get(rootName(root.version - 1))))).content;
    return requireSigned(before.roles.at(name), before.keys, signed_bytes, signatures,
                         "the published " + name);
}

Result<PublishedState> published(BlobStore& store) {
    PublishedState state;
    state.root = GANTRY_TRY(newestRoot(store));
    const auto text = GANTRY_TRY(getIfThere(store, kTimestampName));
    if (!state.root || !text) return state;
    auto timestamp = GANTRY_TRY(readTimestamp(*text));
    GANTRY_CHECK(requireOurs(store, state.root->content, kTimestampRole, timestamp.signed_bytes,
                             timestamp.signatures));
    const auto snapshot_text =
        GANTRY_TRY(store.get(metadataName(kSnapshotRole, timestamp.content.snapshot.version)));
    auto snapshot = GANTRY_TRY(readSnapshot(snapshot_text));
    GANTRY_CHECK(
        requireOurs(store, state.root->content, kSnapshotRole, snapshot.signed_bytes, snapshot.signatures));
    state.timestamp = std::move(timestamp.content);
    state.snapshot = std::move(snapshot.content);
    return state;
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

Result<> putText(BlobStore& store, const std::string& name, std::string_view text) {
    return store.put(name, asBytes(text));
}

Result<> putRoot(BlobStore& store, std::int64_t version, const std::string& text) {
    if (text.empty()) return {};
    GANTRY_CHECK(putText(store, rootName(version), text));
    return putText(store, kNewestRoot, text);
}

Timestamp nextTimestamp(const PublishedState& state, const Snapshot& snapshot, std::string_view snapshot_text,
                        const OnlineKeys& keys, UnixMillis now) {
    auto next = state.timestamp.value_or(Timestamp());
    next.version = state.timestamp ? state.timestamp->version + 1 : 1;
    next.expires = expiry(now, keys.timestamp_lifetime);
    next.snapshot.version = snapshot.version;
    next.snapshot.length = snapshot_text.size();
    next.snapshot.hashes = {{"sha256", toHex(sha256(asBytes(snapshot_text)))}};
    return next;
}

Snapshot nextSnapshot(const PublishedState& state, const CheckedPublication& publication,
                      const OnlineKeys& keys, UnixMillis now) {
    auto next = state.snapshot.value_or(Snapshot());
    next.version = state.snapshot ? state.snapshot->version + 1 : 1;
    next.expires = expiry(now, keys.snapshot_lifetime);
    // Versions alone: each names one file, for a writer never makes two of one version. Hashes of thousands
    // of roles would be most of what a site fetches.
    for (const auto& role : publication.roles())
        next.meta[metadataFile(role.name)] = FileInfo{role.content.version, {}, {}, {}};
    return next;
}

Result<RepositoryWriter::Published> write(BlobStore& store, const PublishedState& state,
                                          const CheckedPublication& publication, const OnlineKeys& keys,
                                          UnixMillis now) {
    const bool new_root = !publication.rootText().empty();
    const Root* before = new_root && state.root ? &state.root->content : nullptr;
    OnlineSigner signer(keys, publication.root(), before);
    const auto snapshot = nextSnapshot(state, publication, keys, now);
    const auto snapshot_text = GANTRY_TRY(signer.sign(snapshot, kSnapshotRole, readSnapshot));
    const auto timestamp = nextTimestamp(state, snapshot, snapshot_text, keys, now);
    const auto timestamp_text = GANTRY_TRY(signer.sign(timestamp, kTimestampRole, readTimestamp));

    for (const auto& blob : publication.blobs()) GANTRY_CHECK(store.put(blob.name, blob.content));
    for (const auto& role : publication.roles())
        GANTRY_CHECK(putText(store, metadataName(role.name, role.content.version), role.text));
    GANTRY_CHECK(putText(store, metadataName(kSnapshotRole, snapshot.version), snapshot_text));
    const auto root_version = publication.root().version;
    if (!signer.goodByRootBefore()) GANTRY_CHECK(putRoot(store, root_version, publication.rootText()));
    GANTRY_CHECK(putText(store, kTimestampName, timestamp_text));
    if (signer.goodByRootBefore()) GANTRY_CHECK(putRoot(store, root_version, publication.rootText()));
    return RepositoryWriter::Published{snapshot.version, timestamp.version};
}

Result<RepositoryWriter::Published> writeTimestamp(BlobStore& store, const PublishedState& state,
                                                   const OnlineKeys& keys, UnixMillis now) {
    OnlineSigner signer(keys, state.root->content, nullptr);
    const auto text = GANTRY_TRY(store.get(metadataName(kSnapshotRole, state.snapshot->version)));
    const auto timestamp = nextTimestamp(state, *state.snapshot, text, keys, now);
    GANTRY_CHECK(
        putText(store, kTimestampName, GANTRY_TRY(signer.sign(timestamp, kTimestampRole, readTimestamp))));
    return RepositoryWriter::Published{state.snapshot->version, timestamp.version};
}

}  // namespace

Result<RepositoryWriter::Published> RepositoryWriter::publish(const Publication& publication,
                                                              const OnlineKeys& keys, UnixMillis now,
                                                              std::stop_token stop) {
    const auto turn = GANTRY_TRY(store_.turn(std::move(stop)));
    const auto state = GANTRY_TRY(published(store_));
    const auto checked = GANTRY_TRY(CheckedPublication::check(publication, store_, state, now));
    return write(store_, state, checked, keys, now);
}

Result<RepositoryWriter::Published> RepositoryWriter::renew(const OnlineKeys& keys, UnixMillis now,
                                                            std::stop_token stop) {
    const auto turn = GANTRY_TRY(store_.turn(std::move(stop)));
    const auto state = GANTRY_TRY(published(store_));
    if (!state.snapshot) return fail(Errc::NotFound, "nothing is published yet");
    const auto half = std::chrono::seconds(keys.snapshot_lifetime).count() / 2;
    if (state.snapshot->expires - now / 1000 > half) return writeTimestamp(store_, state, keys, now);
    const auto nothing = GANTRY_TRY(CheckedPublication::check({}, store_, state, now));
    return write(store_, state, nothing, keys, now);
}

Result<Metadata<Root>> RepositoryWriter::root() {
    auto root = GANTRY_TRY(newestRoot(store_));
    if (!root) return fail(Errc::NotFound, "no root is published");
    return *std::move(root);
}

Result<Metadata<Targets>> RepositoryWriter::role(std::string_view name) {
    const auto state = GANTRY_TRY(published(store_));
    return publishedRole(store_, state, name);
}

}  // namespace gantry::uplink::tuf
