#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <set>

#include "gantry/uplink/iso_time.hpp"
#include "../json_fields.hpp"
#include "document.hpp"
#include "verifying_key.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace json = boost::json;
using Names = std::initializer_list<std::string_view>;

std::string nameOf(const json::key_value_pair& member) {
    return std::string(member.key());
}

Result<const json::object*> objectIn(const Fields& fields, std::string_view key) {
    const auto* object = GANTRY_TRY(fields.value(key))->if_object();
    if (object == nullptr) return fail(Errc::BadFormat, std::string(key) + " is not an object");
    return object;
}

OtherMembers othersOf(const json::value& value, Names known) {
    OtherMembers out;
    for (const auto& member : value.get_object())
        if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
            out.emplace(nameOf(member), json::serialize(member.value()));
    return out;
}

Result<std::int64_t> positive(const Fields& fields, std::string_view key) {
    const auto number = GANTRY_TRY(fields.number(key));
    if (number == 0) return fail(Errc::BadFormat, std::string(key) + " is not above 0");
    return static_cast<std::int64_t>(number);  // number() gives no more than 2^63 - 1
}

Result<bool> truth(const Fields& fields, std::string_view key) {
    const auto* value = GANTRY_TRY(fields.value(key))->if_bool();
    if (value == nullptr) return fail(Errc::BadFormat, std::string(key) + " is not true or false");
    return *value;
}

Result<std::vector<std::string>> texts(const Fields& fields, std::string_view key) {
    std::vector<std::string> out;
    for (const auto& item : *GANTRY_TRY(fields.array(key))) {
        const auto* text = item.if_string();
        if (text == nullptr) return fail(Errc::BadFormat, std::string(key) + " holds what is not text");
        out.emplace_back(text->data(), text->size());
    }
    return out;
}

bool digitsOnly(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "1.0.34"; "1.0" is what some old repositories say.
Result<> checkSpecVersion(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const auto dot = std::min(text.find('.', from), text.size());
        parts.push_back(text.substr(from, dot - from));
        from = dot + 1;
    }
    const bool good =
        (parts.size() == 2 || parts.size() == 3) && std::all_of(parts.begin(), parts.end(), digitsOnly);
    if (!good) return fail(Errc::BadFormat, "spec_version is not a version");
    if (parts.front() != "1")
        return fail(Errc::Unsupported, "metadata of another major version of the TUF specification");
    return {};
}

Result<> readSigned(const Fields& fields, std::string_view type, Signed& out) {
    if (GANTRY_TRY(fields.text("_type")) != type)
        return fail(Errc::BadFormat, "this is not " + std::string(type) + " metadata");
    out.spec_version = GANTRY_TRY(fields.text("spec_version"));
    GANTRY_CHECK(checkSpecVersion(out.spec_version));
    out.version = GANTRY_TRY(positive(fields, "version"));
    const auto expires = unixSeconds(GANTRY_TRY(fields.text("expires")));
    if (!expires) return fail(Errc::BadFormat, "expires: " + expires.error().context);
    out.expires = *expires;
    return {};
}

Result<Key> readKey(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "a key"));
    Key key;
    key.type = GANTRY_TRY(fields.text("keytype"));
    key.scheme = GANTRY_TRY(fields.text("scheme"));
    const auto* keyval = GANTRY_TRY(fields.value("keyval"));
    const auto inner = GANTRY_TRY(Fields::of(*keyval, "keyval"));
    // Keys of other types may be told by other members alone, as sigstore's identities are.
    if (inner.has("public") || VerifyingKey::knowsType(key.type))
        key.public_value = GANTRY_TRY(inner.text("public"));
    key.other = othersOf(value, {"keytype", "scheme", "keyval"});
    key.keyval_other = key.public_value.empty() ? othersOf(*keyval, {}) : othersOf(*keyval, {"public"});
    return key;
}

Result<Keys> readKeys(const Fields& fields) {
    Keys out;
    for (const auto& member : *GANTRY_TRY(objectIn(fields, "keys")))
        out.emplace(nameOf(member), GANTRY_TRY(readKey(member.value())));
    return out;
}

