#pragma once
/// The metadata of a TUF repository (The Update Framework, specification 1.0.34, section 4) as plain values.
/// Members that the specification does not name are kept, and written again. docs/formats/tuf-client.md says
/// what of TUF is done here.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::uplink::tuf {

inline constexpr std::string_view kSpecVersion = "1.0.34";
inline constexpr std::string_view kRootRole = "root";
inline constexpr std::string_view kTimestampRole = "timestamp";
inline constexpr std::string_view kSnapshotRole = "snapshot";
inline constexpr std::string_view kTargetsRole = "targets";
/// One of the four above: no delegated role may bear such a name.
bool isTopLevelRole(std::string_view name);

/// Members of an object that the model has no place for: name to value, the value as JSON text.
using OtherMembers = std::map<std::string, std::string>;

struct Key {
    std::string type;          ///< "ed25519", "ecdsa", "rsa"; others are kept and verify nothing
    std::string scheme;        ///< "ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"
    std::string public_value;  ///< hexadecimal for ed25519, PEM for the others; may be "" for types not known
    OtherMembers other;
    OtherMembers keyval_other;
    friend bool operator==(const Key&, const Key&) = default;
};
/// By key identifier. The identifier is a name: which key it stands for is what the signed metadata says.
using Keys = std::map<std::string, Key>;

/// SHA-256 of the canonical form of the key, hexadecimal (4.2.1).
std::string keyId(const Key& key);

/// Who must sign a role: at least `threshold` of these keys, each counted once.
struct RoleKeys {
    std::vector<std::string> key_ids;
    std::uint64_t threshold = 1;
    OtherMembers other;
    friend bool operator==(const RoleKeys&, const RoleKeys&) = default;
};

/// What all four kinds have.
struct Signed {
    std::string spec_version{kSpecVersion};
    std::int64_t version = 1;  ///< from 1 on
    std::int64_t expires = 0;  ///< seconds since the Unix epoch, UTC
    OtherMembers other;
};

struct Root : Signed {
    std::optional<bool> consistent_snapshot = true;
    Keys keys;
    std::map<std::string, RoleKeys> roles;  ///< the four top-level roles are there
};

using Hashes = std::map<std::string, std::string>;  ///< "sha256" to hexadecimal digits

/// What one metadata file says of another.
struct FileInfo {
    std::int64_t version = 1;
    std::optional<std::uint64_t> length;  ///< bytes
    Hashes hashes;                        ///< may be empty
    OtherMembers other;
};

struct Timestamp : Signed {
    FileInfo snapshot;
    OtherMembers meta_other;
};

struct Snapshot : Signed {
    std::map<std::string, FileInfo> meta;  ///< by file name: "targets.json"
};

struct TargetInfo {
    std::uint64_t length = 0;  ///< bytes
    Hashes hashes;             ///< at least one
    std::string custom;        ///< an object as JSON text; "" when there is none
    OtherMembers other;
};

/// Exactly one of the two lists is there (4.5).
struct DelegatedRole : RoleKeys {
    std::string name;
    bool terminating = false;
    std::optional<std::vector<std::string>> paths;               ///< patterns, see matchesPathPattern
    std::optional<std::vector<std::string>> path_hash_prefixes;  ///< of SHA-256 of the path, hexadecimal
};

/// All targets spread over 2^bit_length roles by the hash of their path (TAP 15).
struct SuccinctRoles : RoleKeys {
    unsigned bit_length = 1;  ///< 1 to 32
    std::string name_prefix;
};

/// Exactly one of `roles` and `succinct` is there.
struct Delegations {
    Keys keys;
    std::vector<DelegatedRole> roles;  ///< most trusted first; names are unique
    std::optional<SuccinctRoles> succinct;
    OtherMembers other;
};

struct Targets : Signed {
    std::map<std::string, TargetInfo> targets;  ///< by path
    std::optional<Delegations> delegations;
};

struct Signature {
    std::string key_id;
    std::string hex;  ///< as it came: it need not be hexadecimal, and then verifies nothing
};

/// A metadata file as it was read; nothing is verified yet.
template <class Content>
struct Metadata {
    Content content;
    std::string signed_bytes;  ///< the canonical form of "signed" as it came: what signatures are made over
    std::vector<Signature> signatures;
};

/// @errors BadFormat: not JSON, a name twice in one object, a member missing or wrong, another `_type`, a key
///         identifier twice in "signatures" or in a role, a threshold below 1; Unsupported: another major
///         version of the specification
Result<Metadata<Root>> readRoot(std::string_view text);
Result<Metadata<Timestamp>> readTimestamp(std::string_view text);
Result<Metadata<Snapshot>> readSnapshot(std::string_view text);
Result<Metadata<Targets>> readTargets(std::string_view text);

/// A metadata file without signatures yet; see addSignature. What the readers above refuse is refused here
/// too.
Result<std::string> toText(const Root& root);
Result<std::string> toText(const Timestamp& timestamp);
Result<std::string> toText(const Snapshot& snapshot);
Result<std::string> toText(const Targets& targets);

/// Shell-style, as 4.5 has it: '*', '?' and '[…]' match no '/', and nothing else is special.
bool matchesPathPattern(std::string_view path, std::string_view pattern);
/// Whether the delegation trusts `role` with that target path.
bool delegatesPath(const DelegatedRole& role, std::string_view path);
/// The one bin that holds that target path.
std::string binOf(const SuccinctRoles& bins, std::string_view path);
/// Whether `name` is one of the bins.
bool isBin(const SuccinctRoles& bins, std::string_view name);

}  // namespace gantry::uplink::tuf
