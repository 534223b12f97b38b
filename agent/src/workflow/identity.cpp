#include "workflow/identity.hpp"

#include <algorithm>
#include <set>

#include "catalogue/corrections.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kSeveral =
    "The images, the crosswalk and the roster name different subjects. Say whose scan it is.";

std::string valueOf(const Facts& facts, std::string_view name) {
    const auto found = facts.find(name);
    return found == facts.end() ? std::string() : found->second;
}

/// What the roster alone says against it.
std::string rosterTrouble(const Trial& trial, const Patient& patient, const std::string& subject) {
    for (const auto& entry : trial.roster) {
        const bool same_patient = entry.patient_id == patient.id;
        if (same_patient && entry.subject_id != subject)
            return "The roster says that this patient is " + entry.subject_id + ", not " + subject + ".";
        if (!same_patient && entry.subject_id == subject && !entry.patient_id.empty())
            return "The roster says that " + subject + " is another patient.";
    }
    return {};
}

std::optional<LinkRow> linkWith(const std::vector<LinkRow>& links, const std::string& subject) {
    const auto found = std::ranges::find(links, subject, &LinkRow::subject_id);
    return found == links.end() ? std::nullopt : std::optional(*found);
}

/// Each subject that something names for this patient, with who names it.
Result<std::map<std::string, std::string>> subjectsNamed(Database& db, const Trial& trial,
                                                         const Patient& patient, const std::string& header) {
    std::map<std::string, std::string> named;
    bool corrected = false;
    if (isLinkable(trial, patient))
        for (const auto& link :
             GANTRY_TRY(linksOfPatient(db, trial.config.id, trial.crosswalk->hash(patient)))) {
            named.emplace(link.subject_id, "crosswalk");
            corrected = corrected || link.source == "correction";
        }
    for (const auto& entry : trial.roster) {
        if (!header.empty() && entry.subject_id == header) named.emplace(header, "header");
        if (patient.id.empty() || corrected) continue;  // two people know better than the roster
        if (entry.patient_id == patient.id || entry.subject_id == patient.id)
            named.emplace(entry.subject_id, "roster");
    }
    return named;
}

/// Nobody may have consented to a scan that was made after the subject left.
std::string leftBefore(const Trial& trial, const StudyRow& study, const std::string& subject) {
    const auto* entry = trial.subject(subject);
    if (!entry || entry->left.empty() || study.study_date < entry->left) return {};
    return "The central team says that subject " + subject + " left the trial on " + entry->left +
           ", and this scan was made then or later. Nothing of it is sent. If that is wrong, ask the central team "
           "to correct the roster, and then have it judged again.";
}

}  // namespace

Result<Patient> patientOf(Database& db, const StudyRow& study) {
    // What came last of each series: what came before a purge has forgotten its patient.
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.facts_base, i.facts_delta FROM series s JOIN instance i ON i.id = (SELECT max(id) "
        "FROM instance j WHERE j.series_id = s.id AND j.conflict_of IS NULL) WHERE s.study_id = ? "
        "ORDER BY s.id"));
    select.bind(study.id);
    Facts facts;
    while (valueOf(facts, "PatientID").empty() && GANTRY_TRY(select.step())) {
        const auto base = GANTRY_TRY(decodeFactsDelta({}, select.text(0)));
        facts = GANTRY_TRY(decodeFactsDelta(base, select.text(1)));
    }
    return Patient{valueOf(facts, "PatientID"), valueOf(facts, "IssuerOfPatientID"),
                   valueOf(facts, "PatientName"), valueOf(facts, "PatientBirthDate"),
                   valueOf(facts, "PatientSex")};
}

