#include <algorithm>
#include <set>

#include "gantry/core/files.hpp"
#include "gantry/uplink/tuf_repository.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {
namespace {

void addKeys(Keys& to, RoleKeys& role, std::span<const Key> keys) {
    role.key_ids.clear();
    for (const auto& key : keys) {
        const auto id = keyId(key);
        to.insert_or_assign(id, key);
        role.key_ids.push_back(id);
    }
}

void dropUnused(Keys& keys, const std::set<std::string>& used) {
    std::erase_if(keys, [&](const auto& entry) { return !used.contains(entry.first); });
}

void dropUnused(Delegations& delegations) {
    std::set<std::string> used;
    for (const auto& role : delegations.roles) used.insert(role.key_ids.begin(), role.key_ids.end());
    if (delegations.succinct)
        used.insert(delegations.succinct->key_ids.begin(), delegations.succinct->key_ids.end());
    dropUnused(delegations.keys, used);
}

auto named(std::string_view name) {
    return [name](const DelegatedRole& role) { return role.name == name; };
}

}  // namespace

TargetInfo targetInfoOf(Bytes content) {
    TargetInfo info;
    info.length = content.size();
    info.hashes = {{"sha256", toHex(sha256(content))}};
    return info;
}

Result<TargetInfo> targetInfoOf(const std::filesystem::path& file) {
    return targetInfoOf(GANTRY_TRY(MappedFile::open(file)).bytes());
}

void setKeys(Root& root, std::string_view role, std::span<const Key> keys, std::uint64_t threshold) {
    auto& entry = root.roles[std::string(role)];
    entry.threshold = threshold;
    addKeys(root.keys, entry, keys);
    std::set<std::string> used;
    for (const auto& [name, other] : root.roles) used.insert(other.key_ids.begin(), other.key_ids.end());
    dropUnused(root.keys, used);
}

void setDelegation(Targets& by, DelegatedRole role, std::span<const Key> keys) {
    if (!by.delegations) by.delegations.emplace();
    auto& delegations = *by.delegations;
    addKeys(delegations.keys, role, keys);
    const auto there = std::find_if(delegations.roles.begin(), delegations.roles.end(), named(role.name));
    if (there != delegations.roles.end())
        *there = std::move(role);
    else
        delegations.roles.push_back(std::move(role));
    dropUnused(delegations);
}

void removeDelegation(Targets& by, std::string_view role) {
    if (!by.delegations) return;
    std::erase_if(by.delegations->roles, named(role));
    dropUnused(*by.delegations);
}

std::vector<DelegatedRole> hashBins(std::string_view name_prefix, unsigned bits, std::uint64_t threshold) {
    const std::size_t digits = (bits + 3) / 4;
    const std::uint64_t prefixes = std::uint64_t{1} << (4 * digits - bits);  // that share one bin
    std::vector<DelegatedRole> out;
    for (std::uint64_t bin = 0; bin < std::uint64_t{1} << bits; ++bin) {
        auto& role = out.emplace_back();
        role.name = std::string(name_prefix) + "-" + hexDigits(bin, digits);
        role.threshold = threshold;
        role.terminating = true;
        role.path_hash_prefixes.emplace();
        for (std::uint64_t i = 0; i < prefixes; ++i)
            role.path_hash_prefixes->push_back(hexDigits(bin * prefixes + i, digits));
    }
    return out;
}

}  // namespace gantry::uplink::tuf
