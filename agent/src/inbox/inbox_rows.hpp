#pragma once
/// What the catalogue knows of a trial's inbox: what was taken, what holds, and what is to be told in return.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/sqlite.hpp"

namespace gantry::agent {

/// Names of documents, in inbox_document and behind the last '/' of their targets.
inline constexpr auto kTrialDocument = "trial.json";
inline constexpr auto kSettingsDocument = "settings.json";
inline constexpr auto kSiteSettingsDocument = "settings.age";
inline constexpr auto kRosterDocument = "roster.age";

struct InboxItem {
    std::string name;
    std::string digest;
    std::vector<std::string> reasons;  ///< why it cannot be used; empty: it was taken
    UnixMillis at = 0;
};
Result<std::optional<InboxItem>> inboxItem(Database& db, const std::string& trial, const std::string& name);
/// In the order of their names.
Result<std::vector<InboxItem>> inboxItems(Database& db, const std::string& trial);
Result<> keepInboxItem(Database& db, const std::string& trial, const InboxItem& item);

/// The text that holds; nullopt: none came yet.
Result<std::optional<std::string>> inboxDocument(Database& db, const std::string& trial,
                                                 const std::string& name);
Result<> keepInboxDocument(Database& db, const std::string& trial, const std::string& name,
                           const std::string& content, UnixMillis now);

struct InboxPoll {
    UnixMillis polled_at = 0;
    UnixMillis refreshed_at = 0;  ///< 0: it never succeeded
    std::int64_t root_version = 0;
    std::int64_t timestamp_version = 0;
    std::string trouble;  ///< sentence; "" when the last look succeeded
};
/// All zero when nobody looked yet.
Result<InboxPoll> inboxPoll(Database& db, const std::string& trial);
Result<> keepInboxPoll(Database& db, const std::string& trial, const InboxPoll& poll);

/// Subjects of whom images came, in order.
Result<std::vector<std::string>> subjectsWithImages(Database& db, const std::string& trial);
/// When the newest object was delivered that is not signed for yet; nullopt: nothing waits for a receipt.
Result<std::optional<UnixMillis>> awaitsReceiptSince(Database& db, const std::string& trial);

struct SoftwareOffer {
    std::string name, version, notes, digest;
    std::uint64_t bytes = 0;
    UnixMillis offered_at = 0;
};
Result<> keepSoftwareOffer(Database& db, const std::string& trial, const SoftwareOffer& offer);
Result<std::vector<SoftwareOffer>> softwareOffers(Database& db, const std::string& trial);

/// A message (docs/formats/messages.md) that stands in the catalogue until the outbox has it: what causes it
/// and the word of it are one transaction.
struct DueMessage {
    std::int64_t id = 0;
    std::string kind;
    boost::json::object fields;
};
Result<> messageIsDue(Database& db, const std::string& trial, std::string_view kind,
                      const boost::json::object& fields, UnixMillis now);
/// Oldest first.
Result<std::vector<DueMessage>> dueMessages(Database& db, const std::string& trial);
Result<> messageIsTold(Database& db, std::int64_t id);

}  // namespace gantry::agent
