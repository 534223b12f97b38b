#include "receive/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {
constexpr std::uint64_t kSegmentBytes = 256ull << 20;  // a segment is closed once it is larger
constexpr std::uint64_t kFlushStep = 256u << 10;       // the kernel is asked to write after so many bytes
}  // namespace

Result<> Segment::append(Bytes bytes) {
    GANTRY_CHECK(writeAllAt(fd_.get(), bytes, end_));
    end_ += bytes.size();
    if (end_ - flushed_ >= kFlushStep) {
        // A hint: durability comes from sync() alone.
        ::sync_file_range(fd_.get(), static_cast<off64_t>(flushed_), static_cast<off64_t>(end_ - flushed_),
                          SYNC_FILE_RANGE_WRITE);
        flushed_ = end_;
    }
    return {};
}

Result<> Segment::sync() {
    flushed_ = end_;
    return syncData(fd_.get());
}

Result<> Segment::takeBack() {
    end_ = start_;
    flushed_ = std::min(flushed_, end_);
    if (::ftruncate(fd_.get(), static_cast<off_t>(end_)) != 0)
        return failErrno("shortening a spool file", errno);
    return {};
}

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& data_directory,
                                           std::uint64_t reserve_bytes, Catalogue& catalogue,
                                           const Clock& clock) {
    auto folder = data_directory / kSpoolFolder;
    GANTRY_CHECK(makeDirectory(folder));
    std::unique_ptr<Spool> spool(new Spool(std::move(folder), reserve_bytes, catalogue));
    GANTRY_CHECK(spool->recover(clock));
    return spool;
}

Result<> Spool::recover(const Clock& clock) {
    const auto open = GANTRY_TRY(catalogue_.read([](Database& db) { return openSegments(db); }));
    for (const auto& segment : open) GANTRY_CHECK(recoverSegment(segment, clock));
    return {};
}

Result<> Spool::recoverSegment(const OpenSegment& segment, const Clock& clock) {
    const auto path = pathOf(segment.name);
    const auto instances =
        GANTRY_TRY(catalogue_.read([&](Database& db) { return neededOfSegment(db, segment.id); }));
    int lost = 0;
    for (const auto& instance : instances) {
        const auto& range = instance.range;
        const auto map = MappedFile::open(path, range.offset, range.length);
        const bool whole = map && range.meta_bytes <= range.length &&
                           toHex(sha256(map->bytes().subspan(range.meta_bytes))) == instance.dataset_sha256;
        if (whole) continue;
        ++lost;
        GANTRY_CHECK(catalogue_.write([&](Database& db) -> Result<> {
            GANTRY_CHECK(forgetInstance(db, instance.id));
            Refusal refusal;
            refusal.kind = "refused";
            refusal.reason = "spool-incomplete";
            refusal.sentence = "After a sudden stop the bytes of this image were not whole on disk.";
            refusal.advice = "Send the study again.";
            refusal.sop_instance_uid = instance.sop_instance_uid;
            refusal.study = instance.study;
            GANTRY_TRY(recordRefusal(db, refusal, clock.nowMillis()));
            return {};
        }));
    }
    if (lost > 0) log::error("spool.incomplete", {{"segment", segment.name}, {"instances", lost}});
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        const auto fd = GANTRY_TRY(openFile(path, OpenMode::ReadWriteCreate));
        if (GANTRY_TRY(fileSize(fd.get())) > segment.end &&
            ::ftruncate(fd.get(), static_cast<off_t>(segment.end)) != 0)
            return failErrno("shortening a spool file", errno);
        GANTRY_CHECK(syncData(fd.get()));
    }
    return catalogue_.write([&](Database& db) { return closeSegment(db, segment.id); });
}

Result<std::unique_ptr<Segment>> Spool::create() {
    const auto name = randomHex(8) + ".segment";
    auto fd = GANTRY_TRY(openFile(pathOf(name), OpenMode::CreateNew));
    GANTRY_CHECK(syncDirectory(folder_));
    const auto id = GANTRY_TRY(catalogue_.write([&](Database& db) { return addSegment(db, name); }));
    return std::make_unique<Segment>(id, name, std::move(fd));
}

Result<std::unique_ptr<Segment>> Spool::lend() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto segment = std::move(idle_.back());
            idle_.pop_back();
            return segment;
        }
    }
    return create();
}

void Spool::giveBack(std::unique_ptr<Segment> segment) {
    if (segment->end() < kSegmentBytes) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(segment));
        return;
    }
    const auto id = segment->id();
    if (auto closed = catalogue_.write([&](Database& db) { return closeSegment(db, id); }); !closed)
        log::warning("spool.segment_not_closed", {{"reason", closed.error().message()}});
}

Result<> Spool::roomFor(std::uint64_t more) const {
    const auto free = GANTRY_TRY(freeBytes(folder_));
    if (free < reserve_bytes_ || free - reserve_bytes_ < more)
        return fail(Errc::DiskFull, "only " + std::to_string(free >> 20) + " MiB are free");
    return {};
}

}  // namespace gantry::agent
