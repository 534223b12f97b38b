// Signed statements about what was sent, and questions.
#include "gantry/uplink/statement.hpp"
#include "inbox/sponsor_word.hpp"
#include "inbox/taking.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {
namespace {

Result<std::optional<StudyId>> studyOf(Database& db, const Trial* trial, const QueryRow& query) {
    if (!query.object_id.empty())
        if (auto study = GANTRY_TRY(studyOfParcel(db, query.trial_id, query.object_id))) return study;
    if (!query.study_instance_uid.empty() && trial != nullptr) {
        for (const auto& one : GANTRY_TRY(studiesOfSubject(db, query.trial_id, query.subject_id, ""))) {
            StudyRow row;
            row.study_instance_uid = one.study_instance_uid;
            if (studyUidForSponsor(*trial, row) == query.study_instance_uid) return std::optional(one.id);
        }
        return std::optional<StudyId>();
    }
    if (query.visit_id.empty()) return std::optional<StudyId>();
    const auto of_visit = GANTRY_TRY(studiesOfSubject(db, query.trial_id, query.subject_id, query.visit_id));
    return of_visit.size() == 1 ? std::optional(of_visit.front().id) : std::nullopt;
}

}  // namespace

Result<Taking::Change> Taking::receipt(const std::string& content) {
    const auto keys = GANTRY_TRY(receiptKeys());
    const auto receipt = GANTRY_TRY(uplink::verifyReceipt(content, keys));
    return [this, receipt, content, now = parts_.clock.nowMillis()](Database& db) -> Result<> {
        const auto object = GANTRY_TRY(confirmObject(db, enrolment_.trial, receipt, content, now));
        if (!object) return {};
        afterwards([file = parts_.config.data_directory / kOutboxFolder / object->file_name] {
            std::error_code ec;
            std::filesystem::remove(file, ec);  // the images stay in the spool until retention ends
        });
        studyChanged(object->study);
        return {};
    };
}

Result<Taking::Change> Taking::refusal(const std::string& content) {
    const auto keys = GANTRY_TRY(receiptKeys());
    const auto refusal =
        GANTRY_TRY(readSponsorRefusal(GANTRY_TRY(uplink::verifyStatement(content, keys, "refusal"))));
    return [this, refusal, now = parts_.clock.nowMillis()](Database& db) -> Result<> {
        const auto object = GANTRY_TRY(objectRefused(db, enrolment_.trial, refusal, now));
        if (object) studyChanged(object->study);
        return {};
    };
}

Result<Taking::Change> Taking::query(const std::string& content) {
    const auto keys = GANTRY_TRY(receiptKeys());
    auto query = GANTRY_TRY(readQuery(GANTRY_TRY(uplink::verifyStatement(content, keys, "query"))));
    query.trial_id = enrolment_.trial;
    query.received_at = parts_.clock.nowMillis();
    const auto trial = parts_.trials.of(enrolment_.trial);
    return [this, trial, query](Database& db) mutable -> Result<> {
        query.study = GANTRY_TRY(studyOf(db, trial.get(), query));
        GANTRY_CHECK(keepQuery(db, query));
        GANTRY_CHECK(appendAudit(
            db,
            {query.study, "central team", query.state == "closed" ? "query.closed" : "query.asked", "", "",
             query.topic + " (" + query.query_id + ")"},
            query.received_at));
        if (query.study) studyChanged(*query.study);
        return {};
    };
}

}  // namespace gantry::agent
