#include "joiner.hpp"

#include <pthread.h>
#include <unistd.h>

#include <vector>

#include "gantry/core/log.hpp"

namespace gantry::central {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPieceBytes = 1 << 20;
constexpr auto kLookAgain = 30s;  // at what could not be done, for lack of room perhaps

/// Every byte of one part behind those that are there.
Result<> append(const UploadFile& part, UploadFile& whole, UploadFile::Ticket ticket,
                const std::stop_token& stop) {
    const auto file = GANTRY_TRY(openFile(part.path(), OpenMode::Read));
    std::vector<std::byte> piece(kPieceBytes);
    for (;;) {
        if (stop.stop_requested()) return fail(Errc::Stopped, "stopped while putting an upload together");
        const auto got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failErrno("reading a part", errno);
        if (got == 0) return {};
        GANTRY_CHECK(whole.append(ticket, Bytes(piece).first(static_cast<std::size_t>(got))));
    }
}

}  // namespace

Joiner::Joiner(UploadStore& store, Index& index)
    : store_(store), index_(index), thread_([this](const std::stop_token& stop) { run(stop); }) {
    pthread_setname_np(thread_.native_handle(), "joiner");
}

Joiner::~Joiner() = default;

void Joiner::wake() {
    const std::lock_guard lock(mutex_);
    awake_ = true;
    woken_.notify_one();
}

void Joiner::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        awake_ = false;
        lock.unlock();
        joinAll(stop);
        lock.lock();
        woken_.wait_for(lock, stop, kLookAgain, [this] { return awake_; });
    }
}

void Joiner::joinAll(const std::stop_token& stop) {
    const auto rows = index_.uploads(UploadState::Receiving);
    if (!rows) return log::error("uploads.join", {{"error", rows.error().message()}});
    for (const auto& row : *rows) {
        if (!row.isBeingJoined()) continue;
        const auto joined = join(row, stop);
        if (!joined && joined.error().code != Errc::Stopped)
            log::warning(
                "upload.not-joined",
                {{"site", row.site}, {"parcel", row.parcel_id}, {"error", joined.error().message()}});
    }
}

Result<> Joiner::join(const UploadRow& row, const std::stop_token& stop) {
    const auto file = GANTRY_TRY(store_.file(row));
    const auto ticket = GANTRY_TRY(file->take());
    GANTRY_CHECK(file->cutTo(ticket, 0));  // what an earlier life or a full disk left half done
    for (const auto& id : row.parts) {
        auto part = store_.partOf(row, id);
        const auto done = part ? append(**part, *file, ticket, stop) : Result<>(part.error());
        if (done) continue;
        file->release(ticket);
        if (done.error().code != Errc::NotFound) return done;
        return store_.lose(row);
    }
    const auto settled = store_.settle(row, *file);
    file->release(ticket);
    GANTRY_TRY(settled);
    return store_.discardParts(row);
}

}  // namespace gantry::central
