#include "trusted_set.hpp"

#include <algorithm>

#include "file_hashes.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::uplink::tuf {
namespace {

// Whether a key that the role had is no longer its key. A key more is no rotation: what was signed before
// stays trusted, and keeps holding against rollback.
bool lostKey(const Root& before, const Root& after, std::string_view role) {
    const auto& had = before.roles.at(std::string(role)).key_ids;
    const auto& has = after.roles.at(std::string(role)).key_ids;
    return std::any_of(had.begin(), had.end(), [&](const std::string& id) {
        if (std::find(has.begin(), has.end(), id) == has.end()) return true;
        const auto was = before.keys.find(id);
        const auto is = after.keys.find(id);
        return was != before.keys.end() && (is == after.keys.end() || !(was->second == is->second));
    });
}

std::string fileOf(std::string_view role) {
    return std::string(role) + ".json";
}

// 5.5.5: no file may be listed with a lower version than before, and none may vanish.
Result<> checkRollback(const Snapshot& before, const Snapshot& after) {
    for (const auto& [file, info] : before.meta) {
        const auto found = after.meta.find(file);
        if (found == after.meta.end())
            return fail(Errc::Conflict, "the new snapshot no longer lists " + file);
        if (found->second.version < info.version)
            return fail(Errc::Conflict, "the new snapshot lists an older " + file + " than was seen before");
    }
    return {};
}

struct DelegatedKeys {
    const RoleKeys* role;
    const Keys* keys;
};

Result<DelegatedKeys> keysOf(const Root& root, std::string_view role, Delegator delegator) {
    if (delegator == nullptr) {
        if (role != kTargetsRole) return fail(Errc::NotFound, "root delegates to no such role");
        return DelegatedKeys{&root.roles.at(std::string(role)), &root.keys};
    }
    if (!delegator->delegations) return fail(Errc::NotFound, "the role delegates to nobody");
    const auto& delegations = *delegator->delegations;
    if (delegations.succinct && isBin(*delegations.succinct, role))
        return DelegatedKeys{&*delegations.succinct, &delegations.keys};
    for (const auto& candidate : delegations.roles)
        if (candidate.name == role) return DelegatedKeys{&candidate, &delegations.keys};
    return fail(Errc::NotFound, "the role is not delegated");
}

}  // namespace

Result<TrustedSet> TrustedSet::start(std::string_view root, std::int64_t now) {
    auto read = GANTRY_TRY(readRoot(root));
    TrustedSet set(std::move(read.content), now);
    GANTRY_CHECK(set.requireSignedByRoot(kRootRole, read.signed_bytes, read.signatures));
    return set;
}

Result<> TrustedSet::requireSignedByRoot(std::string_view role, std::string_view signed_bytes,
                                         const std::vector<Signature>& signatures) const {
    return requireSigned(root_.roles.at(std::string(role)), root_.keys, signed_bytes, signatures, role);
}

Result<> TrustedSet::requireInForce(const Signed& content, std::string_view what) const {
    if (content.expires > now_) return {};
    return fail(Errc::Expired, std::string(what) +
                                   " metadata has expired: the repository, or somebody on the way, "
                                   "shows nothing newer");
}

Result<bool> TrustedSet::updateRoot(std::string_view text) {
    auto read = GANTRY_TRY(readRoot(text));
    const auto& next = read.content;
    GANTRY_CHECK(requireSignedByRoot(kRootRole, read.signed_bytes, read.signatures));
    GANTRY_CHECK(requireSigned(next.roles.at(std::string(kRootRole)), next.keys, read.signed_bytes,
                               read.signatures, "the new root, by its own keys,"));
    if (next.version != root_.version + 1)
        return fail(Errc::Conflict, "the next root is not one version further");
    const bool lost = lostKey(root_, next, kTimestampRole) || lostKey(root_, next, kSnapshotRole);
    root_ = std::move(read.content);
    return lost;
}

Result<> TrustedSet::requireRootInForce() const {
    return requireInForce(root_, kRootRole);
}

