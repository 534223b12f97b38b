#include "workflow/retention.hpp"

#include <fcntl.h>

#include <cerrno>

#include "gantry/core/log.hpp"
#include "images/images.hpp"

namespace gantry::agent {
namespace {
constexpr UnixMillis kStep = 60'000;
constexpr UnixMillis kDay = 86'400'000;

// Gives the blocks back and leaves the file's length: what lies beside stays where it is.
Result<> punch(const std::filesystem::path& segment, const SpoolRange& range) {
    const auto fd = openFile(segment, OpenMode::ReadWriteCreate);
    if (!fd) return fd.error();
    if (::fallocate(fd->get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(range.offset),
                    static_cast<off_t>(range.length)) != 0)
        return failErrno("freeing spool space", errno);
    return {};
}
}  // namespace

void Retention::runNowAndThen() {
    const auto now = shop_.clock.nowMillis();
    if (now < next_) return;
    next_ = now + kStep;
    run();
}

void Retention::run() {
    const auto now = shop_.clock.nowMillis();
    const auto trials = shop_.trials.all();
    for (const auto& [id, trial] : *trials) {
        const auto days = trial.pack.retentionDays();
        if (!days) continue;
        const auto due =
            shop_.catalogue.read([&](Database& db) { return studiesToPurge(db, id, now - *days * kDay); });
        if (!due) {
            log::error("retention.read_failed", {{"reason", due.error().message()}});
            continue;
        }
        for (const auto& study : *due) {
            if (auto purged = purge(study); !purged)
                log::error("retention.failed", {{"study", study.id}, {"reason", purged.error().message()}});
            else
                shop_.changed(study.id);
        }
    }
    removeEmptySegments();
}

// The state comes first: after a crash in between, the space is freed by removing whole segments, never data
// lost.
Result<> Retention::purge(const StudyRow& study) {
    const auto instances =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return instancesOfStudy(db, study.id); }));
    GANTRY_CHECK(shop_.catalogue.write([&](Database& db) -> Result<> {
        if (GANTRY_TRY(studyById(db, study.id)).state != State::Confirmed)
            return fail(Errc::Conflict, "the study was reopened meanwhile");
        GANTRY_TRY(
            applyEvent(db, study.id, Event::Purge,
                       Cause::detailed(std::to_string(instances.size()) + " images, retention has passed"),
                       shop_.clock.nowMillis()));
        return forgetPatient(db, study.id);
    }));
    for (const auto& instance : instances)
        GANTRY_CHECK(punch(spool_folder_ / instance.segment_name, instance.range));
    removePictures(shop_.config.data_directory, study.id);
    return {};
}

void Retention::removeEmptySegments() {
    const auto empty = shop_.catalogue.read([](Database& db) { return purgedSegments(db); });
    if (!empty) return log::error("retention.read_failed", {{"reason", empty.error().message()}});
    for (const auto& name : *empty) {
        std::error_code ignored;
        std::filesystem::remove(spool_folder_ / name, ignored);
        const auto marked = shop_.catalogue.write([&](Database& db) { return markSegmentRemoved(db, name); });
        if (!marked) log::error("retention.segment_not_marked", {{"reason", marked.error().message()}});
    }
}

}  // namespace gantry::agent
