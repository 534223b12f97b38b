#pragma once
/// What is said to single sites, and what they say. To them: by the online role: receipts, refusals and
/// queries. A row waits until it is published, and stays published until its site says that it has taken it.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit.hpp"
#include "gantry/central/index_database.hpp"
#include "gantry/core/clock.hpp"

namespace gantry::central {

struct SiteStatement {
    std::string site;
    std::string name;  ///< below sites/{site}/: "receipts/p1.json", "queries/q7.age"
    std::string text;  ///< signed; it is encrypted for the site when the name ends with .age
};

/// What a site said, verified.
struct SiteMessage {
    std::string site;
    std::string message_id;
    std::string kind;
    std::string made_at;  ///< as the site says, ISO 8601 UTC
    UnixMillis received_at = 0;
    std::string text;  ///< what was signed, canonical
};

/// Thread-safe; each call is one short transaction, durable when it returns.
class Statements {
public:
    static Result<std::unique_ptr<Statements>> open(const std::filesystem::path& directory,
                                                    const Clock& clock);

    /// The same again changes nothing; another text under the name waits to be published anew.
    Result<> say(const SiteStatement& statement);
    /// What was said under that name; nullopt: nothing.
    Result<std::optional<std::string>> textOf(const std::string& site, const std::string& name);
    Result<std::vector<SiteStatement>> waiting();
    /// Said by its site to be taken, and still listed.
    Result<std::vector<SiteStatement>> takenAndListed();
    /// Published as they were when they were read: one that changed meanwhile goes on waiting.
    Result<> setPublished(const std::vector<SiteStatement>& statements);
    /// What the site names is not listed any longer. Names that are not its are passed over.
    Result<> setTaken(const std::string& site, const std::vector<std::string>& names);
    /// The key that an enrolled site signs with, "gantry-ed25519-public:…". @errors NotAllowed: not enrolled
    Result<std::string> statementKeyOf(const std::string& site);
    /// The same once more changes nothing. Of heartbeats only the last one of a site stays.
    /// @param deed  what the message makes known, for the audit
    Result<> keep(const SiteMessage& message, const std::optional<AuditEntry>& deed = {});
    /// The last message of that kind of each site.
    Result<std::vector<SiteMessage>> latest(const std::string& kind);
    Result<> setUnlisted(const std::vector<SiteStatement>& statements);

private:
    Statements(IndexDatabase database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
    Result<std::vector<SiteStatement>> select(std::string_view where);
    std::mutex mutex_;
    IndexDatabase database_;  // guarded by mutex_
    const Clock& clock_;
};

}  // namespace gantry::central
