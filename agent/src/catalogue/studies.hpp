#pragma once
/// Studies: their states, verdicts, decisions and audit, and what the workflow asks of them.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/instances.hpp"
#include "gantry/agent/states.hpp"
#include "gantry/core/verdict.hpp"

namespace gantry::agent {

struct AuditEntry {
    std::optional<StudyId> study;
    std::string who;  ///< a person, or "gantry"
    std::string event;
    std::string from_state;
    std::string to_state;
    std::string detail;
};
/// Appends to the chain: each entry's SHA-256 covers the one before.
Result<> appendAudit(Database& db, const AuditEntry& entry, UnixMillis now);
/// @return the id of the first entry whose chain value is wrong, if any
Result<std::optional<std::int64_t>> firstBrokenAudit(Database& db);

struct Cause {
    std::string who = "gantry";
    std::string detail;  ///< for the audit
    std::string reason;  ///< becomes study.reason: why it is held, unassigned, quarantined; '' otherwise
    static Cause detailed(std::string detail) { return {"gantry", std::move(detail), ""}; }
    static Cause because(std::string reason) { return {"gantry", "", std::move(reason)}; }
};
/// The one place that moves a study. An event that no row of the table accepts changes nothing.
/// @errors Conflict for such an event (logged as an error), NotFound
Result<State> applyEvent(Database& db, StudyId study, Event event, const Cause& cause, UnixMillis now);

struct StudyRow {
    StudyId id = 0;
    std::string trial_id;
    std::string study_instance_uid;
    State state = State::Receiving;
    std::string reason;
    std::optional<std::string> subject_id;
    std::optional<std::string> visit_id;
    std::string patient_label, patient_id, accession_number, study_date, study_description, modality, source;
    UnixMillis first_instance_at = 0;
    UnixMillis last_instance_at = 0;
    UnixMillis changed_at = 0;
    std::string identity_trouble;  ///< sentence: why subject and patient do not fit; "" when they do
};
Result<StudyRow> studyById(Database& db, StudyId id);
/// Studies in `state`, the longest waiting first.
Result<std::vector<StudyRow>> studiesIn(Database& db, State state, int limit = 1000);

/// Why a study stands still although nobody has to decide; the next event clears it.
Result<> setReason(Database& db, StudyId study, const std::string& reason);
/// @param subject  "": none any more
Result<> setSubject(Database& db, StudyId study, const std::string& subject,
                    const std::optional<std::string>& visit);
/// After retention: takes names, numbers and dates of the patient out of the study and its facts.
Result<> forgetPatient(Database& db, StudyId study);
Result<> setIdentityTrouble(Database& db, StudyId study, const std::string& trouble);
/// Studies of the trial with this patient's hash, whatever their issuer.
Result<std::vector<StudyId>> studiesOfPatientHash(Database& db, const std::string& trial,
                                                  const std::string& patient_hmac);

/// One series with the facts of its instances; conflicting copies are left out.
struct SeriesFacts {
    std::string series_instance_uid;
    std::vector<std::pair<std::string, Facts>> instances;  ///< SOP Instance UID, facts
};
Result<std::vector<SeriesFacts>> factsOfStudy(Database& db, StudyId study);

struct StoredVerdict {
    int number = 0;
    UnixMillis issued_at = 0;
    bool must_hold = false;
    Verdict verdict;
};
/// Becomes the study's verdict in force.
Result<int> addVerdict(Database& db, StudyId study, const Verdict& verdict, bool must_hold, UnixMillis now);
Result<std::optional<StoredVerdict>> latestVerdict(Database& db, StudyId study);

struct Decision {
    UnixMillis at = 0;
    std::string kind;  ///< assign | release | judge-again
    std::string who, why, detail;
    int verdict_number = 0;
    std::string signature = {};  ///< what was signed with it; ""
};
/// With a signature also an entry "signed" in the audit.
Result<> addDecision(Database& db, StudyId study, const Decision& decision);
Result<std::vector<Decision>> decisionsOf(Database& db, StudyId study);
/// Conflicting copies of this study that nobody has acknowledged.
Result<int> openConflicts(Database& db, StudyId study);

}  // namespace gantry::agent
