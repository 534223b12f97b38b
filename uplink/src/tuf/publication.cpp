#include "publication.hpp"

#include <algorithm>

#include "file_hashes.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {
namespace {

bool consistsOf(std::string_view text, std::string_view more) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               more.find(c) != std::string_view::npos;
    });
}

// A web server decodes what a client has encoded: only names that need no encoding mean one file for all.
bool isPlainRole(std::string_view name) {
    return consistsOf(name, "-._") && name != kRootRole && name != kTimestampRole && name != kSnapshotRole;
}

bool isPlainPath(std::string_view path) {
    for (std::size_t from = 0; from <= path.size();) {
        const auto slash = std::min(path.find('/', from), path.size());
        const auto part = path.substr(from, slash - from);
        if (!consistsOf(part, "-._~") || part == "." || part == "..") return false;
        from = slash + 1;
    }
    return true;
}

std::int64_t listedVersion(const PublishedState& state, std::string_view role) {
    if (!state.snapshot) return 0;
    const auto found = state.snapshot->meta.find(metadataFile(role));
    return found == state.snapshot->meta.end() ? 0 : found->second.version;
}

const DelegatedRole* delegationIn(const Targets& delegator, std::string_view role) {
    if (!delegator.delegations) return nullptr;
    for (const auto& candidate : delegator.delegations->roles)
        if (candidate.name == role) return &candidate;
    return nullptr;
}

std::vector<std::string> delegatesOf(const Targets& content) {
    std::vector<std::string> out;
    if (!content.delegations) return out;
    for (const auto& role : content.delegations->roles) out.push_back(role.name);
    if (content.delegations->succinct)
        for (const auto& bin : hashBins(content.delegations->succinct->name_prefix,
                                        content.delegations->succinct->bit_length, 1))
            out.push_back(bin.name);
    return out;
}

}  // namespace

std::string rootName(std::int64_t version) {
    return metadataName(kRootRole, version);
}

std::string metadataName(std::string_view role, std::int64_t version) {
    return "metadata/" + metadataFile(role, version);
}

std::string targetName(std::string_view path, const TargetInfo& info) {
    return "targets/" + withHash(path, namingHash(info.hashes).value_or(""));
}

Result<Metadata<Targets>> publishedRole(BlobStore& store, const PublishedState& state,
                                        std::string_view role) {
    const auto version = listedVersion(state, role);
    if (version == 0) return fail(Errc::NotFound, "no role " + std::string(role) + " is published");
    auto read = readTargets(GANTRY_TRY(store.get(metadataName(role, version))));
    if (!read) return within(metadataName(role, version), read.error());
    return read;
}

Result<CheckedPublication> CheckedPublication::check(const Publication& publication, BlobStore& store,
                                                     const PublishedState& state, UnixMillis now) {
    CheckedPublication checked(store, now);
    if (state.root) checked.published_root_ = &state.root->content;
    if (!publication.root.empty()) GANTRY_CHECK(checked.takeRoot(publication.root, state));
    if (!state.root && !checked.root_) return fail(Errc::InvalidArgument, "the repository has no root yet");
    for (const auto& role : publication.roles) GANTRY_CHECK(checked.takeRole(role, state));
    for (const auto& target : publication.targets) GANTRY_CHECK(checked.takeTarget(target));
    if (listedVersion(state, kTargetsRole) == 0 && checked.find(kTargetsRole) == nullptr)
        return fail(Errc::InvalidArgument, "the repository has no role targets yet");
    for (const auto& role : checked.roles_) {
        GANTRY_CHECK(checked.requireDelegatesThere(role, state));
        GANTRY_CHECK(checked.requireTargetsThere(role, state));
    }
    return checked;
}

const CheckedPublication::Role* CheckedPublication::find(std::string_view name) const {
    const auto found = role_at_.find(name);
    return found == role_at_.end() ? nullptr : &roles_[found->second];
}

