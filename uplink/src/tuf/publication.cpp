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
    constexpr std::size_t kMostName = 100;  // a store's names are bounded
    return consistsOf(name, "-._") && name.size() <= kMostName && name != kRootRole &&
           name != kTimestampRole && name != kSnapshotRole;
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

const DelegatedRole* delegationIn(const Targets& delegator, std::string_view role) {
    if (!delegator.delegations) return nullptr;
    for (const auto& candidate : delegator.delegations->roles)
        if (candidate.name == role) return &candidate;
    return nullptr;
}

Result<bool> isContentOf(const NewTarget& target, const TargetInfo& info) {
    std::optional<MappedFile> mapped;
    if (!target.file.empty()) mapped = GANTRY_TRY(MappedFile::open(target.file));
    const auto content = mapped ? mapped->bytes() : target.content;
    if (content.size() != info.length) return false;
    auto check = GANTRY_TRY(HashCheck::start(info.hashes));
    check.update(content);
    return check.finish().has_value();
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

Result<CheckedPublication> CheckedPublication::check(const Publication& publication,
                                                     const RepositoryFiles& files,
                                                     const PublishedState& state, UnixMillis now) {
    CheckedPublication checked(files, state, now);
    if (!publication.root.empty()) GANTRY_CHECK(checked.takeRoot(publication.root));
    if (!state.root && !checked.root_) return fail(Errc::InvalidArgument, "the repository has no root yet");
    for (const auto& role : publication.roles) GANTRY_CHECK(checked.takeRole(role));
    for (const auto& target : publication.targets) GANTRY_CHECK(checked.takeTarget(target));
    if (state.versionOf(kTargetsRole) == 0 && checked.find(kTargetsRole) == nullptr)
        return fail(Errc::InvalidArgument, "the repository has no role targets yet");
    for (const auto& role : checked.roles_) {
        GANTRY_CHECK(checked.requireDelegatesThere(role));
        GANTRY_CHECK(checked.requireTargetsThere(role));
    }
    return checked;
}

const CheckedPublication::Role* CheckedPublication::find(std::string_view name) const {
    const auto found = role_at_.find(name);
    return found == role_at_.end() ? nullptr : &roles_[found->second];
}

Result<> CheckedPublication::takeRoot(const std::string& text) {
    auto read = GANTRY_TRY(readRoot(text));
    const auto& next = read.content;
    const auto role = std::string(kRootRole);
    if (!next.consistent_snapshot.value_or(false))
        return fail(Errc::InvalidArgument, "root: consistent_snapshot must be true");
    if (next.version != (state_->root ? state_->root->version + 1 : 1))
        return fail(Errc::Conflict, "root: its version does not follow what is published");
    if (next.expires <= now_) return fail(Errc::Expired, "root has expired");
    GANTRY_CHECK(requireSigned(next.roles.at(role), next.keys, read.signed_bytes, read.signatures, role));
    if (state_->root) {
        const auto& before = *state_->root;
        GANTRY_CHECK(requireSigned(before.roles.at(role), before.keys, read.signed_bytes, read.signatures,
                                   "root, by the keys of the root before,"));
    }
    root_ = std::move(read.content);
    root_text_ = text;
    return {};
}

Result<> CheckedPublication::takeRole(const SignedRole& role) {
    if (!isPlainRole(role.name))
        return fail(Errc::InvalidArgument, "a role's name has only letters, digits, '-', '.' and '_'");
    if (find(role.name) != nullptr) return fail(Errc::InvalidArgument, "a role is there twice");
    auto read = readTargets(role.text);
    if (!read) return within(role.name, read.error());
    if (read->content.version <= state_->versionOf(role.name))
        return fail(Errc::Conflict, role.name + ": its version does not follow what is published");
    if (read->content.expires <= now_) return fail(Errc::Expired, role.name + " has expired");
    GANTRY_CHECK(requireRoleSigned(role, *read));
    role_at_.emplace(role.name, roles_.size());
    roles_.push_back({role.name, role.text, std::move(read->content)});
    return {};
}

Result<> CheckedPublication::requireRoleSigned(const SignedRole& role, const Metadata<Targets>& read) const {
    if (role.name == kTargetsRole)
        return requireSigned(root().roles.at(role.name), root().keys, read.signed_bytes, read.signatures,
                             role.name);
    std::optional<Metadata<Targets>> kept;
    const auto* published_along = find(role.delegator);
    if (published_along == nullptr) kept = GANTRY_TRY(publishedRole(*files_, *state_, role.delegator));
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

Result<> CheckedPublication::requireDelegatesThere(const Role& role) const {
    for (const auto& name : delegatesOf(role.content))
        if (state_->versionOf(name) == 0 && find(name) == nullptr)
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
        if (found == role.content.targets.end() || !GANTRY_TRY(isContentOf(target, found->second))) continue;
        auto name = targetName(target.path, found->second);
        GANTRY_CHECK(checkObjectName(name));
        blob_names_.insert(name);
        blobs_.push_back({std::move(name), &target});
        return {};
    }
    return fail(Errc::InvalidArgument, "no role that is published lists these bytes as " + target.path);
}

Result<> CheckedPublication::requireTargetsThere(const Role& role) const {
    const auto before = publishedRole(*files_, *state_, role.name);
    if (!before && before.error().code != Errc::NotFound) return before.error();
    for (const auto& [path, info] : role.content.targets) {
        if (before) {
            const auto was = before->content.targets.find(path);
            if (was != before->content.targets.end() && was->second.hashes == info.hashes) continue;
        }
        const auto name = targetName(path, info);
        if (!blob_names_.contains(name) && !GANTRY_TRY(files_->has(name)))
            return fail(Errc::Conflict, role.name + " lists " + path + ", whose content is not there");
    }
    return {};
}

}  // namespace gantry::uplink::tuf
