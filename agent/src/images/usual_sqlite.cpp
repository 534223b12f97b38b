#include <algorithm>
#include <cmath>

#include "images/images.hpp"
#include "images/measure_names.hpp"

namespace gantry::agent {
namespace {

double medianOf(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

struct MeasuredSeries {
    SeriesId id = 0;
    std::string uid;
    std::string scanner_key;
    std::string pixels_sha256;
    std::string failure;
};

Result<std::vector<MeasuredSeries>> measuredSeries(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id, s.series_instance_uid, m.scanner_key, m.pixels_sha256, m.failure FROM series s JOIN "
        "series_image m ON m.series_id = s.id WHERE s.study_id = ? AND (m.frames > 0 OR m.failure <> '') "
        "ORDER BY s.id"));
    select.bind(study);
    std::vector<MeasuredSeries> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), select.text(2), select.text(3), select.text(4)});
    return out;
}

/// The slot of each series by the verdict in force; "" and repeats left out.
Result<std::map<std::string, std::string>> slotsOf(Database& db, StudyId study) {
    std::map<std::string, std::string> out;
    const auto verdict = GANTRY_TRY(latestVerdict(db, study));
    if (!verdict) return out;
    for (const auto& series : verdict->verdict.series)
        if (!series.slot_id.empty() && !series.repeat) out[series.series_instance_uid] = series.slot_id;
    return out;
}

// Another study's values only: a series is not compared with itself.
Result<std::vector<double>> earlierValues(Database& db, const MeasuredSeries& series, StudyId study,
                                          const std::string& trial, const std::string& slot,
                                          const std::string& check) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT h.value FROM image_history h JOIN series s ON s.id = h.series_id WHERE h.scanner_key = ? "
        "AND h.trial_id = ? AND h.slot_id = ? AND h.check_name = ? AND s.study_id <> ? ORDER BY h.at_ms "
        "DESC, h.series_id DESC LIMIT ?"));
    select.bind(series.scanner_key).bind(trial).bind(slot).bind(check).bind(study).bind(kHistoryLength);
    std::vector<double> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.real(0));
    return out;
}

void tellUsual(qc::ImageMeasure& measure, const std::vector<double>& earlier) {
    if (earlier.size() < kHistoryFrom) return;
    const double median = medianOf(earlier);
    std::vector<double> deviations;
    for (const double value : earlier) deviations.push_back(std::abs(value - median));
    measure.median = median;
    measure.mad = medianOf(std::move(deviations));
}

// image.gnl_ratio is no measure of the pixels alone: it sets the noise against what is usual here.
void tellNoiseRatio(qc::SeriesImages& images) {
    const auto noise = images.measures.find("image.gnl_hu");
    const bool usual = noise != images.measures.end() && noise->second.median && *noise->second.median > 0;
    if (usual)
        images.measures["image.gnl_ratio"] = {
            noise->second.value / *noise->second.median, noise->second.has_picture, {}, {}};
    else
        images.reasons["image.gnl_ratio"] =
            noise == images.measures.end()
                ? "the noise was not measured"
                : "too few series of this scanner were accepted to know what is usual";
}

Result<qc::SeriesImages> valuesOf(Database& db, const MeasuredSeries& series) {
    qc::SeriesImages out;
    out.series_instance_uid = series.uid;
    out.failed = !series.failure.empty();
    if (!series.failure.empty())
        for (const auto name : kMeasureNames) out.reasons[std::string(name)] = series.failure;
    auto select = GANTRY_TRY(
        db.prepare("SELECT check_name, value, reason, has_picture FROM image_measure WHERE series_id = ?"));
    select.bind(series.id);
    while (GANTRY_TRY(select.step())) {
        if (select.isNull(1))
            out.reasons[select.text(0)] = select.text(2);
        else
            out.measures[select.text(0)] = {select.real(1), select.integer(3) != 0, {}, {}};
    }
    return out;
}

/// Series of other studies of the trial with these pixels.
Result<> noteCameBefore(Database& db, StudyId study, const std::string& trial,
                        const std::vector<std::string>& digests, std::vector<qc::SeriesImages>& images) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT s.series_instance_uid FROM series_image m JOIN series s ON s.id = m.series_id "
                   "JOIN study t ON t.id = s.study_id WHERE m.pixels_sha256 = ? AND t.trial_id = ? AND "
                   "t.id <> ? LIMIT 1"));
    for (std::size_t i = 0; i < images.size(); ++i) {
        if (digests[i].empty() || !images[i].identical_to.empty()) continue;
        select.reset();
        select.bind(digests[i]).bind(trial).bind(study);
        if (!GANTRY_TRY(select.step())) continue;
        images[i].identical_to = select.text(0);
        images[i].in_other_study = true;
    }
    return {};
}

Result<std::vector<StudyId>> sentStudies(Database& db) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id FROM study_image m JOIN study s ON s.id = m.study_id WHERE m.in_history = 0 AND "
        "m.instance_count = s.instance_count AND s.state IN ('ready', 'uploading', 'delivered', "
        "'confirmed', 'purged')"));
    std::vector<StudyId> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.integer(0));
    return out;
}

Result<> addStudyToHistory(Database& db, StudyId study, UnixMillis now) {
    const auto trial = GANTRY_TRY(studyById(db, study)).trial_id;
    const auto slots = GANTRY_TRY(slotsOf(db, study));
    for (const auto& series : GANTRY_TRY(measuredSeries(db, study))) {
        const auto slot = slots.find(series.uid);
        if (slot == slots.end() || series.scanner_key.empty()) continue;
        auto insert = GANTRY_TRY(db.prepare(
            "INSERT OR REPLACE INTO image_history (scanner_key, trial_id, slot_id, check_name, series_id, "
            "value, at_ms) SELECT ?, ?, ?, check_name, series_id, value, ? FROM image_measure WHERE "
            "series_id = ? AND value IS NOT NULL"));
        GANTRY_CHECK(
            insert.bind(series.scanner_key).bind(trial).bind(slot->second).bind(now).bind(series.id).run());
    }
    auto update = GANTRY_TRY(db.prepare("UPDATE study_image SET in_history = 1 WHERE study_id = ?"));
    return update.bind(study).run();
}

}  // namespace

Result<int> addToHistory(Database& db, UnixMillis now) {
    const auto studies = GANTRY_TRY(sentStudies(db));
    for (const auto study : studies) GANTRY_CHECK(addStudyToHistory(db, study, now));
    return static_cast<int>(studies.size());
}

Result<std::vector<qc::SeriesImages>> imagesOf(Database& db, StudyId study) {
    const auto trial = GANTRY_TRY(studyById(db, study)).trial_id;
    const auto slots = GANTRY_TRY(slotsOf(db, study));
    std::vector<std::string> digests;
    std::vector<qc::SeriesImages> out;
    for (const auto& series : GANTRY_TRY(measuredSeries(db, study))) {
        auto images = GANTRY_TRY(valuesOf(db, series));
        if (const auto slot = slots.find(series.uid); slot != slots.end() && !series.scanner_key.empty())
            for (auto& [check, measure] : images.measures)
                tellUsual(measure, GANTRY_TRY(earlierValues(db, series, study, trial, slot->second, check)));
        tellNoiseRatio(images);
        out.push_back(std::move(images));
        digests.push_back(series.pixels_sha256);
    }
    qc::noteIdentical(out, digests);
    GANTRY_CHECK(noteCameBefore(db, study, trial, digests, out));
    return out;
}

}  // namespace gantry::agent