Result<> readRoleKeys(const Fields& fields, RoleKeys& out) {
    out.key_ids = GANTRY_TRY(texts(fields, "keyids"));
    if (std::set<std::string>(out.key_ids.begin(), out.key_ids.end()).size() != out.key_ids.size())
        return fail(Errc::BadFormat, "a role names a key twice");
    out.threshold = static_cast<std::uint64_t>(GANTRY_TRY(positive(fields, "threshold")));
    return {};
}

Result<std::map<std::string, RoleKeys>> readRootRoles(const Fields& fields) {
    std::map<std::string, RoleKeys> out;
    for (const auto& member : *GANTRY_TRY(objectIn(fields, "roles"))) {
        const auto inner = GANTRY_TRY(Fields::of(member.value(), "a role"));
        auto& role = out[nameOf(member)];
        GANTRY_CHECK(readRoleKeys(inner, role));
        role.other = othersOf(member.value(), {"keyids", "threshold"});
    }
    for (const auto name : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole})
        if (!out.contains(std::string(name)))
            return fail(Errc::BadFormat, "root names no keys for " + std::string(name));
    return out;
}

Result<Hashes> readHashes(const Fields& fields) {
    Hashes out;
    for (const auto& member : *GANTRY_TRY(objectIn(fields, "hashes"))) {
        const auto* text = member.value().if_string();
        if (text == nullptr) return fail(Errc::BadFormat, "a hash is not text");
        out.emplace(nameOf(member), std::string(text->data(), text->size()));
    }
    if (out.empty()) return fail(Errc::BadFormat, "hashes is empty");
    return out;
}

Result<FileInfo> readFileInfo(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "meta"));
    FileInfo info;
    info.version = GANTRY_TRY(positive(fields, "version"));
    if (fields.has("length")) info.length = GANTRY_TRY(fields.number("length"));
    if (fields.has("hashes")) info.hashes = GANTRY_TRY(readHashes(fields));
    info.other = othersOf(value, {"version", "length", "hashes"});
    return info;
}

Result<TargetInfo> readTarget(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "a target"));
    TargetInfo info;
    info.length = GANTRY_TRY(fields.number("length"));
    info.hashes = GANTRY_TRY(readHashes(fields));
    if (fields.has("custom")) info.custom = json::serialize(*GANTRY_TRY(objectIn(fields, "custom")));
    info.other = othersOf(value, {"length", "hashes", "custom"});
    return info;
}

Result<DelegatedRole> readDelegatedRole(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "a delegated role"));
    DelegatedRole role;
    GANTRY_CHECK(readRoleKeys(fields, role));
    role.name = GANTRY_TRY(fields.text("name"));
    if (role.name.empty() || isTopLevelRole(role.name))
        return fail(Errc::BadFormat, "a delegated role bears a name that is not its to have");
    role.terminating = GANTRY_TRY(truth(fields, "terminating"));
    if (fields.has("paths")) role.paths = GANTRY_TRY(texts(fields, "paths"));
    if (fields.has("path_hash_prefixes"))
        role.path_hash_prefixes = GANTRY_TRY(texts(fields, "path_hash_prefixes"));
    if (role.paths.has_value() == role.path_hash_prefixes.has_value())
        return fail(Errc::BadFormat, "a delegation has not exactly one of paths and path_hash_prefixes");
    role.other =
        othersOf(value, {"name", "keyids", "threshold", "terminating", "paths", "path_hash_prefixes"});
    return role;
}

Result<SuccinctRoles> readSuccinct(const json::value& value) {
    constexpr std::int64_t kMostBits = 32;
    const auto fields = GANTRY_TRY(Fields::of(value, "succinct_roles"));
    SuccinctRoles roles;
    GANTRY_CHECK(readRoleKeys(fields, roles));
    const auto bits = GANTRY_TRY(positive(fields, "bit_length"));
    if (bits > kMostBits) return fail(Errc::BadFormat, "bit_length is above 32");
    roles.bit_length = static_cast<unsigned>(bits);
    roles.name_prefix = GANTRY_TRY(fields.text("name_prefix"));
    roles.other = othersOf(value, {"keyids", "threshold", "bit_length", "name_prefix"});
    return roles;
}

