#pragma once
/// What is said to single sites by the online role: receipts, refusals and queries. A row waits until it is
/// published, and stays published until its site says that it has taken it.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/sqlite.hpp"

namespace gantry::central {

struct SiteStatement {
    std::string site;
    std::string name;  ///< below sites/{site}/: "receipts/p1.json", "queries/q7.age"
    std::string text;  ///< signed; it is encrypted for the site when the name ends with .age
};

/// Thread-safe; each call is one short transaction, durable when it returns.
class Statements {
public:
    static Result<std::unique_ptr<Statements>> open(const std::filesystem::path& directory, const Clock& clock);

    /// The same again changes nothing; another text under the name waits to be published anew.
    Result<> say(const SiteStatement& statement);
    Result<std::vector<SiteStatement>> waiting();
    /// Said by its site to be taken, and still listed.
    Result<std::vector<SiteStatement>> takenAndListed();
    /// Published as they were when they were read: one that changed meanwhile goes on waiting.
    Result<> setPublished(const std::vector<SiteStatement>& statements);
    /// What the site names is not listed any longer. Names that are not its are passed over.
    Result<> setTaken(const std::string& site, const std::vector<std::string>& names);
    Result<> setUnlisted(const std::vector<SiteStatement>& statements);

private:
    Statements(Database database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
    Result<std::vector<SiteStatement>> select(std::string_view where);
    std::mutex mutex_;
    Database database_;  // guarded by mutex_
    const Clock& clock_;
};

}  // namespace gantry::central
