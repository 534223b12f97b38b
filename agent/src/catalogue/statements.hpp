#pragma once
/// What people said about a study's images: answers, places, waivers.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct Answer {
    std::string question_id, value, who;
};
Result<> addAnswer(Database& db, StudyId study, const Answer& answer, UnixMillis now);
/// The newest of each question.
Result<std::vector<Answer>> answersOf(Database& db, StudyId study);

struct Place {
    std::string series_instance_uid;
    std::string slot_id;  ///< "": none of the pack's slots
    std::string who;
};
Result<> addPlace(Database& db, StudyId study, const Place& place, UnixMillis now);
/// The newest of each series.
Result<std::vector<Place>> placesOf(Database& db, StudyId study);

/// A choice for all series of one scanner and protocol (qc::placementMemoryKey).
struct RememberedPlace {
    std::int64_t id = 0;
    std::string trial_id, series_key, slot_id, who;
    UnixMillis at = 0;
};
Result<> rememberPlace(Database& db, const RememberedPlace& place);
Result<std::vector<RememberedPlace>> rememberedPlaces(Database& db);
/// @errors NotFound
Result<RememberedPlace> forgetPlace(Database& db, std::int64_t id);

struct WaiverRow {
    std::string trial_id, subject_id, rule_id, deviation;
    std::string until;  ///< YYYYMMDD; "" for no end
    std::string who;
    bool for_subject = false;  ///< for all studies of the subject, else for one study
};
Result<> addWaiver(Database& db, StudyId study, const WaiverRow& waiver, UnixMillis now);
/// Those of the study itself, and those of its subject.
Result<std::vector<WaiverRow>> waiversOf(Database& db, StudyId study, const std::string& trial,
                                         const std::string& subject);

}  // namespace gantry::agent
