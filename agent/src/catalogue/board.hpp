#pragma once
/// What the page shows, read in one go each.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/corrections.hpp"
#include "catalogue/parcels.hpp"

namespace gantry::agent {

struct BoardRow {
    StudyRow study;
    std::int64_t instances = 0;
    std::int64_t series = 0;
    std::optional<int> verdict_number;
    Outcome outcome = Outcome::CannotTell;
    std::string headline, advice;
    bool must_hold = false;
    Repair repair = Repair::None;            ///< of the worst failed finding
    std::optional<Severity> worst_severity;  ///< of the worst failed finding
    bool asks = false;  ///< a question needed before release is open, or a series could be several things
    int open_conflicts = 0;
    int open_doubts = 0;              ///< images that hold the study until somebody says where they show text
    bool phantom = false;        ///< images or headers say that it is a phantom, and nobody said otherwise
    bool phantom_needs = false;  ///< it is in the ledger, and something failed or waits for a person's eyes
    std::optional<ParcelRow> parcel;  ///< the newest that stands
    std::optional<CorrectionRow> correction;  ///< one that waits for its second person
    bool corrected = false;                   ///< two people said whose scan it is
};
/// Studies changed since `since` and all that wait for a person, newest change first.
Result<std::vector<BoardRow>> board(Database& db, UnixMillis since, int limit);
Result<BoardRow> boardRow(Database& db, StudyId study);

struct AuditRow {
    UnixMillis at = 0;
    std::string who, event, from_state, to_state, detail;
};
Result<std::vector<AuditRow>> auditOf(Database& db, StudyId study);

struct RefusalRow {
    std::int64_t id = 0;
    UnixMillis at = 0;
    std::string kind, reason, sentence, advice, calling_ae_title, address, sop_instance_uid;
    std::optional<StudyId> study;
    int count = 1;
    std::optional<std::string> acknowledged_by;
};
Result<std::vector<RefusalRow>> refusals(Database& db, int limit);
Result<RefusalRow> refusalById(Database& db, std::int64_t id);
Result<> acknowledgeRefusal(Database& db, std::int64_t id, const std::string& who, UnixMillis now);

struct OutboxSummary {
    int waiting = 0;
    int active = 0;
    std::uint64_t bytes_left = 0;
    std::map<std::string, std::string> waits;  ///< why objects wait, each sentence once, with its slug
};
Result<OutboxSummary> outboxSummary(Database& db);

struct ReceiptRow {
    std::string parcel_id;
    std::string document;
    UnixMillis verified_at = 0;
};
Result<std::optional<ReceiptRow>> receiptOf(Database& db, const std::string& parcel);

}  // namespace gantry::agent
