#include "workflow/judge_context.hpp"

#include <ctime>

#include "catalogue/history.hpp"
#include "catalogue/scanners.hpp"
#include "catalogue/statements.hpp"
#include "gantry/qc/placement.hpp"
#include "images/images.hpp"

namespace gantry::agent {
namespace {

std::string siteTime(UnixMillis now, const char* format) {
    const auto seconds = static_cast<std::time_t>(now / 1000);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char text[40];
    return {text, std::strftime(text, sizeof text, format, &local)};
}

qc::Enrolment enrolmentOf(const RosterEntry& entry) {
    qc::Enrolment enrolment{entry.subject_id, {}};
    if (!entry.sex.empty()) enrolment.sex = entry.sex;
    enrolment.birth_year = entry.birth_year;
    if (!entry.laterality.empty()) enrolment.laterality = entry.laterality;
    enrolment.anchors = entry.anchors;
    return enrolment;
}

Result<> addStatements(Database& db, const StudyRow& study, const Identity& identity,
                       qc::JudgeContext& context) {
    for (const auto& answer : GANTRY_TRY(answersOf(db, study.id)))
        context.answers.push_back({answer.question_id, answer.value, answer.who});
    for (const auto& place : GANTRY_TRY(placesOf(db, study.id)))
        context.placements.push_back({place.series_instance_uid, place.slot_id, PlacedBy::Person});
    for (const auto& waiver : GANTRY_TRY(waiversOf(db, study.id, study.trial_id, identity.subject_id)))
        context.waivers.push_back({waiver.rule_id, waiver.deviation, waiver.who, waiver.until});
    return {};
}

Result<> addMemory(Database& db, const Trial& trial, const qc::StudyFacts& facts, qc::JudgeContext& context) {
    const auto remembered = GANTRY_TRY(rememberedPlaces(db));
    for (const auto& series : facts.series) {
        const auto key = remembered.empty() ? "" : qc::placementMemoryKey(trial.pack, series);
        for (const auto& place : remembered)
            if (!key.empty() && place.trial_id == trial.config.id && place.series_key == key)
                context.placements.push_back({series.series_instance_uid, place.slot_id, PlacedBy::Memory});
    }
    return {};
}

Result<> addEarlier(Database& db, const StudyRow& study, const Identity& identity,
                    qc::JudgeContext& context) {
    for (const auto& other : GANTRY_TRY(studiesOfSubject(db, study.trial_id, identity.subject_id))) {
        if (other.id == study.id || !other.accepted) continue;
        context.earlier.push_back({other.study_instance_uid, other.visit_id, other.study_date,
                                   GANTRY_TRY(fingerprintsOf(db, other.id))});
    }
    return {};
}

Result<> addScanners(Database& db, const std::string& trial, qc::JudgeContext& context) {
    for (const auto& row : GANTRY_TRY(scanners(db, trial)))
        context.scanners.push_back({row.key, row.qualified, row.qualified_on, row.at_qualification,
                                    row.reconstruction, row.standard, row.phantoms});
    return {};
}

}  // namespace

std::string siteDate(UnixMillis now) {
    return siteTime(now, "%Y%m%d");
}

qc::StudyFacts viewOf(const std::string& study_instance_uid, const std::vector<SeriesFacts>& facts) {
    qc::StudyFacts view{study_instance_uid, {}};
    for (const auto& series : facts) {
        auto& into = view.series.emplace_back();
        into.series_instance_uid = series.series_instance_uid;
        for (const auto& [instance, one] : series.instances) into.instances.push_back({instance, &one});
    }
    return view;
}

std::string factOf(const std::vector<SeriesFacts>& study, std::string_view name) {
    for (const auto& series : study)
        for (const auto& [uid, facts] : series.instances)
            if (const auto found = facts.find(name); found != facts.end() && !found->second.empty())
                return found->second;
    return {};
}

Result<qc::JudgeContext> contextFor(Database& db, const Config& config, const Trial& trial,
                                    const StudyRow& study, const Identity& identity,
                                    const qc::StudyFacts& facts, UnixMillis now) {
    qc::JudgeContext context;
    context.site_id = config.siteIdFor(trial.config);
    context.visit_id = identity.visit_id;
    context.today = siteDate(now);
    context.received_at = siteTime(study.last_instance_at, "%Y%m%d%H%M%S%z");
    context.trained_operators = trial.operators;
    for (const auto& entry : trial.roster) context.enrolled_subject_ids.push_back(entry.subject_id);
    if (const auto* entry = trial.subject(identity.subject_id)) context.enrolment = enrolmentOf(*entry);
    GANTRY_CHECK(addStatements(db, study, identity, context));
    GANTRY_CHECK(addMemory(db, trial, facts, context));
    GANTRY_CHECK(addEarlier(db, study, identity, context));
    GANTRY_CHECK(addScanners(db, trial.config.id, context));
    context.images = GANTRY_TRY(imagesOf(db, study.id));
    return context;
}

}  // namespace gantry::agent
