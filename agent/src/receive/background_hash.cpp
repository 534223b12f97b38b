#include "receive/background_hash.hpp"

namespace gantry::agent {
namespace {
constexpr std::size_t kMostWaiting = 16;  // pieces of at most one PDU: 2 MiB
}

void BackgroundHash::drain(std::unique_lock<std::mutex>& lock) {
    idle_.wait(lock, [this] { return waiting_.empty() && !busy_; });
}

void BackgroundHash::begin() {
    std::unique_lock lock(mutex_);
    waiting_.clear();
    drain(lock);
    (void)hash_.finish();
}

void BackgroundHash::feed(Bytes piece) {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return waiting_.size() < kMostWaiting; });
    waiting_.emplace_back(asText(piece));
    lock.unlock();
    work_.notify_one();
}

Digest BackgroundHash::finish() {
    std::unique_lock lock(mutex_);
    drain(lock);
    return hash_.finish();
}

void BackgroundHash::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (work_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        const auto piece = std::move(waiting_.front());
        waiting_.pop_front();
        busy_ = true;
        lock.unlock();
        hash_.update(asBytes(piece));
        lock.lock();
        busy_ = false;
        idle_.notify_all();
    }
}

}  // namespace gantry::agent