Result<Delegations> readDelegations(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "delegations"));
    Delegations out;
    out.keys = GANTRY_TRY(readKeys(fields));
    if (fields.has("roles") == fields.has("succinct_roles"))
        return fail(Errc::BadFormat, "delegations have not exactly one of roles and succinct_roles");
    if (fields.has("succinct_roles")) {
        out.succinct = GANTRY_TRY(readSuccinct(*GANTRY_TRY(fields.value("succinct_roles"))));
    } else {
        std::set<std::string> names;
        for (const auto& item : *GANTRY_TRY(fields.array("roles"))) {
            out.roles.push_back(GANTRY_TRY(readDelegatedRole(item)));
            if (!names.insert(out.roles.back().name).second)
                return fail(Errc::BadFormat, "two delegations bear one name");
        }
    }
    out.other = othersOf(value, {"keys", "roles", "succinct_roles"});
    return out;
}

Result<Root> rootFrom(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "signed"));
    Root root;
    GANTRY_CHECK(readSigned(fields, kRootRole, root));
    root.consistent_snapshot.reset();
    if (fields.has("consistent_snapshot"))
        root.consistent_snapshot = GANTRY_TRY(truth(fields, "consistent_snapshot"));
    root.keys = GANTRY_TRY(readKeys(fields));
    root.roles = GANTRY_TRY(readRootRoles(fields));
    root.other = othersOf(
        value, {"_type", "spec_version", "version", "expires", "consistent_snapshot", "keys", "roles"});
    return root;
}

Result<Timestamp> timestampFrom(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "signed"));
    Timestamp timestamp;
    GANTRY_CHECK(readSigned(fields, kTimestampRole, timestamp));
    const auto* meta = GANTRY_TRY(fields.value("meta"));
    const auto inner = GANTRY_TRY(Fields::of(*meta, "meta"));
    timestamp.snapshot = GANTRY_TRY(readFileInfo(*GANTRY_TRY(inner.value("snapshot.json"))));
    timestamp.meta_other = othersOf(*meta, {"snapshot.json"});
    timestamp.other = othersOf(value, {"_type", "spec_version", "version", "expires", "meta"});
    return timestamp;
}

Result<Snapshot> snapshotFrom(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "signed"));
    Snapshot snapshot;
    GANTRY_CHECK(readSigned(fields, kSnapshotRole, snapshot));
    for (const auto& member : *GANTRY_TRY(objectIn(fields, "meta")))
        snapshot.meta.emplace(nameOf(member), GANTRY_TRY(readFileInfo(member.value())));
    snapshot.other = othersOf(value, {"_type", "spec_version", "version", "expires", "meta"});
    return snapshot;
}

Result<Targets> targetsFrom(const json::value& value) {
    const auto fields = GANTRY_TRY(Fields::of(value, "signed"));
    Targets targets;
    GANTRY_CHECK(readSigned(fields, kTargetsRole, targets));
    for (const auto& member : *GANTRY_TRY(objectIn(fields, "targets")))
        targets.targets.emplace(nameOf(member), GANTRY_TRY(readTarget(member.value())));
    if (fields.has("delegations"))
        targets.delegations = GANTRY_TRY(readDelegations(*GANTRY_TRY(fields.value("delegations"))));
    targets.other =
        othersOf(value, {"_type", "spec_version", "version", "expires", "targets", "delegations"});
    return targets;
}

template <class Content>
Result<Metadata<Content>> read(std::string_view text, Result<Content> (*from)(const json::value&)) {
    auto document = GANTRY_TRY(readDocument(text));
    auto content = GANTRY_TRY(from(document.content));
    return Metadata<Content>{std::move(content), std::move(document.signed_bytes),
                             std::move(document.signatures)};
}

}  // namespace

bool isTopLevelRole(std::string_view name) {
    return name == kRootRole || name == kTimestampRole || name == kSnapshotRole || name == kTargetsRole;
}

Result<Metadata<Root>> readRoot(std::string_view text) {
    return read(text, rootFrom);
}
Result<Metadata<Timestamp>> readTimestamp(std::string_view text) {
    return read(text, timestampFrom);
}
Result<Metadata<Snapshot>> readSnapshot(std::string_view text) {
    return read(text, snapshotFrom);
}
Result<Metadata<Targets>> readTargets(std::string_view text) {
    return read(text, targetsFrom);
}

}  // namespace gantry::uplink::tuf
