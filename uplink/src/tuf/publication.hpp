#pragma once
/// Whether what somebody wants to publish hangs together with what is published.

#include <map>
#include <set>

#include "published_state.hpp"

namespace gantry::uplink::tuf {

/// Everything that is refused is refused here, before anything is written.
class CheckedPublication {
public:
    /// What is given must outlive the result. @errors see RepositoryWriter::publish
    static Result<CheckedPublication> check(const Publication& publication, const RepositoryFiles& files,
                                            const PublishedState& state, UnixMillis now);

    struct Role {
        std::string name;
        std::string text;
        Targets content;
    };
    struct Blob {
        std::string name;
        const NewTarget* target;
    };
    const Root& root() const { return root_ ? *root_ : *state_->root; }
    /// "" when it stays.
    const std::string& rootText() const { return root_text_; }
    const std::vector<Role>& roles() const { return roles_; }
    const std::vector<Blob>& blobs() const { return blobs_; }

private:
    CheckedPublication(const RepositoryFiles& files, const PublishedState& state, UnixMillis now)
        : files_(&files), state_(&state), now_(now / 1000) {}
    Result<> takeRoot(const std::string& text);
    Result<> takeRole(const SignedRole& role);
    Result<> requireRoleSigned(const SignedRole& role, const Metadata<Targets>& read) const;
    Result<> requireDelegatesThere(const Role& role) const;
    Result<> takeTarget(const NewTarget& target);
    Result<> requireTargetsThere(const Role& role) const;
    const Role* find(std::string_view name) const;

    const RepositoryFiles* files_;
    const PublishedState* state_;
    std::int64_t now_;
    std::optional<Root> root_;
    std::string root_text_;
    std::vector<Role> roles_;
    std::map<std::string, std::size_t, std::less<>> role_at_;  ///< by name, where it is in roles_
    std::vector<Blob> blobs_;
    std::set<std::string> blob_names_;
};

}  // namespace gantry::uplink::tuf
