#pragma once
/// Which sites may deliver, by token. Tokens are kept as SHA-256 alone: they are 256 random bits, so that a
/// plain digest is as good as a slow one.

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::central {

struct Site {
    std::string id;            ///< 1 to 64 of [A-Za-z0-9_.-], not starting with a dot
    std::string token_sha256;  ///< 64 lower-case hex digits
    std::string created_at;    ///< ISO 8601 UTC
};

bool isSiteId(std::string_view text);

/// sites.json of a hub's directory. @errors NotFound, BadFormat; NotAllowed when others can read or write it.
Result<std::vector<Site>> loadSites(const std::filesystem::path& directory);
/// Adds a site and returns its token, which is kept nowhere here. @errors AlreadyExists, InvalidArgument, Io
Result<std::string> addSite(const std::filesystem::path& directory, std::string_view id, const Clock& clock);

/// The sites as a running hub sees them: the file is read again when it has changed. Thread-safe.
class SiteRegistry {
public:
    /// @errors those of loadSites; ConfigInvalid without a site.
    static Result<SiteRegistry> open(const std::filesystem::path& directory);
    /// The site whose token it is; nullopt for nobody's.
    std::optional<std::string> siteOf(std::string_view token);

    SiteRegistry(SiteRegistry&& other) noexcept;

private:
    SiteRegistry(std::filesystem::path directory, std::vector<Site> sites);
    void reloadIfChanged();
    std::filesystem::path directory_;
    std::mutex mutex_;
    std::vector<Site> sites_;                                   // guarded by mutex_, as is what follows
    std::optional<std::filesystem::file_time_type> read_time_;  // of the file that was read
};

}  // namespace gantry::central
