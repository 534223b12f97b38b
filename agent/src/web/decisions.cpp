#include "web/decisions.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "catalogue/corrections.hpp"
#include "catalogue/phantoms.hpp"
#include "images/pixel_looks.hpp"
#include "workflow/identity.hpp"

namespace gantry::agent {
namespace {

constexpr std::size_t kMaxText = 500;  // bytes of one answer

// The event and the record of who decided it belong together; `event` fails for a state that does not take
// it.
Result<> decide(Database& db, StudyId study, Event event, const std::string& kind, const DecisionInput& input,
                const std::string& detail, UnixMillis now) {
    const auto verdict = GANTRY_TRY(latestVerdict(db, study));
    const auto who = textOf(input, "who");
    const auto why = textOf(input, "why");
    GANTRY_CHECK(addDecision(db, study, {now, kind, who, why, detail, verdict ? verdict->number : 0,
                          textOf(input, "signature")}));
    GANTRY_TRY(applyEvent(db, study, event, {who, detail.empty() ? why : detail, ""}, now));
    return {};
}

bool standsStill(State state) {
    return state == State::Held || state == State::Quarantined;
}

/// What was sent, and what two people said, is not changed by one person.
Result<> mustBeOnePersons(Database& db, const StudyRow& study) {
    const bool sent = GANTRY_TRY(newestParcel(db, study.id)).has_value();
    const bool corrected = GANTRY_TRY(confirmedCorrection(db, study.id)).has_value();
    if (!sent && !corrected) return {};
    return fail(Errc::Conflict,
                std::string(sent ? "the study was sent already" : "two people said whose scan it is") +
                    "; propose a correction, which a second person confirms");
}

Result<> assignPatient(Database& db, const Trial& trial, const StudyRow& study, const std::string& subject,
                       const std::string& who, UnixMillis now) {
    const auto patient = GANTRY_TRY(patientOf(db, study));
    const auto trouble = GANTRY_TRY(identityTrouble(db, trial, study, patient, subject));
    if (!trouble.empty()) return fail(Errc::Conflict, trouble + " If that is wrong, propose a correction.");
    GANTRY_CHECK(keepPatientHash(db, trial, study.id, patient));
    return rememberPatient(db, trial, patient, subject, "person", who, now);
}

Result<> mustTake(const StudyRow& study, Event event) {
    if (next(study.state, event)) return {};
    return fail(Errc::Conflict,
                "the study is " + std::string(toString(study.state)) + "; this cannot be decided now");
}

}  // namespace

std::string textOf(const DecisionInput& input, std::string_view key) {
    const auto found = input.find(key);
    return found == input.end() ? "" : found->second;
}

Result<DecisionInput> readDecision(std::string_view body, std::initializer_list<std::string_view> required) {
    boost::system::error_code ec;
    const auto parsed = boost::json::parse(body, ec);
    const auto* object = ec ? nullptr : parsed.if_object();
    if (!object) return fail(Errc::InvalidArgument, "a JSON object is expected");
    DecisionInput out;
    for (const auto& [key, value] : *object) {
        if (!value.is_string() || value.get_string().size() > kMaxText)
            return fail(Errc::InvalidArgument,
                        "'" + std::string(key) + "' must be a text of at most 500 bytes");
        out[std::string(key)] = std::string(value.get_string());
    }
    for (const auto key : required)
        if (textOf(out, key).find_first_not_of(' ') == std::string::npos)
            return fail(Errc::InvalidArgument, "'" + std::string(key) + "' is missing");
    return out;
}

std::vector<std::string_view> allowedDecisions(const BoardRow& row) {
    std::vector<std::string_view> out;
    const bool one_persons = !row.parcel && !row.corrected;
    if (one_persons && next(row.study.state, Event::SubjectAssigned)) out.emplace_back("assign");
    if (row.open_doubts > 0) out.emplace_back("pixels");
    if (row.phantom) out.emplace_back("say-phantom");
    if (!row.phantom && row.open_doubts == 0 && row.study.identity_trouble.empty() && next(row.study.state, Event::Released))
        out.emplace_back("release");
    if (standsStill(row.study.state)) out.emplace_back("judge-again");
    if (row.correction) {
        out.emplace_back("confirm-correction");
        out.emplace_back("reject-correction");
    } else if (row.study.subject_id || row.corrected || !row.study.identity_trouble.empty()) {
        out.emplace_back("correct");
    }
    if (row.verdict_number && row.study.state != State::Phantom &&
        (next(row.study.state, Event::JudgeAgain) || next(row.study.state, Event::StatedLater)))
        for (const auto* name : {"answer", "place", "waive"}) out.emplace_back(name);
    return out;
}

Result<> assignSubject(Catalogue& catalogue, const Trials& trials, StudyId study,
                       const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyById(db, study));
        GANTRY_CHECK(mustTake(row, Event::SubjectAssigned));
        const auto trial = trials.find(row.trial_id);
        const auto subject = textOf(input, "subject");
        const auto visit = textOf(input, "visit");
        if (trial == trials.end() || !trial->second.subject(subject))
            return fail(Errc::InvalidArgument, "the trial has no subject '" + subject + "' here");
        const auto visits = trial->second.pack.visits();
        if (!visit.empty() && std::ranges::find(visits, visit, &qc::PackVisit::id) == visits.end())
            return fail(Errc::InvalidArgument, "the trial has no visit '" + visit + "'");
        GANTRY_CHECK(mustBeOnePersons(db, row));
        GANTRY_CHECK(assignPatient(db, trial->second, row, subject, textOf(input, "who"), now));
        GANTRY_CHECK(setIdentityTrouble(db, study, ""));
        GANTRY_CHECK(setSubject(db, study, subject, visit.empty() ? std::nullopt : std::optional(visit)));
        GANTRY_CHECK(decide(db, study, Event::SubjectAssigned, "assign", input,
                            subject + (visit.empty() ? "" : ", visit " + visit), now));
        return judgePatientAgain(db, trial->second, GANTRY_TRY(patientOf(db, row)), textOf(input, "who"),
                                 now);
    });
}

