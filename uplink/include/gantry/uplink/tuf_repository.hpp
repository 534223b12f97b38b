#pragma once
/// The writer of a TUF repository: the sponsor's end of the inbox. Metadata is built and signed as plain
/// values (here and in tuf_signing.hpp); RepositoryWriter puts what is fully signed into a store, in an order
/// in which no reader meets a repository that does not hang together. Snapshots are consistent: every file is
/// written once, under a name of its own, but for timestamp.json.

#include <chrono>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/object_store.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::uplink::tuf {

// Building. Nothing here bumps a version: whoever changes a role does, and sets when it expires.

/// Length and SHA-256.
TargetInfo targetInfoOf(Bytes content);
Result<TargetInfo> targetInfoOf(const std::filesystem::path& file);

/// Gives a top-level role these keys in place of those it had; keys that no role has any more go.
void setKeys(Root& root, std::string_view role, std::span<const Key> keys, std::uint64_t threshold);
/// Delegates to `role` with these keys (its key_ids are theirs). A delegation of that name is replaced where
/// it stands, else it comes last, trusted least. Keys that no delegation has any more go.
void setDelegation(Targets& by, DelegatedRole role, std::span<const Key> keys);
void removeDelegation(Targets& by, std::string_view role);
/// 2^bits delegations, each of the paths whose hash falls into it; named as binOf() names them. `bits` is 1
/// to 16.
std::vector<DelegatedRole> hashBins(std::string_view name_prefix, unsigned bits, std::uint64_t threshold);

// Publishing.

struct SignedRole {
    std::string name;                     ///< "targets", or a delegated role
    std::string text;                     ///< fully signed
    std::string delegator{kTargetsRole};  ///< who delegates it; not looked at for "targets"
};

struct NewTarget {
    std::string path;
    Bytes content;               ///< the caller keeps it until publish() returns
    std::filesystem::path file;  ///< in place of `content`, for what is large; "" for none
};

struct Publication {
    std::string root;                ///< the next root, fully signed; "" when it stays
    std::vector<SignedRole> roles;   ///< a delegator before whom it delegates to
    std::vector<NewTarget> targets;  ///< listed in one of `roles`
};

/// The keys that are at hand for snapshot and timestamp, and how long what they sign is good for.
struct OnlineKeys {
    std::vector<Ed25519Seed> seeds;  ///< each signs what root lists it for
    std::chrono::hours snapshot_lifetime{24 * 30};
    std::chrono::hours timestamp_lifetime{24 * 2};
};

/// Belongs to one thread at a time. Several writers, of several machines, may write to one store at once: the
/// next number of a snapshot belongs to who puts it first, and the others begin anew from what that one has
/// published. A writer that died is continued from the last snapshot that it put.
class RepositoryWriter {
public:
    /// @param store outlives the writer; the repository lies in it below "metadata/" and "targets/"
    explicit RepositoryWriter(ObjectStore& store) : store_(store) {}

    /// Publishes everything in it, or nothing that a reader would see. Files go out in the order targets,
    /// roles, snapshot, timestamp. A new root goes last when snapshot and timestamp are also signed as the
    /// former root demands (keep the former keys in `keys` for the publication that replaces them); else
    /// between snapshot and timestamp, and readers fail until the timestamp is there.
    /// @return the version of snapshot and timestamp, which is one number
    /// @errors InvalidArgument: a name that cannot be a file's, a target that no published role lists, no
    /// root at all;
    ///         BadFormat; BadSignature: not fully signed; Conflict: a version that does not follow (somebody
    ///         published meanwhile: make it anew), a delegation to a role without metadata, a listed target
    ///         that is not there; Busy: another writer is at work on the same role; Expired; those of the
    ///         store
    Result<std::int64_t> publish(const Publication& publication, const OnlineKeys& keys, UnixMillis now,
                                 std::stop_token stop = {});
    /// The same content with a new snapshot and timestamp, before those that are there expire.
    Result<std::int64_t> renew(const OnlineKeys& keys, UnixMillis now, std::stop_token stop = {});

    /// What is published, to make the next version of. @errors NotFound; BadFormat; those of the store
    Result<Metadata<Root>> root(std::stop_token stop = {});
    Result<Metadata<Targets>> role(std::string_view name, std::stop_token stop = {});

private:
    ObjectStore& store_;
};

}  // namespace gantry::uplink::tuf
