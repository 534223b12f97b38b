#include "catalogue/studies.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kStudyColumns =
    "SELECT id, trial_id, study_instance_uid, state, reason, subject_id, visit_id, patient_label, "
    "patient_id, "
    "accession_number, study_date, study_description, modality, source, first_instance_at_ms, "
    "last_instance_at_ms, "
    "changed_at_ms, identity_trouble FROM study ";

StudyRow studyFrom(const Statement& row) {
    StudyRow study;
    study.id = row.integer(0);
    study.trial_id = row.text(1);
    study.study_instance_uid = row.text(2);
    study.state = parseState(row.text(3)).value_or(State::Quarantined);
    study.reason = row.text(4);
    study.subject_id = row.optionalText(5);
    study.visit_id = row.optionalText(6);
    int column = 7;
    for (auto* field : {&study.patient_label, &study.patient_id, &study.accession_number, &study.study_date,
                        &study.study_description, &study.modality, &study.source})
        *field = row.text(column++);
    study.first_instance_at = row.integer(14);
    study.last_instance_at = row.integer(15);
    study.changed_at = row.integer(16);
    study.identity_trouble = row.text(17);
    return study;
}

}  // namespace

Result<State> applyEvent(Database& db, StudyId id, Event event, const Cause& cause, UnixMillis now) {
    const auto study = GANTRY_TRY(studyById(db, id));
    const auto to = next(study.state, event);
    if (!to) {
        log::error("study.event_refused",
                   {{"study", id}, {"state", toString(study.state)}, {"event", toString(event)}});
        return fail(Errc::Conflict, "a study that is " + std::string(toString(study.state)) +
                                        " does not take '" + std::string(toString(event)) + "'");
    }
    if (*to == study.state && event == Event::InstanceArrived) return *to;  // one of thousands: no news
    auto update =
        GANTRY_TRY(db.prepare("UPDATE study SET state = ?, reason = ?, changed_at_ms = ? WHERE id = ?"));
    const bool keeps_reason = *to == study.state && cause.reason.empty();
    GANTRY_CHECK(
        update.bind(toString(*to)).bind(keeps_reason ? study.reason : cause.reason).bind(now).bind(id).run());
    GANTRY_CHECK(appendAudit(db,
                             {id, cause.who, std::string(toString(event)), std::string(toString(study.state)),
                              std::string(toString(*to)), cause.detail.empty() ? cause.reason : cause.detail},
                             now));
    return *to;
}

Result<StudyRow> studyById(Database& db, StudyId id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kStudyColumns) + "WHERE id = ?"));
    select.bind(id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such study");
    return studyFrom(select);
}

Result<std::vector<StudyRow>> studiesIn(Database& db, State state, int limit) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kStudyColumns) + "WHERE state = ? ORDER BY changed_at_ms LIMIT ?"));
    select.bind(toString(state)).bind(limit);
    std::vector<StudyRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(studyFrom(select));
    return out;
}

Result<> setReason(Database& db, StudyId study, const std::string& reason) {
    auto update = GANTRY_TRY(db.prepare("UPDATE study SET reason = ? WHERE id = ?"));
    return update.bind(reason).bind(study).run();
}

Result<> setSubject(Database& db, StudyId study, const std::string& subject,
                    const std::optional<std::string>& visit) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE study SET subject_id = nullif(?, ''), visit_id = ? WHERE id = ?"));
    return update.bind(subject).bind(visit).bind(study).run();
}

Result<> setIdentityTrouble(Database& db, StudyId study, const std::string& trouble) {
    auto update = GANTRY_TRY(db.prepare("UPDATE study SET identity_trouble = ? WHERE id = ?"));
    return update.bind(trouble).bind(study).run();
}

Result<std::vector<StudyId>> studiesOfPatientHash(Database& db, const std::string& trial,
                                                  const std::string& patient_hmac) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT id FROM study WHERE trial_id = ? AND patient_hmac = ? AND patient_hmac <> '' ORDER BY id"));
    select.bind(trial).bind(patient_hmac);
    std::vector<StudyId> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.integer(0));
    return out;
}

Result<std::vector<SeriesFacts>> factsOfStudy(Database& db, StudyId study) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT s.id, s.series_instance_uid, s.facts_base, i.sop_instance_uid, i.facts_delta "
                   "FROM instance i JOIN series s ON s.id = i.series_id "
                   "WHERE i.study_id = ? AND i.conflict_of IS NULL ORDER BY s.id, i.id"));
    select.bind(study);
    std::vector<SeriesFacts> out;
    std::int64_t current = -1;
    Facts base;
    while (GANTRY_TRY(select.step())) {
        if (select.integer(0) != current) {
            current = select.integer(0);
            base = GANTRY_TRY(decodeFactsDelta({}, select.text(2)));
            out.push_back({select.text(1), {}});
        }
        auto facts = GANTRY_TRY(decodeFactsDelta(base, select.text(4)));
        out.back().instances.emplace_back(select.text(3), std::move(facts));
    }
    return out;
}

Result<> addDecision(Database& db, StudyId study, const Decision& decision) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO decision (study_id, at_ms, kind, who, why, detail, "
                              "verdict_number, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(study).bind(decision.at).bind(decision.kind).bind(decision.who).bind(decision.why);
    GANTRY_CHECK(insert.bind(decision.detail).bind(decision.verdict_number).bind(decision.signature).run());
    if (decision.signature.empty()) return {};
    return appendAudit(db, {study, decision.who, "signed", "", "", decision.kind + ": " + decision.signature},
                       decision.at);
}

Result<std::vector<Decision>> decisionsOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT at_ms, kind, who, why, detail, verdict_number, signature FROM decision WHERE study_id = ? ORDER BY id"));
    select.bind(study);
    std::vector<Decision> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), select.text(2), select.text(3), select.text(4),
                       static_cast<int>(select.integer(5)), select.text(6)});
    return out;
}

Result<int> openConflicts(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT count(*) FROM refusal WHERE study_id = ? AND kind = 'conflict' AND acknowledged_by IS NULL"));
    select.bind(study);
    GANTRY_TRY(select.step());
    return static_cast<int>(select.integer(0));
}

}  // namespace gantry::agent
