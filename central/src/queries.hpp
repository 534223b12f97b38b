#pragma once
/// Questions to sites, and what they answered (docs/formats/inbox.md and messages.md).

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gantry/central/index_database.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::central {

struct Question {
    std::string site;
    std::string subject;
    std::string visit;
    std::string study_instance_uid;  ///< de-identified
    std::string object_id;           ///< parcel that it is about
    std::string topic;
    std::string text;
    std::string who;
    std::string wants = "text";  ///< text | decision | series
    std::vector<std::string> choices;
    std::string due;  ///< ISO 8601 UTC, or a day, which ends at its last second; "" for none
};

struct QueryThread {
    std::string query_id;
    std::string site;
    bool open = true;
    UnixMillis asked_at = 0;
    std::string due;                          ///< ISO 8601 UTC, or ""
    boost::json::object content;              ///< what the site was told last
    std::vector<boost::json::object> answers;  ///< as the site signed them, oldest first
    /// The site has said something since the central team did.
    bool isAnswered() const;
    bool isOverdue(UnixMillis now) const;
};

/// Thread-safe; each call is one transaction with its line in the audit, durable when it returns. What is said
/// waits to be published, see publishStatements(); of a thread's words only the newest stays listed.
class Queries {
public:
    static Result<std::unique_ptr<Queries>> open(const std::filesystem::path& directory, const Clock& clock);

    /// @return the query's id. @errors InvalidArgument: every mistake; NotFound: the parcel is not the site's
    Result<std::string> ask(Question question, const Ed25519Seed& seed);
    /// One more word of the central team. @errors NotFound; Conflict: it is closed
    Result<> say(const std::string& query_id, const std::string& who, const std::string& text,
                 const Ed25519Seed& seed);
    /// @param in_place  another than the asker may close it
    /// @errors NotFound; Conflict: it is closed already; NotAllowed: somebody else asked
    Result<> close(const std::string& query_id, const std::string& who, const std::string& why, bool in_place,
                   const Ed25519Seed& seed);
    /// Open ones first, by when they are due.
    Result<std::vector<QueryThread>> all();

private:
    Queries(IndexDatabase database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
    Result<QueryThread> openThread(const std::string& query_id);
    Result<> completeFromParcel(Question& question);
    /// The row, the statement in place of the former one, and the audit.
    Result<> keep(QueryThread& thread, const std::string& who, const std::string& event, const Ed25519Seed& seed);
    Result<> addAnswers(std::vector<QueryThread>& threads);

    std::mutex mutex_;
    IndexDatabase database_;  // guarded by mutex_
    const Clock& clock_;
};

}  // namespace gantry::central
