#include <boost/json.hpp>

#include "../canonical_json.hpp"
#include "document.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/core/crypto.hpp"
#include "key_object.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace json = boost::json;

// Members that are not ours came from JSON, and are JSON.
void addOthers(json::object& to, const OtherMembers& others) {
    for (const auto& [name, text] : others) {
        json::error_code error;
        to.insert_or_assign(name, json::parse(text, error));
    }
}

// "YYYY-MM-DDTHH:MM:SSZ" (4.2.3)
std::string dateTime(std::int64_t seconds) {
    constexpr std::size_t kToSeconds = 19;
    return isoUtc(seconds * 1000).substr(0, kToSeconds) + "Z";
}

json::array arrayOf(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

json::object objectOf(const Hashes& hashes) {
    json::object out;
    for (const auto& [algorithm, hex] : hashes) out.emplace(algorithm, hex);
    return out;
}

json::object objectOf(const Keys& keys) {
    json::object out;
    for (const auto& [id, key] : keys) out.emplace(id, keyObject(key));
    return out;
}

json::object objectOf(const RoleKeys& role) {
    json::object out;
    out["keyids"] = arrayOf(role.key_ids);
    out["threshold"] = role.threshold;
    addOthers(out, role.other);
    return out;
}

json::object objectOf(const FileInfo& info) {
    json::object out;
    out["version"] = info.version;
    if (info.length) out["length"] = *info.length;
    if (!info.hashes.empty()) out["hashes"] = objectOf(info.hashes);
    addOthers(out, info.other);
    return out;
}

json::object objectOf(const TargetInfo& info) {
    json::object out;
    out["length"] = info.length;
    out["hashes"] = objectOf(info.hashes);
    if (!info.custom.empty()) addOthers(out, {{"custom", info.custom}});
    addOthers(out, info.other);
    return out;
}

json::object objectOf(const DelegatedRole& role) {
    auto out = objectOf(static_cast<const RoleKeys&>(role));
    out["name"] = role.name;
    out["terminating"] = role.terminating;
    if (role.paths) out["paths"] = arrayOf(*role.paths);
    if (role.path_hash_prefixes) out["path_hash_prefixes"] = arrayOf(*role.path_hash_prefixes);
    return out;
}

json::object objectOf(const Delegations& delegations) {
    json::object out;
    out["keys"] = objectOf(delegations.keys);
    if (delegations.succinct) {
        auto bins = objectOf(static_cast<const RoleKeys&>(*delegations.succinct));
        bins["bit_length"] = delegations.succinct->bit_length;
        bins["name_prefix"] = delegations.succinct->name_prefix;
        out["succinct_roles"] = std::move(bins);
    } else {
        json::array roles;
        for (const auto& role : delegations.roles) roles.push_back(objectOf(role));
        out["roles"] = std::move(roles);
    }
    addOthers(out, delegations.other);
    return out;
}

json::object objectOf(const Signed& content, std::string_view type) {
    json::object out;
    out["_type"] = json::string_view(type.data(), type.size());
    out["spec_version"] = content.spec_version;
    out["version"] = content.version;
    out["expires"] = dateTime(content.expires);
    addOthers(out, content.other);
    return out;
}

std::string unsignedText(json::object content) {
    json::object out;
    out["signatures"] = json::array();
    out["signed"] = std::move(content);
    return json::serialize(out) + "\n";
}

// What cannot be read again must not be written.
template <class Read>
Result<std::string> checked(std::string text, Read read) {
    GANTRY_TRY(read(text));
    return text;
}

}  // namespace

json::object keyObject(const Key& key) {
    json::object keyval;
    if (!key.public_value.empty()) keyval["public"] = key.public_value;
    addOthers(keyval, key.keyval_other);
    json::object out;
    out["keytype"] = key.type;
    out["scheme"] = key.scheme;
    out["keyval"] = std::move(keyval);
    addOthers(out, key.other);
    return out;
}

std::string keyId(const Key& key) {
    // A key's own members are text; a fraction in a foreign one has no canonical form, and no identifier.
    const auto canonical = olpcCanonicalJson(keyObject(key));
    return canonical ? toHex(sha256(asBytes(*canonical))) : std::string();
}

Result<std::string> toText(const Root& root) {
    auto out = objectOf(root, kRootRole);
    if (root.consistent_snapshot) out["consistent_snapshot"] = *root.consistent_snapshot;
    out["keys"] = objectOf(root.keys);
    json::object roles;
    for (const auto& [name, role] : root.roles) roles.emplace(name, objectOf(role));
    out["roles"] = std::move(roles);
    return checked(unsignedText(std::move(out)), readRoot);
}

Result<std::string> toText(const Timestamp& timestamp) {
    auto out = objectOf(timestamp, kTimestampRole);
    json::object meta;
    meta["snapshot.json"] = objectOf(timestamp.snapshot);
    addOthers(meta, timestamp.meta_other);
    out["meta"] = std::move(meta);
    return checked(unsignedText(std::move(out)), readTimestamp);
}

Result<std::string> toText(const Snapshot& snapshot) {
    auto out = objectOf(snapshot, kSnapshotRole);
    json::object meta;
    for (const auto& [name, info] : snapshot.meta) meta.emplace(name, objectOf(info));
    out["meta"] = std::move(meta);
    return checked(unsignedText(std::move(out)), readSnapshot);
}

Result<std::string> toText(const Targets& targets) {
    auto out = objectOf(targets, kTargetsRole);
    json::object all;
    for (const auto& [path, info] : targets.targets) all.emplace(path, objectOf(info));
    out["targets"] = std::move(all);
    if (targets.delegations) out["delegations"] = objectOf(*targets.delegations);
    return checked(unsignedText(std::move(out)), readTargets);
}

}  // namespace gantry::uplink::tuf
