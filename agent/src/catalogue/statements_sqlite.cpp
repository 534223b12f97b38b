#include "catalogue/statements.hpp"

namespace gantry::agent {

Result<> addAnswer(Database& db, StudyId study, const Answer& answer, UnixMillis now) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO answer (study_id, question_id, value, who, at_ms) VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(study).bind(answer.question_id).bind(answer.value).bind(answer.who).bind(now).run();
}

Result<std::vector<Answer>> answersOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT question_id, value, who FROM answer WHERE id IN "
                   "(SELECT max(id) FROM answer WHERE study_id = ? GROUP BY question_id) ORDER BY id"));
    select.bind(study);
    std::vector<Answer> out;
    while (GANTRY_TRY(select.step())) out.push_back({select.text(0), select.text(1), select.text(2)});
    return out;
}

Result<> addPlace(Database& db, StudyId study, const Place& place, UnixMillis now) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO placement (study_id, series_instance_uid, slot_id, who, at_ms) VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(study)
        .bind(place.series_instance_uid)
        .bind(place.slot_id)
        .bind(place.who)
        .bind(now)
        .run();
}

Result<std::vector<Place>> placesOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT series_instance_uid, slot_id, who FROM placement WHERE id IN "
        "(SELECT max(id) FROM placement WHERE study_id = ? GROUP BY series_instance_uid) ORDER BY id"));
    select.bind(study);
    std::vector<Place> out;
    while (GANTRY_TRY(select.step())) out.push_back({select.text(0), select.text(1), select.text(2)});
    return out;
}

Result<> rememberPlace(Database& db, const RememberedPlace& place) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO placement_memory (trial_id, series_key, slot_id, who, at_ms) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (trial_id, series_key) DO UPDATE SET slot_id = excluded.slot_id, who = excluded.who, "
        "at_ms = excluded.at_ms"));
    insert.bind(place.trial_id).bind(place.series_key).bind(place.slot_id).bind(place.who).bind(place.at);
    return insert.run();
}

Result<std::vector<RememberedPlace>> rememberedPlaces(Database& db) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT id, trial_id, series_key, slot_id, who, at_ms FROM placement_memory "
                              "ORDER BY trial_id, series_key"));
    std::vector<RememberedPlace> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), select.text(2), select.text(3), select.text(4),
                       select.integer(5)});
    return out;
}

Result<RememberedPlace> forgetPlace(Database& db, std::int64_t id) {
    for (auto& place : GANTRY_TRY(rememberedPlaces(db))) {
        if (place.id != id) continue;
        auto remove = GANTRY_TRY(db.prepare("DELETE FROM placement_memory WHERE id = ?"));
        GANTRY_CHECK(remove.bind(id).run());
        return place;
    }
    return fail(Errc::NotFound, "nothing is remembered under this number");
}

Result<> addWaiver(Database& db, StudyId study, const WaiverRow& waiver, UnixMillis now) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO waiver (trial_id, study_id, subject_id, rule_id, deviation, until, who, at_ms) "
        "VALUES (?, iif(?, NULL, ?), ?, ?, ?, ?, ?, ?)"));
    insert.bind(waiver.trial_id).bind(waiver.for_subject).bind(study).bind(waiver.subject_id);
    insert.bind(waiver.rule_id).bind(waiver.deviation).bind(waiver.until).bind(waiver.who).bind(now);
    return insert.run();
}

Result<std::vector<WaiverRow>> waiversOf(Database& db, StudyId study, const std::string& trial,
                                         const std::string& subject) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT trial_id, subject_id, rule_id, deviation, until, who, study_id IS NULL FROM waiver "
        "WHERE study_id = ? OR (study_id IS NULL AND trial_id = ? AND subject_id = ? AND subject_id <> '') "
        "ORDER BY id DESC"));
    select.bind(study).bind(trial).bind(subject);
    std::vector<WaiverRow> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.text(1), select.text(2), select.text(3), select.text(4),
                       select.text(5), select.integer(6) != 0});
    return out;
}

}  // namespace gantry::agent
