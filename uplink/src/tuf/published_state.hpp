#pragma once
/// What a repository holds, as its next writer finds it.

#include <optional>

#include "gantry/uplink/tuf_repository.hpp"

namespace gantry::uplink::tuf {

/// Reads and writes a repository's files by their names; nothing is decided here.
class RepositoryFiles {
public:
    RepositoryFiles(ObjectStore& store, std::stop_token stop) : store_(&store), stop_(std::move(stop)) {}

    /// Nullopt: not there.
    Result<std::optional<std::string>> find(const std::string& name) const;
    /// @errors NotFound
    Result<std::string> get(const std::string& name) const;
    Result<bool> has(const std::string& name) const;
    Result<ObjectInfo> head(const std::string& name) const { return store_->head(name, stop_); }
    Result<> put(const std::string& name, std::string_view text, Existing existing) const;
    Result<> put(const std::string& name, const NewTarget& target) const;

private:
    ObjectStore* store_;
    std::stop_token stop_;
};

std::string metadataName(std::string_view role, std::int64_t version);
std::string targetName(std::string_view path, const TargetInfo& info);
inline constexpr auto kTimestampName = "metadata/timestamp.json";
inline constexpr auto kNewestRootName = "metadata/root.json";  ///< so that a writer need not count

/// Empty before the first publication.
struct PublishedState {
    std::optional<Root> root;
    std::optional<Root> root_before;  ///< what was published may still be signed by its keys
    std::optional<Snapshot>
        snapshot;  ///< the newest that is signed as it must be, named by the timestamp or not yet
    std::int64_t next_version = 1;  ///< of snapshot and timestamp: no file has that number

    std::int64_t versionOf(std::string_view role) const;  ///< 0: not listed
};

/// @errors BadFormat, those of the store
Result<std::optional<Metadata<Root>>> newestRoot(const RepositoryFiles& files);
Result<PublishedState> publishedState(const RepositoryFiles& files);
/// A role's file as the snapshot names it. @errors NotFound, BadFormat, those of the store
Result<Metadata<Targets>> publishedRole(const RepositoryFiles& files, const PublishedState& state,
                                        std::string_view role);

}  // namespace gantry::uplink::tuf
