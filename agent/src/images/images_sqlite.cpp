#include "images/images.hpp"

#include "images/measure_names.hpp"

namespace gantry::agent {
namespace {

constexpr UnixMillis kPatience = 600'000;  ///< that sending waits for measures after the last image

// States in which a verdict on the headers stands and the images are still here.
constexpr std::string_view kDue =
    "SELECT s.id FROM study s WHERE s.state IN ('unassigned', 'checked', 'held', 'deidentifying', 'ready', "
    "'uploading', 'delivered', 'confirmed') AND NOT EXISTS (SELECT 1 FROM study_image m WHERE m.study_id = "
    "s.id AND "
    "m.instance_count = s.instance_count) ORDER BY s.last_instance_at_ms LIMIT ?";

std::string scannerKey(const Facts& facts) {
    std::string out;
    for (const auto* name : {"Manufacturer", "ManufacturerModelName", "DeviceSerialNumber"}) {
        const auto found = facts.find(name);
        if (found == facts.end() || found->second.empty()) return {};
        out += (out.empty() ? "" : " | ") + found->second;
    }
    return out;
}

Result<std::vector<OutgoingInstance>> instancesOfSeries(Database& db, SeriesId series) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT i.id, g.name, i.segment_id, i.byte_offset, i.byte_length, i.meta_bytes FROM instance i "
        "JOIN segment g ON g.id = i.segment_id WHERE i.series_id = ? AND i.conflict_of IS NULL "
        "ORDER BY i.id"));
    select.bind(series);
    std::vector<OutgoingInstance> out;
    const auto size = [&](int column) { return static_cast<std::uint64_t>(select.integer(column)); };
    while (GANTRY_TRY(select.step()))
        out.push_back(
            {select.integer(0), select.text(1), {select.integer(2), size(3), size(4), size(5)}, ""});
    return out;
}

Result<> clearMeasured(Database& db, SeriesId series) {
    for (const auto* sql :
         {"DELETE FROM image_measure WHERE series_id = ?", "DELETE FROM series_image WHERE series_id = ?"}) {
        auto remove = GANTRY_TRY(db.prepare(sql));
        GANTRY_CHECK(remove.bind(series).run());
    }
    return {};
}

Result<> insertValue(Database& db, SeriesId series, const std::string& check,
                     const SeriesMeasured::Value& value) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO image_measure (series_id, check_name, value, reason, has_picture) "
                              "VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(series).bind(check).bind(value.value).bind(value.reason).bind(value.has_picture).run();
}

}  // namespace

Result<std::vector<StudyRow>> studiesToMeasure(Database& db, int limit) {
    auto select = GANTRY_TRY(db.prepare(kDue));
    select.bind(limit);
    std::vector<StudyRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(GANTRY_TRY(studyById(db, select.integer(0))));
    return out;
}

Result<int> instanceCount(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare("SELECT instance_count FROM study WHERE id = ?"));
    select.bind(study);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "the study");
    return static_cast<int>(select.integer(0));
}

Result<std::vector<SeriesToMeasure>> seriesToMeasure(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id, s.series_instance_uid, s.modality, s.facts_base FROM series s WHERE s.study_id = ? "
        "AND NOT EXISTS (SELECT 1 FROM series_image m WHERE m.series_id = s.id AND m.instance_count = "
        "(SELECT count(*) FROM instance i WHERE i.series_id = s.id AND i.conflict_of IS NULL)) "
        "ORDER BY s.id"));
    select.bind(study);
    std::vector<SeriesToMeasure> out;
    while (GANTRY_TRY(select.step())) {
        const auto facts = GANTRY_TRY(decodeFactsDelta({}, select.text(3)));
        out.push_back({select.integer(0), select.text(1), select.text(2), scannerKey(facts), {}});
    }
    for (auto& series : out) series.instances = GANTRY_TRY(instancesOfSeries(db, series.id));
    return out;
}

Result<> storeMeasured(Database& db, const SeriesToMeasure& series, const SeriesMeasured& measured) {
    GANTRY_CHECK(clearMeasured(db, series.id));
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO series_image (series_id, instance_count, scanner_key, frames, pixels_sha256, "
                   "has_thumbnail, failure) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(series.id).bind(static_cast<std::int64_t>(series.instances.size())).bind(series.scanner_key);
    insert.bind(measured.frames).bind(measured.pixels_sha256).bind(measured.has_thumbnail);
    GANTRY_CHECK(insert.bind(measured.failure).run());
    for (const auto& [check, value] : measured.values) GANTRY_CHECK(insertValue(db, series.id, check, value));
    return {};
}

Result<> markStudyMeasured(Database& db, StudyId study, int instances, UnixMillis now) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO study_image (study_id, instance_count, measured_at_ms, in_history) VALUES (?, ?, ?, 0) "
        "ON CONFLICT (study_id) DO UPDATE SET instance_count = excluded.instance_count, measured_at_ms = "
        "excluded.measured_at_ms, in_history = 0"));
    return insert.bind(study).bind(instances).bind(now).run();
}

Result<bool> awaitsMeasures(Database& db, const StudyRow& study, UnixMillis now) {
    if (now - study.last_instance_at > kPatience) return false;
    auto select = GANTRY_TRY(db.prepare(
        "SELECT 1 FROM study_image m JOIN study s ON s.id = m.study_id WHERE s.id = ? AND m.instance_count "
        "= s.instance_count"));
    select.bind(study.id);
    return !GANTRY_TRY(select.step());
}

Result<std::filesystem::path> pictureFile(Database& db, const std::filesystem::path& data_directory,
                                          StudyId study, const std::string& series_instance_uid,
                                          const std::string& check) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id FROM series s WHERE s.study_id = ? AND s.series_instance_uid = ? AND (EXISTS (SELECT "
        "1 FROM series_image m WHERE m.series_id = s.id AND m.has_thumbnail = 1 AND ? = 'thumbnail') OR "
        "EXISTS (SELECT 1 FROM image_measure v WHERE v.series_id = s.id AND v.check_name = ? AND "
        "v.has_picture = 1))"));
    select.bind(study).bind(series_instance_uid).bind(check).bind(check);
    const bool there = (check == "thumbnail" || isMeasureName(check)) && GANTRY_TRY(select.step());
    if (!there) return fail(Errc::NotFound, "there is no such picture");
    return pictureFolder(data_directory, study) / std::to_string(select.integer(0)) / (check + ".png");
}

std::filesystem::path pictureFolder(const std::filesystem::path& data_directory, StudyId study) {
    return data_directory / "pictures" / std::to_string(study);
}

void removePictures(const std::filesystem::path& data_directory, StudyId study) {
    std::error_code ignored;
    std::filesystem::remove_all(pictureFolder(data_directory, study), ignored);
}

}  // namespace gantry::agent