Result<> CheckedPublication::takeRoot(const std::string& text, const PublishedState& state) {
    auto read = GANTRY_TRY(readRoot(text));
    const auto& next = read.content;
    const auto role = std::string(kRootRole);
    if (!next.consistent_snapshot.value_or(false))
        return fail(Errc::InvalidArgument, "root: consistent_snapshot must be true");
    if (next.version != (state.root ? state.root->content.version + 1 : 1))
        return fail(Errc::Conflict, "root: its version does not follow what is published");
    if (next.expires <= now_) return fail(Errc::Expired, "root has expired");
    GANTRY_CHECK(requireSigned(next.roles.at(role), next.keys, read.signed_bytes, read.signatures, role));
    if (state.root) {
        const auto& before = state.root->content;
        GANTRY_CHECK(requireSigned(before.roles.at(role), before.keys, read.signed_bytes, read.signatures,
                                   "root, by the keys of the root before,"));
    }
    root_ = std::move(read.content);
    root_text_ = text;
    return {};
}

Result<> CheckedPublication::takeRole(const SignedRole& role, const PublishedState& state) {
    if (!isPlainRole(role.name))
        return fail(Errc::InvalidArgument, "a role's name has only letters, digits, '-', '.' and '_'");
    if (find(role.name) != nullptr) return fail(Errc::InvalidArgument, "a role is there twice");
    auto read = readTargets(role.text);
    if (!read) return within(role.name, read.error());
    if (read->content.version <= listedVersion(state, role.name))
        return fail(Errc::Conflict, role.name + ": its version does not follow what is published");
    if (read->content.expires <= now_) return fail(Errc::Expired, role.name + " has expired");
    GANTRY_CHECK(requireRoleSigned(role, *read, state));
    role_at_.emplace(role.name, roles_.size());
    roles_.push_back({role.name, role.text, std::move(read->content)});
    return {};
}

Result<> CheckedPublication::requireRoleSigned(const SignedRole& role, const Metadata<Targets>& read,
                                               const PublishedState& state) {
    if (role.name == kTargetsRole)
        return requireSigned(root().roles.at(role.name), root().keys, read.signed_bytes, read.signatures,
                             role.name);
    std::optional<Metadata<Targets>> kept;
    const auto* published_along = find(role.delegator);
    if (published_along == nullptr) kept = GANTRY_TRY(publishedRole(*store_, state, role.delegator));
    const auto& delegator = published_along ? published_along->content : kept->content;
    const RoleKeys* keys = delegationIn(delegator, role.name);
    if (keys == nullptr && delegator.delegations && delegator.delegations->succinct &&
        isBin(*delegator.delegations->succinct, role.name))
        keys = &*delegator.delegations->succinct;
    if (keys == nullptr)
        return fail(Errc::Conflict, role.delegator + " does not delegate to " + role.name +
                                        " (a delegator that is published along comes first)");
    return requireSigned(*keys, delegator.delegations->keys, read.signed_bytes, read.signatures, role.name);
}

Result<> CheckedPublication::requireDelegatesThere(const Role& role, const PublishedState& state) const {
    for (const auto& name : delegatesOf(role.content))
        if (listedVersion(state, name) == 0 && find(name) == nullptr)
            return fail(Errc::Conflict, role.name + " delegates to " + name +
                                            ", which has no metadata: a reader's search would end there");
    return {};
}

Result<> CheckedPublication::takeTarget(const NewTarget& target) {
    if (!isPlainPath(target.path))
        return fail(Errc::InvalidArgument,
                    "a target's path has only letters, digits, '-', '.', '_', '~' and '/'");
    for (const auto& role : roles_) {
        const auto found = role.content.targets.find(target.path);
        if (found == role.content.targets.end() || found->second.length != target.content.size()) continue;
        auto check = GANTRY_TRY(HashCheck::start(found->second.hashes));
        check.update(target.content);
        if (!check.finish()) continue;
        blobs_.push_back({targetName(target.path, found->second), target.content});
        blob_names_.insert(blobs_.back().name);
        return {};
    }
    return fail(Errc::InvalidArgument, "no role that is published lists these bytes as " + target.path);
}

Result<> CheckedPublication::requireTargetsThere(const Role& role, const PublishedState& state) {
    const auto before = publishedRole(*store_, state, role.name);
    if (!before && before.error().code != Errc::NotFound) return before.error();
    for (const auto& [path, info] : role.content.targets) {
        if (before) {
            const auto was = before->content.targets.find(path);
            if (was != before->content.targets.end() && was->second.hashes == info.hashes) continue;
        }
        const auto name = targetName(path, info);
        if (!blob_names_.contains(name) && !GANTRY_TRY(store_->has(name)))
            return fail(Errc::Conflict, role.name + " lists " + path + ", whose content is not there");
    }
    return {};
}

}  // namespace gantry::uplink::tuf
