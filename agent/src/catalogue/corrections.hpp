#pragma once
/// Corrections of a wrong assignment: one person proposes, another confirms or rejects.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

using CorrectionId = std::int64_t;

struct CorrectionRow {
    CorrectionId id = 0;
    StudyId study = 0;
    std::string scope;  ///< "study": this one alone; "patient": the patient's link and all its studies
    std::string from_subject, from_visit;
    std::string to_subject;  ///< "": no subject of the trial
    std::string to_visit;
    std::string proposed_by, why;
    UnixMillis proposed_at = 0;
    std::string state;  ///< proposed | confirmed | rejected
    std::string decided_by, decided_why;
    std::optional<UnixMillis> decided_at;
};

/// @errors Conflict: another one is open for the study
Result<CorrectionId> addCorrection(Database& db, const CorrectionRow& row);
/// "confirmed" or "rejected". @errors Conflict: it was decided before
Result<> decideCorrection(Database& db, CorrectionId id, std::string_view state, const std::string& who,
                          const std::string& why, UnixMillis now);
/// @errors NotFound
Result<CorrectionRow> correctionById(Database& db, CorrectionId id);
Result<std::optional<CorrectionRow>> openCorrection(Database& db, StudyId study);
/// What two people said last of the study; nullopt when they never did.
Result<std::optional<CorrectionRow>> confirmedCorrection(Database& db, StudyId study);
/// Open ones first, then the newest.
Result<std::vector<CorrectionRow>> corrections(Database& db, int limit);

/// What a correction does to the parcels of its study: those that have not left are cancelled, those that may
/// have left are to be withdrawn, and their instances belong to no parcel any more.
/// @param reason  slug that the sponsor is told
Result<> withdrawParcels(Database& db, StudyId study, std::string_view reason, UnixMillis now);

}  // namespace gantry::agent