Result<Identity> identify(Database& db, const Trial& trial, const StudyRow& study, const Patient& patient,
                          const std::string& clinical_trial_subject_id) {
    Identity out;
    if (study.subject_id) {
        out = {*study.subject_id, study.visit_id.value_or(""), "person", ""};
    } else {
        const auto said = GANTRY_TRY(confirmedCorrection(db, study.id));
        if (said && said->to_subject.empty())
            return Identity{"", "", "", "Two people said that this is no subject of the trial."};
        const auto named = GANTRY_TRY(subjectsNamed(db, trial, patient, clinical_trial_subject_id));
        if (named.size() > 1) return Identity{"", "", "", std::string(kSeveral)};
        if (named.empty()) return out;
        const auto* entry = trial.subject(named.begin()->first);
        if (!entry)
            return Identity{
                "", "", "",
                "The crosswalk says that it is " + named.begin()->first + ", whom the roster does not have."};
        out = {entry->subject_id, entry->visit_id, named.begin()->second, ""};
    }
    out.trouble = GANTRY_TRY(identityTrouble(db, trial, study, patient, out.subject_id));
    if (out.trouble.empty()) out.trouble = leftBefore(trial, study, out.subject_id);
    return out;
}

bool isLinkable(const Trial& trial, const Patient& patient) {
    return trial.crosswalk && patient.id.find_first_not_of(' ') != std::string::npos &&
           !trial.subject(patient.id);
}

Result<std::string> identityTrouble(Database& db, const Trial& trial, const StudyRow& study,
                                    const Patient& patient, const std::string& subject) {
    if (!isLinkable(trial, patient)) return std::string();
    const auto said = GANTRY_TRY(confirmedCorrection(db, study.id));
    if (said && said->to_subject == subject) return std::string();
    const auto hash = trial.crosswalk->hash(patient);
    const auto of_patient = GANTRY_TRY(linksOfPatient(db, trial.config.id, hash));
    const auto own = linkWith(of_patient, subject);
    for (const auto& link : of_patient)
        if (link.subject_id != subject)
            return "This patient is " + link.subject_id + " in the crosswalk, not " + subject + ".";
    const auto of_subject = GANTRY_TRY(linkOfSubject(db, trial.config.id, subject));
    if (of_subject && !of_subject->patient.matches(hash))
        return "Subject " + subject + " is another patient in the crosswalk.";
    if (own && own->source == "correction") return std::string();  // two people know better than the roster
    return rosterTrouble(trial, patient, subject);
}

Result<> rememberPatient(Database& db, const Trial& trial, const Patient& patient, const std::string& subject,
                         const std::string& source, const std::string& who, UnixMillis now) {
    if (!isLinkable(trial, patient)) return {};
    const auto of_subject = GANTRY_TRY(linkOfSubject(db, trial.config.id, subject));
    if (of_subject && of_subject->patient.matches(trial.crosswalk->hash(patient))) return {};
    GANTRY_CHECK(addLink(db, trial.crosswalk->link(trial.config.id, subject, patient, source, who, now)));
    return appendAudit(db, {std::nullopt, who, "crosswalk-linked", "", "", subject + ", by " + source}, now);
}

Result<> judgePatientAgain(Database& db, const Trial& trial, const Patient& patient, const std::string& who,
                           UnixMillis now) {
    if (!isLinkable(trial, patient)) return {};
    for (const auto id :
         GANTRY_TRY(studiesOfPatientHash(db, trial.config.id, trial.crosswalk->hash(patient).patient)))
        if (GANTRY_TRY(studyById(db, id)).state == State::Unassigned)
            GANTRY_TRY(
                applyEvent(db, id, Event::JudgeAgain, {who, "the patient's subject was told", ""}, now));
    return {};
}

Result<> keepPatientHash(Database& db, const Trial& trial, StudyId study, const Patient& patient) {
    if (!isLinkable(trial, patient)) return {};
    const auto hash = trial.crosswalk->hash(patient);
    auto update = GANTRY_TRY(db.prepare("UPDATE study SET patient_hmac = ?, issuer_hmac = ? WHERE id = ?"));
    return update.bind(hash.patient).bind(hash.issuer).bind(study).run();
}

}  // namespace gantry::agent
