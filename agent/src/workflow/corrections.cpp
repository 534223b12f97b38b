#include "workflow/corrections.hpp"

#include <algorithm>

#include "catalogue/parcels.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kNobody = "no subject of the trial";

std::string named(const std::string& subject, const std::string& visit) {
    if (subject.empty()) return std::string(kNobody);
    return subject + (visit.empty() ? "" : ", visit " + visit);
}

std::string detailOf(const CorrectionRow& row) {
    return "from " + named(row.from_subject, row.from_visit) + " to " + named(row.to_subject, row.to_visit) +
           ", proposed by " + row.proposed_by;
}

/// Slug that the sponsor is told; "" when nothing of what was sent is wrong.
std::string_view reasonOf(const CorrectionRow& row) {
    if (row.to_subject.empty()) return "no-subject";
    if (row.to_subject != row.from_subject) return "wrong-subject";
    return row.to_visit != row.from_visit ? "wrong-visit" : "";
}

Result<> checkNames(const Trial& trial, const Proposal& proposal) {
    if (proposal.none != proposal.subject.empty())
        return fail(Errc::InvalidArgument, "name a subject, or say that it is none");
    if (!proposal.none && !trial.subject(proposal.subject))
        return fail(Errc::InvalidArgument, "the trial has no subject '" + proposal.subject + "' here");
    const auto visits = trial.pack.visits();
    if (!proposal.visit.empty() &&
        std::ranges::find(visits, proposal.visit, &qc::PackVisit::id) == visits.end())
        return fail(Errc::InvalidArgument, "the trial has no visit '" + proposal.visit + "'");
    return {};
}

Result<const Trial*> trialOf(const Trials& trials, const StudyRow& study) {
    const auto found = trials.find(study.trial_id);
    if (found == trials.end()) return fail(Errc::InvalidArgument, "the trial is not configured here");
    return &found->second;
}

/// The patient as the images say, or as the crosswalk does when the images are gone.
Result<Patient> knownPatient(Database& db, const Trial& trial, const StudyRow& study) {
    auto patient = GANTRY_TRY(patientOf(db, study));
    if (!patient.id.empty() || !trial.crosswalk || !study.subject_id) return patient;
    const auto link = GANTRY_TRY(linkOfSubject(db, study.trial_id, *study.subject_id));
    return link ? trial.crosswalk->patient(*link) : Result<Patient>(patient);
}

Result<> mustBeFree(Database& db, const Trial& trial, const std::string& subject,
                    const PatientHash& patient) {
    if (subject.empty()) return {};
    const auto link = GANTRY_TRY(linkOfSubject(db, trial.config.id, subject));
    if (!link || link->patient.matches(patient)) return {};
    return fail(
        Errc::Conflict,
        "subject " + subject + " is another patient in the crosswalk; correct that patient's subject first");
}

/// @return the subjects that the patient was linked with
Result<std::vector<std::string>> relink(Database& db, const Trial& trial, const CorrectionRow& row,
                                        const Patient& patient, const std::string& who, UnixMillis now) {
    const auto hash = trial.crosswalk->hash(patient);
    GANTRY_CHECK(mustBeFree(db, trial, row.to_subject, hash));
    std::vector<std::string> former;
    for (const auto& link : GANTRY_TRY(linksOfPatient(db, trial.config.id, hash))) {
        if (link.subject_id != row.to_subject) former.push_back(link.subject_id);
        GANTRY_CHECK(endLink(db, link.id, who, now));
        GANTRY_CHECK(
            appendAudit(db, {std::nullopt, who, "crosswalk-unlinked", "", "", link.subject_id}, now));
    }
    if (!row.to_subject.empty())
        GANTRY_CHECK(rememberPatient(db, trial, patient, row.to_subject, "correction", who, now));
    return former;
}

/// A purged study keeps no image that could be sent; forgotten, its images can come again from the archive.
Result<std::string> forgetPurged(Database& db, const StudyRow& study, const CorrectionRow& row) {
    if (study.state != State::Purged) return std::string();
    for (const auto& instance : GANTRY_TRY(instancesOfStudy(db, study.id)))
        GANTRY_CHECK(forgetInstance(db, instance.id));
    if (row.to_subject.empty()) return std::string();
    return "The images were removed here after their retention. Send them again from the archive: they will "
           "leave "
           "as " +
           row.to_subject + ".";
}

Result<> carryOut(Database& db, const CorrectionRow& row, const std::string& who, UnixMillis now,
                  const std::string& signature = "") {
    const auto study = GANTRY_TRY(studyById(db, row.study));
    if (study.subject_id.value_or("") != row.from_subject || study.visit_id.value_or("") != row.from_visit)
        return fail(Errc::Conflict,
                    "the study was assigned anew meanwhile; reject this and propose it again");
    std::string reason;
    if (const auto slug = reasonOf(row); !slug.empty()) {
        GANTRY_CHECK(setSubject(db, study.id, row.to_subject,
                                row.to_visit.empty() ? std::nullopt : std::optional(row.to_visit)));
        GANTRY_CHECK(withdrawParcels(db, study.id, slug, now));
        reason = GANTRY_TRY(forgetPurged(db, study, row));
    }
    GANTRY_CHECK(setIdentityTrouble(db, study.id, ""));
    const auto verdict = GANTRY_TRY(latestVerdict(db, study.id));
    GANTRY_CHECK(addDecision(db, study.id,
                             {now, "correct", who, row.why, detailOf(row), verdict ? verdict->number : 0, signature}));
    GANTRY_CHECK(decideCorrection(db, row.id, "confirmed", who, "", now));
    GANTRY_TRY(applyEvent(db, study.id, Event::Corrected, {who, detailOf(row), reason}, now));
    return {};
}

