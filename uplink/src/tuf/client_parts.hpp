#pragma once
/// What the steps of the client share.

#include <optional>

#include "gantry/uplink/tuf.hpp"
#include "local_store.hpp"
#include "trusted_set.hpp"

namespace gantry::uplink::tuf {

struct ClientParts {
    ClientParts(ClientConfig c, std::unique_ptr<Fetcher> f)
        : config(std::move(c)), fetcher(std::move(f)), store(config.metadata_dir) {}

    std::string metadataUrl(std::string_view role, std::int64_t version) const;
    /// @param version 0 for the name without one. @errors NotFound, those of the fetcher
    Result<std::string> fetchMetadata(std::string_view role, std::int64_t version, std::uint64_t max_bytes,
                                      std::stop_token stop);
    /// A file that other metadata lists, under the name and up to the length that it has there.
    Result<std::string> fetchListed(std::string_view role, const FileInfo& info, std::uint64_t limit,
                                    const Root& root, std::stop_token stop);
    /// A targets role: what was verified in this refresh, what is kept, or what the server has, in that
    /// order.
    Result<const Targets*> loadTargets(TrustedSet& trusted, std::string_view role, Delegator delegator,
                                       std::stop_token stop);
    /// The set of the last refresh. @errors InvalidArgument
    Result<TrustedSet*> refreshed();

    ClientConfig config;
    std::unique_ptr<Fetcher> fetcher;
    LocalStore store;
    std::optional<TrustedSet> set;
};

/// One refresh, 5.2 to 5.6.6; the store is locked.
class Refresh {
public:
    Refresh(ClientParts& parts, UnixMillis now, std::stop_token stop)
        : parts_(parts), now_(now), stop_(std::move(stop)) {}
    Result<TrustedSet> run();

private:
    Result<> checkClock() const;
    Result<> updateRoot(TrustedSet& set);
    Result<> updateTimestamp(TrustedSet& set);
    Result<> updateSnapshot(TrustedSet& set);

    ClientParts& parts_;
    UnixMillis now_;
    std::stop_token stop_;
    ClientState state_;
};

}  // namespace gantry::uplink::tuf
