#include "piece_writer.hpp"

#include <pthread.h>

#include <cassert>

namespace gantry::uplink {
namespace {
constexpr std::size_t kMaxWaiting = 3;  // pieces; enough to ride over a slow write
}

PieceWriter::PieceWriter(ByteSink sink, AgeEncryptor::Mode mode, std::size_t piece_bytes)
    : sink_(std::move(sink)), piece_bytes_(piece_bytes), current_(piece_bytes) {
    if (mode == AgeEncryptor::Mode::WriteBehind) {
        thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
        pthread_setname_np(thread_.native_handle(), "age-write");
    }
}

PieceWriter::~PieceWriter() = default;

Result<std::span<std::byte>> PieceWriter::room(std::size_t count) {
    assert(count <= piece_bytes_);
    if (used_ + count > piece_bytes_) GANTRY_CHECK(flush());
    const auto out = std::span(current_).subspan(used_, count);
    used_ += count;
    return out;
}

Result<> PieceWriter::flush() {
    if (used_ == 0) return {};
    if (!thread_.joinable()) {
        const auto count = std::exchange(used_, 0);
        return sink_(Bytes(current_).first(count));
    }
    current_.resize(std::exchange(used_, 0));
    return enqueue(std::move(current_));
}

Result<> PieceWriter::enqueue(Piece piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return sink_error_ || full_.size() < kMaxWaiting; });
    if (sink_error_) {
        current_.resize(piece_bytes_);
        return *sink_error_;
    }
    full_.push_back(std::move(piece));
    if (spare_.empty()) {
        current_ = Piece();
    } else {
        current_ = std::move(spare_.back());
        spare_.pop_back();
    }
    lock.unlock();
    changed_.notify_all();
    current_.resize(piece_bytes_);
    return {};
}

Result<> PieceWriter::finish() {
    GANTRY_CHECK(flush());
    if (!thread_.joinable()) return {};
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return sink_error_ || (full_.empty() && !writing_); });
    if (sink_error_) return *sink_error_;
    return {};
}

void PieceWriter::run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !full_.empty(); })) {
        auto piece = std::move(full_.front());
        full_.pop_front();
        writing_ = true;
        lock.unlock();
        auto written = sink_(piece);
        lock.lock();
        writing_ = false;
        spare_.push_back(std::move(piece));
        if (!written) sink_error_ = written.error();
        changed_.notify_all();
        if (sink_error_ || stop.stop_requested()) return;
    }
}

}  // namespace gantry::uplink
