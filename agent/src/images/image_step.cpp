#include "images/image_step.hpp"

#include <charconv>

#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
constexpr UnixMillis kRetryMillis = 60'000;
constexpr std::string_view kScratchFolder = "scratch";

std::vector<StudyId> studiesWithPictures(const fs::path& folder) {
    std::vector<StudyId> out;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const auto name = entry.path().filename().string();
        StudyId id = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error == std::errc() && end == name.data() + name.size()) out.push_back(id);
    }
    return out;
}

bool isPurged(Catalogue& catalogue, StudyId id) {
    const auto study = catalogue.read([&](Database& db) { return studyById(db, id); });
    return !study ? study.error().code == Errc::NotFound : study->state == State::Purged;
}

}  // namespace

Result<ImageStep> ImageStep::open(Workshop& shop, fs::path spool_folder, fs::path worker) {
    const auto& data = shop.config.data_directory;
    const auto scratch = data / kPicturesFolder / kScratchFolder;
    std::error_code ec;
    fs::remove_all(scratch, ec);
    GANTRY_CHECK(makeDirectory(scratch));
    for (const auto study : studiesWithPictures(data / kPicturesFolder))
        if (isPurged(shop.catalogue, study)) removePictures(data, study);
    return ImageStep(shop, std::move(spool_folder), WorkerProcess(std::move(worker), scratch));
}

bool ImageStep::run(const std::stop_token& stop) {
    const auto due = shop_.catalogue.read([](Database& db) { return studiesToMeasure(db); });
    if (!due) {
        log::error("images.read_failed", {{"reason", due.error().message()}});
        return false;
    }
    bool measured_one = false;
    for (const auto& study : *due) {
        if (stop.stop_requested()) return measured_one;
        const auto now = shop_.clock.nowMillis();
        if (const auto wait = not_before_.find(study.id); wait != not_before_.end() && wait->second > now)
            continue;
        const auto measured = measure(study, stop);
        if (!measured) {
            if (measured.error().code == Errc::Stopped) return measured_one;
            log::error("images.failed", {{"study", study.id}, {"reason", measured.error().message()}});
            not_before_[study.id] = now + kRetryMillis;
            continue;
        }
        not_before_.erase(study.id);
        measured_one = true;
        shop_.changed(study.id);
    }
    const auto added =
        shop_.catalogue.write([&](Database& db) { return addToHistory(db, shop_.clock.nowMillis()); });
    if (!added) log::error("images.history_failed", {{"reason", added.error().message()}});
    return measured_one;
}

Result<> ImageStep::measure(const StudyRow& study, const std::stop_token& stop) {
    const auto instances =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return instanceCount(db, study.id); }));
    const auto series =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return seriesToMeasure(db, study.id); }));
    for (const auto& one : series) GANTRY_CHECK(measureSeries(study.id, one, stop));
    GANTRY_CHECK(shop_.catalogue.write([&](Database& db) -> Result<> {
        const auto now = shop_.clock.nowMillis();
        GANTRY_CHECK(markStudyMeasured(db, study.id, instances, now));
        const auto state = GANTRY_TRY(studyById(db, study.id)).state;
        if (series.empty() || (state != State::Checked && state != State::Held)) return {};
        GANTRY_TRY(applyEvent(db, study.id, Event::PixelsMeasured,
                              Cause::detailed("the pixels were measured"), now));
        return {};
    }));
    if (isPurged(shop_.catalogue, study.id)) removePictures(shop_.config.data_directory, study.id);
    log::info("images.measured", {{"study", study.id}, {"series", series.size()}});
    return {};
}

// Pictures are made beside and put in place once they are known.
Result<> ImageStep::measureSeries(StudyId study, const SeriesToMeasure& series, const std::stop_token& stop) {
    const auto& data = shop_.config.data_directory;
    const auto made =
        GANTRY_TRY(TemporaryDirectory::create(data / kPicturesFolder / kScratchFolder, "series-"));
    const auto measured = GANTRY_TRY(worker_.measure(series, spool_folder_, made.path(), stop));
    if (!measured.failure.empty())
        log::warning("images.not_measured", {{"study", study}, {"why", measured.failure}});
    const auto folder = pictureFolder(data, study) / std::to_string(series.id);
    GANTRY_CHECK(makeDirectory(folder));
    std::error_code ec;
    fs::remove_all(folder, ec);
    fs::rename(made.path(), folder, ec);
    if (ec) return failErrno("putting pictures in place", ec.value());
    return shop_.catalogue.write([&](Database& db) { return storeMeasured(db, series, measured); });
}

}  // namespace gantry::agent
