#pragma once
/// The log of transfers: everything that went into the outbox, and what became of it.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct TransferRow {
    std::string id, kind, topic, trial_id;
    StudyId study = 0;                                           ///< 0 for messages
    std::string subject_id, visit_id, study_date, accession_number;  ///< "" for messages
    std::uint64_t bytes = 0;
    std::string sha256;
    std::string state;  ///< as in the outbox, or "cancelled"
    UnixMillis created_at = 0;
    std::optional<UnixMillis> delivered_at, confirmed_at;
    std::string receipt;  ///< as the sponsor signed it; "" before
};

struct TransferWish {
    std::string text;  ///< part of subject, visit, study date, accession number or name; "" for all
    bool confirmed_only = false;
    int limit = 500;
};
/// Newest first; heartbeats are left out.
Result<std::vector<TransferRow>> transfers(Database& db, const TransferWish& wish);

}  // namespace gantry::agent
