#pragma once
/// The metadata that a client trusts, and every check of the client workflow (5.3 to 5.6) that needs neither
/// disk nor network. Roles come in the workflow's order: root, timestamp, snapshot, targets.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

/// By whom a targets role is delegated: nullptr for the top-level role, which root delegates.
using Delegator = const Targets*;

class TrustedSet {
public:
    /// @param root the trusted root file, verified by itself alone; it may have expired
    /// @param now  the fixed update start time (5.2), seconds since the Unix epoch
    /// @errors BadFormat, Unsupported, BadSignature
    static Result<TrustedSet> start(std::string_view root, std::int64_t now);

    const Root& root() const { return root_; }
    const Timestamp& timestamp() const { return *timestamp_; }
    const Snapshot& snapshot() const { return *snapshot_; }

    /// The next root (5.3.4, 5.3.5): exactly one version further, signed by the former and by itself.
    /// @return whether timestamp or snapshot lost a key by it, so that what they said must be forgotten
    /// (5.3.11)
    /// @errors BadFormat, Unsupported, BadSignature, Conflict (another version)
    Result<bool> updateRoot(std::string_view text);
    /// 5.3.10. @errors Expired
    Result<> requireRootInForce() const;

    /// What was trusted before: it holds against rollback even when it has expired.
    Result<> recallTimestamp(std::string_view text);
    /// 5.4. False: the version is the one that is trusted, which stays (5.4.3.1).
    /// @errors BadFormat, Unsupported, BadSignature, Conflict (older than what is trusted), Expired
    Result<bool> updateTimestamp(std::string_view text);
    /// What is trusted may have expired since. @errors Expired
    Result<> requireTimestampInForce() const;

    /// As recallTimestamp; it need not be the one that the timestamp names.
    Result<> recallSnapshot(std::string_view text);
    /// Whether what was recalled is what the timestamp names, and in force: nothing need be fetched then.
    bool hasCurrentSnapshot() const { return snapshot_is_current_; }
    /// 5.5. @errors BadFormat, Unsupported, BadSignature (hash, length, signatures), Conflict, Expired
    Result<> updateSnapshot(std::string_view text);

    /// What the snapshot says of a targets role's file. @errors NotFound
    Result<const FileInfo*> listed(std::string_view role) const;
    /// 5.6, for the top-level role and delegated ones alike. The result is kept by role and delegator: what
    /// one delegator's keys have signed says nothing to another.
    /// @errors NotFound (not in the snapshot, or not delegated), BadFormat, Unsupported, BadSignature,
    /// Conflict,
    ///         Expired
    Result<const Targets*> addTargets(std::string_view role, Delegator delegator, std::string_view text);
    /// Nullptr when it has not been added.
    const Targets* targets(std::string_view role, Delegator delegator) const;

private:
    struct Held {
        std::string role;
        Delegator delegator;
        std::unique_ptr<const Targets> targets;  ///< its address is a delegator's name
    };

    TrustedSet(Root root, std::int64_t now) : root_(std::move(root)), now_(now) {}
    Result<> requireSignedByRoot(std::string_view role, std::string_view signed_bytes,
                                 const std::vector<Signature>& signatures) const;
    Result<> requireInForce(const Signed& content, std::string_view what) const;

    Root root_;
    std::int64_t now_;
    std::optional<Timestamp> timestamp_;
    std::optional<Snapshot> snapshot_;
    bool snapshot_is_current_ = false;
    std::vector<Held> targets_;
};

}  // namespace gantry::uplink::tuf