/// The patient's other studies under a wrong subject; each keeps its visit.
/// @param wrong  subjects that the patient was linked with
Result<std::vector<StudyId>> carryOutForOthers(Database& db, const CorrectionRow& row,
                                               const std::vector<std::string>& wrong,
                                               const std::vector<StudyId>& of_patient, const std::string& who,
                                               UnixMillis now) {
    std::vector<StudyId> changed;
    for (const auto id : of_patient) {
        const auto study = GANTRY_TRY(studyById(db, id));
        const auto subject = study.subject_id.value_or("");
        const bool is_wrong = subject == row.from_subject || std::ranges::find(wrong, subject) != wrong.end();
        if (id == row.study || subject.empty() || subject == row.to_subject || !is_wrong) continue;
        auto other = row;
        other.study = id;
        other.from_subject = subject;
        other.from_visit = study.visit_id.value_or("");
        other.to_visit = row.to_subject.empty() ? "" : other.from_visit;
        other.id = GANTRY_TRY(addCorrection(db, other));
        GANTRY_CHECK(carryOut(db, other, who, now));
        changed.push_back(id);
    }
    return changed;
}

}  // namespace

bool isSamePerson(std::string_view one, std::string_view other) {
    const auto letters = [](std::string_view name) {
        std::string out;
        for (const char c : name) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= 'A' && byte <= 'Z')
                out += static_cast<char>(byte - 'A' + 'a');
            else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80)
                out += c;
        }
        return out;
    };
    return letters(one) == letters(other);
}

Result<CorrectionId> proposeCorrection(Catalogue& catalogue, const Trials& trials, StudyId study,
                                       const Proposal& proposal, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<CorrectionId> {
        const auto row = GANTRY_TRY(studyById(db, study));
        const auto* trial = GANTRY_TRY(trialOf(trials, row));
        GANTRY_CHECK(checkNames(*trial, proposal));
        const auto patient = GANTRY_TRY(knownPatient(db, *trial, row));
        CorrectionRow out;
        out.study = study;
        out.scope = proposal.whole_patient && isLinkable(*trial, patient) ? "patient" : "study";
        out.from_subject = row.subject_id.value_or("");
        out.from_visit = row.visit_id.value_or("");
        out.to_subject = proposal.subject;
        if (!proposal.none) out.to_visit = proposal.visit.empty() ? out.from_visit : proposal.visit;
        if (reasonOf(out).empty() && row.identity_trouble.empty())
            return fail(Errc::InvalidArgument, "the study is assigned so already");
        if (out.from_subject.empty() && proposal.none)
            return fail(Errc::InvalidArgument, "the study is no subject's already");
        if (out.scope == "patient")
            GANTRY_CHECK(mustBeFree(db, *trial, out.to_subject, trial->crosswalk->hash(patient)));
        out.proposed_by = proposal.who;
        out.why = proposal.why;
        out.proposed_at = now;
        const auto id = GANTRY_TRY(addCorrection(db, out));
        GANTRY_CHECK(appendAudit(db,
                                 {study, proposal.who, "correction-proposed", "", "",
                                  "from " + named(out.from_subject, out.from_visit) + " to " +
                                      named(out.to_subject, out.to_visit)},
                                 now));
        return id;
    });
}

Result<std::vector<StudyId>> confirmCorrection(Catalogue& catalogue, const Trials& trials, CorrectionId id,
                                               const std::string& who, UnixMillis now,
                                               const std::string& signature) {
    return catalogue.write([&](Database& db) -> Result<std::vector<StudyId>> {
        const auto row = GANTRY_TRY(correctionById(db, id));
        if (row.state != "proposed") return fail(Errc::Conflict, "this correction was decided before");
        if (isSamePerson(who, row.proposed_by))
            return fail(Errc::NotAllowed, "another person than the one who proposed it must confirm it");
        const auto study = GANTRY_TRY(studyById(db, row.study));
        const auto* trial = GANTRY_TRY(trialOf(trials, study));
        const auto patient = GANTRY_TRY(knownPatient(db, *trial, study));
        const bool whole_patient = row.scope == "patient" && isLinkable(*trial, patient);
        std::vector<StudyId> changed;
        if (whole_patient) {
            GANTRY_CHECK(keepPatientHash(db, *trial, study.id, patient));
            const auto wrong = GANTRY_TRY(relink(db, *trial, row, patient, who, now));
            const auto hash = trial->crosswalk->hash(patient);
            const auto of_patient = GANTRY_TRY(studiesOfPatientHash(db, study.trial_id, hash.patient));
            changed = GANTRY_TRY(carryOutForOthers(db, row, wrong, of_patient, who, now));
        }
        GANTRY_CHECK(carryOut(db, row, who, now, signature));
        changed.push_back(row.study);
        return changed;
    });
}

Result<StudyId> rejectCorrection(Catalogue& catalogue, CorrectionId id, const std::string& who,
                                 const std::string& why, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<StudyId> {
        const auto row = GANTRY_TRY(correctionById(db, id));
        GANTRY_CHECK(decideCorrection(db, id, "rejected", who, why, now));
        GANTRY_CHECK(appendAudit(db, {row.study, who, "correction-rejected", "", "", why}, now));
        return row.study;
    });
}

}  // namespace gantry::agent
