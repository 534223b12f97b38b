#pragma once
/// The outbox: everything that goes to the sponsors, parcels and messages alike, and how far it got.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

// Lower goes first; of equals the older. A person puts objects before and behind these.
inline constexpr int kUrgentPriority = 10;  ///< screening, a failed scan that was repeated, withdrawals
inline constexpr int kMessagePriority = 20;
inline constexpr int kUsualPriority = 30;
inline constexpr int kHeartbeatPriority = 40;

inline constexpr std::string_view kHeartbeatTopic = "heartbeat";

struct OutboxRow {
    std::string id;
    std::string kind;   ///< parcel | message
    std::string topic;  ///< a parcel's content: images, verdict, withdrawal; or a message's kind
    std::string trial_id;
    StudyId study = 0;  ///< 0 for messages; not kept, read from its parcel
    std::string file_name;
    std::uint64_t bytes = 0;
    std::string sha256;
    std::string content_sha256;  ///< of the manifest, or of the message's text
    int priority = kUsualPriority;
    std::string state = "made";  ///< made | uploading | delivered | confirmed
    std::string resume_state = {};
    std::uint64_t sent_bytes = 0;
    int attempts = 0;
    UnixMillis next_attempt_at = 0;
    std::string wait_reason = {};  ///< slug, see workflow/waiting.hpp; "" when it does not wait
    std::string waits = {};        ///< the same as a sentence
    std::string paused_by = {};
    bool cancelled = false;
    UnixMillis created_at = 0;
    std::optional<UnixMillis> delivered_at = {};
};

/// Adds an object as it was made; state, progress and times of `object` are not looked at.
Result<> addToOutbox(Database& db, const OutboxRow& object, UnixMillis now);
/// @errors NotFound
Result<OutboxRow> outboxObject(Database& db, const std::string& id);
/// Everything that is neither confirmed nor cancelled, in the order in which it goes.
Result<std::vector<OutboxRow>> outboxObjects(Database& db);

/// What of the trial is to be sent now, in order: neither cancelled nor paused, and its time has come.
Result<std::vector<OutboxRow>> dueUploads(Database& db, const std::string& trial, UnixMillis now);
/// What was delivered and is to be asked a receipt for now.
Result<std::vector<OutboxRow>> dueReceipts(Database& db, const std::string& trial, UnixMillis now);
/// What was cancelled while something of it lies at the sponsor.
Result<std::vector<OutboxRow>> cancelledUploads(Database& db, const std::string& trial);
/// Names of files of cancelled objects that may still lie in the outbox.
Result<std::vector<std::string>> cancelledFiles(Database& db);
Result<> markFileRemoved(Database& db, const std::string& file_name);
/// Every object's file name, for cleaning the outbox of files that no row knows.
Result<std::vector<std::string>> outboxFileNames(Database& db);

// Of a cancelled object nothing is marked: @errors Conflict. The study follows its newest parcel.
Result<> markUploading(Database& db, const std::string& object, UnixMillis now);
Result<> saveResumeState(Database& db, const std::string& object, const std::string& state);
/// @return whether it goes on: false when it was cancelled or paused, or something goes before it now
Result<bool> saveProgress(Database& db, const std::string& object, std::uint64_t sent, UnixMillis now);
/// @param counts  it was an attempt that failed
Result<> postpone(Database& db, const std::string& object, UnixMillis next_attempt_at,
                  std::string_view reason, const std::string& sentence, bool counts = true);
Result<> markDelivered(Database& db, const std::string& object, UnixMillis now);
/// The sponsor's end lost or refused what was delivered: it is sent again from the start.
Result<> markLost(Database& db, const std::string& object, const std::string& why, UnixMillis now);
/// Keeps the receipt; the study becomes confirmed if this is its newest parcel.
Result<> markConfirmed(Database& db, const std::string& object, const std::string& receipt, UnixMillis now);

/// Takes out heartbeats of the trial that were not sent; the next one takes their place.
Result<> dropHeartbeats(Database& db, const std::string& trial, UnixMillis now);
/// A heartbeat that was delivered has done its work.
Result<> forgetObject(Database& db, const std::string& object);

}  // namespace gantry::agent
