#include "published_state.hpp"

#include "file_hashes.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {
namespace {

constexpr std::uint64_t kMostFile = 64u << 20;

bool signedUnder(const std::optional<Root>& root, std::string_view role, const Metadata<Snapshot>& read) {
    return root && requireSigned(root->roles.at(std::string(role)), root->keys, read.signed_bytes,
                                 read.signatures, role)
                       .has_value();
}

Result<std::int64_t> timestampVersion(const RepositoryFiles& files) {
    const auto text = GANTRY_TRY(files.find(kTimestampName));
    if (!text) return 0;
    const auto timestamp = readTimestamp(*text);
    if (!timestamp) return within("the published timestamp", timestamp.error());
    return timestamp->content.snapshot.version;
}

}  // namespace

Result<std::optional<std::string>> RepositoryFiles::find(const std::string& name) const {
    auto text = store_->read(name, kMostFile, stop_);
    if (text) return std::optional(*std::move(text));
    if (text.error().code == Errc::NotFound) return std::optional<std::string>();
    return text.error();
}

Result<std::string> RepositoryFiles::get(const std::string& name) const {
    return store_->read(name, kMostFile, stop_);
}

Result<bool> RepositoryFiles::has(const std::string& name) const {
    const auto info = store_->head(name, stop_);
    if (!info && info.error().code != Errc::NotFound) return info.error();
    return info.has_value();
}

Result<> RepositoryFiles::put(const std::string& name, std::string_view text, Existing existing) const {
    return store_->put(name, asBytes(text), existing, stop_);
}

Result<> RepositoryFiles::put(const std::string& name, const NewTarget& target) const {
    // The name holds the hash: whatever is there already is the same.
    if (!target.file.empty()) return store_->putFile(name, target.file, Existing::Replace, stop_);
    return store_->put(name, target.content, Existing::Replace, stop_);
}

std::string metadataName(std::string_view role, std::int64_t version) {
    return "metadata/" + metadataFile(role, version);
}

std::string targetName(std::string_view path, const TargetInfo& info) {
    return "targets/" + withHash(path, namingHash(info.hashes).value_or(""));
}

std::int64_t PublishedState::versionOf(std::string_view role) const {
    if (!snapshot) return 0;
    const auto found = snapshot->meta.find(metadataFile(role));
    return found == snapshot->meta.end() ? 0 : found->second.version;
}

Result<std::optional<Metadata<Root>>> newestRoot(const RepositoryFiles& files) {
    const auto text = GANTRY_TRY(files.find(kNewestRootName));
    if (!text) return std::optional<Metadata<Root>>();
    auto root = GANTRY_TRY(readRoot(*text));
    // The copy is written after the root itself: a crash between leaves it one behind.
    if (const auto next = GANTRY_TRY(files.find(metadataName(kRootRole, root.content.version + 1))))
        root = GANTRY_TRY(readRoot(*next));
    return std::optional(std::move(root));
}

Result<PublishedState> publishedState(const RepositoryFiles& files) {
    PublishedState state;
    auto root = GANTRY_TRY(newestRoot(files));
    if (root) {
        if (root->content.version > 1)
            state.root_before =
                GANTRY_TRY(
                    readRoot(GANTRY_TRY(files.get(metadataName(kRootRole, root->content.version - 1)))))
                    .content;
        state.root = std::move(root->content);
    }
    // From the snapshot that the timestamp names on: what is there beyond it is of a writer at work, or of
    // one that died before its timestamp. Either way it is what comes next.
    const auto named = GANTRY_TRY(timestampVersion(files));
    for (auto version = std::max<std::int64_t>(named, 1);; ++version) {
        const auto text = GANTRY_TRY(files.find(metadataName(kSnapshotRole, version)));
        if (!text) {
            state.next_version = version;
            break;
        }
        auto read = readSnapshot(*text);
        // What nobody who may has signed is passed over; but what readers are shown must be good.
        const bool good = read && (signedUnder(state.root, kSnapshotRole, *read) ||
                                   signedUnder(state.root_before, kSnapshotRole, *read));
        if (good) state.snapshot = std::move(read->content);
        if (!good && version == named)
            return fail(Errc::BadSignature, "the published snapshot is not signed by who may sign it");
    }
    if (named > 0 && !state.snapshot) return fail(Errc::NotFound, "the published snapshot is not there");
    return state;
}

Result<Metadata<Targets>> publishedRole(const RepositoryFiles& files, const PublishedState& state,
                                        std::string_view role) {
    const auto version = state.versionOf(role);
    if (version == 0) return fail(Errc::NotFound, "no role " + std::string(role) + " is published");
    auto read = readTargets(GANTRY_TRY(files.get(metadataName(role, version))));
    if (!read) return within(metadataName(role, version), read.error());
    return read;
}

}  // namespace gantry::uplink::tuf
