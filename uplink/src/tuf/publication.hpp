#pragma once
/// Whether what somebody wants to publish hangs together with what is published.

#include "gantry/uplink/tuf_repository.hpp"

namespace gantry::uplink::tuf {

/// What is published now; empty before the first time.
struct PublishedState {
    std::optional<Metadata<Root>> root;
    std::optional<Timestamp> timestamp;
    std::optional<Snapshot> snapshot;
};

std::string rootName(std::int64_t version);
std::string metadataName(std::string_view role, std::int64_t version);
std::string targetName(std::string_view path, const TargetInfo& info);

/// A role's file as the snapshot names it. @errors NotFound, BadFormat, those of the store
Result<Metadata<Targets>> publishedRole(BlobStore& store, const PublishedState& state, std::string_view role);

/// Everything that is refused is refused here, before anything is written.
class CheckedPublication {
public:
    /// @errors see RepositoryWriter::publish
    static Result<CheckedPublication> check(const Publication& publication, BlobStore& store,
                                            const PublishedState& state, UnixMillis now);

    struct Role {
        std::string name;
        std::string text;
        Targets content;
    };
    struct Blob {
        std::string name;
        Bytes content;
    };
    const Root& root() const { return root_ ? *root_ : *published_root_; }
    /// "" when it stays.
    const std::string& rootText() const { return root_text_; }
    const std::vector<Role>& roles() const { return roles_; }
    const std::vector<Blob>& blobs() const { return blobs_; }

private:
    Result<> takeRoot(const std::string& text, const PublishedState& state);
    Result<> takeRole(const SignedRole& role, const PublishedState& state);
    Result<> requireRoleSigned(const SignedRole& role, const Metadata<Targets>& read,
                               const PublishedState& state);
    Result<> requireDelegatesThere(const Role& role, const PublishedState& state) const;
    Result<> takeTarget(const NewTarget& target);
    Result<> requireTargetsThere(const Role& role, const PublishedState& state);
    const Role* find(std::string_view name) const;

    explicit CheckedPublication(BlobStore& store, UnixMillis now) : store_(&store), now_(now / 1000) {}
    BlobStore* store_;
    std::int64_t now_;
    std::optional<Root> root_;
    const Root* published_root_ = nullptr;  ///< in the state that the caller keeps
    std::string root_text_;
    std::vector<Role> roles_;
    std::map<std::string, std::size_t, std::less<>> role_at_;  ///< by name, where it is in roles_
    std::vector<Blob> blobs_;
    std::set<std::string> blob_names_;
};

}  // namespace gantry::uplink::tuf
