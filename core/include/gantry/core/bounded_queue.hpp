#pragma once
/// A queue between threads with a bound: full says so, waiting ends when the reader is asked to stop.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

namespace gantry {

template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}
    /// False: full. The caller refuses or waits.
    [[nodiscard]] bool tryPush(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (items_.size() >= capacity_) return false;
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
        return true;
    }
    /// Nullopt: stopping.
    std::optional<T> pop(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        if (!ready_.wait(lock, stop, [this] { return !items_.empty(); })) return std::nullopt;
        T item = std::move(items_.front());
        items_.pop_front();
        return item;
    }

private:
    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::deque<T> items_;  // guarded by mutex_
};

}  // namespace gantry