Result<> releaseStudy(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyById(db, study));
        GANTRY_CHECK(mustTake(row, Event::Released));
        if (!row.identity_trouble.empty()) return fail(Errc::Conflict, row.identity_trouble);
        if (GANTRY_TRY(openConflicts(db, study)) > 0)
            return fail(Errc::Conflict,
                        "an image came twice with different content; acknowledge that entry first");
        if (!GANTRY_TRY(phantomHold(db, study)).empty())
            return fail(Errc::Conflict,
                        "its images or headers say that it is a phantom; say first that it is a patient");
        const auto held = GANTRY_TRY(studyById(db, study));
        if (GANTRY_TRY(isHeldForPixels(db, held)) && GANTRY_TRY(openDoubts(db, study)) > 0)
            return fail(Errc::Conflict, "say first where the doubtful images show text");
        return decide(db, study, Event::Released, "release", input, "", now);
    });
}

Result<> judgeStudyAgain(Catalogue& catalogue, StudyId study, const DecisionInput& input, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(studyById(db, study));
        GANTRY_CHECK(mustTake(row, Event::JudgeAgain));
        if (!standsStill(row.state)) return fail(Errc::Conflict, "the study goes on by itself");
        return decide(db, study, Event::JudgeAgain, "judge-again", input, "", now);
    });
}

Result<> acknowledgeEntry(Catalogue& catalogue, std::int64_t refusal, const DecisionInput& input,
                          UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<> {
        const auto row = GANTRY_TRY(refusalById(db, refusal));
        const auto who = textOf(input, "who");
        GANTRY_CHECK(acknowledgeRefusal(db, refusal, who, now));
        GANTRY_CHECK(
            appendAudit(db, {row.study, who, "acknowledged", "", "", row.kind + ": " + row.reason}, now));
        if (row.kind != "conflict" || !row.study || GANTRY_TRY(openConflicts(db, *row.study)) > 0) return {};
        if (GANTRY_TRY(studyById(db, *row.study)).state != State::Held) return {};
        return decide(db, *row.study, Event::JudgeAgain, "judge-again", input, "the first image is used",
                      now);
    });
}

}  // namespace gantry::agent