Result<> TrustedSet::recallTimestamp(std::string_view text) {
    auto read = GANTRY_TRY(readTimestamp(text));
    GANTRY_CHECK(requireSignedByRoot(kTimestampRole, read.signed_bytes, read.signatures));
    timestamp_ = std::move(read.content);
    return {};
}

Result<bool> TrustedSet::updateTimestamp(std::string_view text) {
    auto read = GANTRY_TRY(readTimestamp(text));
    GANTRY_CHECK(requireSignedByRoot(kTimestampRole, read.signed_bytes, read.signatures));
    const auto& next = read.content;
    if (timestamp_ && next.version < timestamp_->version)
        return fail(Errc::Conflict, "the timestamp is older than one that was seen before");
    if (timestamp_ && next.version == timestamp_->version) return false;
    if (timestamp_ && next.snapshot.version < timestamp_->snapshot.version)
        return fail(Errc::Conflict, "the timestamp names an older snapshot than was seen before");
    GANTRY_CHECK(requireInForce(next, kTimestampRole));
    timestamp_ = std::move(read.content);
    return true;
}

Result<> TrustedSet::requireTimestampInForce() const {
    return requireInForce(*timestamp_, kTimestampRole);
}

Result<> TrustedSet::recallSnapshot(std::string_view text) {
    auto read = GANTRY_TRY(readSnapshot(text));
    GANTRY_CHECK(requireSignedByRoot(kSnapshotRole, read.signed_bytes, read.signatures));
    snapshot_ = std::move(read.content);
    snapshot_is_current_ = snapshot_->version == timestamp_->snapshot.version &&
                           requireInForce(*snapshot_, kSnapshotRole).has_value() &&
                           checkFile(timestamp_->snapshot, text, kSnapshotRole).has_value();
    return {};
}

Result<> TrustedSet::updateSnapshot(std::string_view text) {
    GANTRY_CHECK(checkFile(timestamp_->snapshot, text, kSnapshotRole));
    auto read = GANTRY_TRY(readSnapshot(text));
    GANTRY_CHECK(requireSignedByRoot(kSnapshotRole, read.signed_bytes, read.signatures));
    if (read.content.version != timestamp_->snapshot.version)
        return fail(Errc::Conflict, "the snapshot is not the one that the timestamp names");
    if (snapshot_) GANTRY_CHECK(checkRollback(*snapshot_, read.content));
    GANTRY_CHECK(requireInForce(read.content, kSnapshotRole));
    snapshot_ = std::move(read.content);
    snapshot_is_current_ = true;
    return {};
}

Result<const FileInfo*> TrustedSet::listed(std::string_view role) const {
    const auto found = snapshot_->meta.find(fileOf(role));
    if (found == snapshot_->meta.end())
        return fail(Errc::NotFound, "the snapshot does not list the role " + std::string(role));
    return &found->second;
}

Result<const Targets*> TrustedSet::addTargets(std::string_view role, Delegator delegator,
                                              std::string_view text) {
    const auto* info = GANTRY_TRY(listed(role));
    const auto who = GANTRY_TRY(keysOf(root_, role, delegator));
    GANTRY_CHECK(checkFile(*info, text, role));
    auto read = GANTRY_TRY(readTargets(text));
    GANTRY_CHECK(requireSigned(*who.role, *who.keys, read.signed_bytes, read.signatures, role));
    if (read.content.version != info->version)
        return fail(Errc::Conflict, std::string(role) + " is not the version that the snapshot names");
    GANTRY_CHECK(requireInForce(read.content, role));
    auto& held = targets_.emplace_back(
        Held{std::string(role), delegator, std::make_unique<const Targets>(std::move(read.content))});
    return held.targets.get();
}

const Targets* TrustedSet::targets(std::string_view role, Delegator delegator) const {
    const auto found = std::find_if(targets_.begin(), targets_.end(), [&](const Held& held) {
        return held.role == role && held.delegator == delegator;
    });
    return found == targets_.end() ? nullptr : found->targets.get();
}

}  // namespace gantry::uplink::tuf
