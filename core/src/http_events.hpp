#pragma once
/// What stands between EventFeed::publish and the connections that listen.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gantry/core/http_server.hpp"

namespace gantry::http {

/// One listener's bounded queue. Thread-safe.
class EventListener {
public:
    struct Batch {
        std::string text;    ///< events ready for the line, in order
        bool ended = false;  ///< the feed is gone or this listener was too slow: end the connection
    };

    /// `wake` is called from the publisher's thread under this object's lock: it may only post.
    explicit EventListener(std::function<void()> wake) : wake_(std::move(wake)) {}
    void deliver(const std::shared_ptr<const std::string>& message);
    void end();
    /// After this wake is never called again.
    void close();
    Batch take();

private:
    static constexpr std::size_t kMaxMessages = 256;
    static constexpr std::size_t kMaxBytes = 1u << 20;

    std::mutex mutex_;
    std::deque<std::shared_ptr<const std::string>> waiting_;  // guarded by mutex_, as all below
    std::size_t waiting_bytes_ = 0;
    bool ended_ = false;
    bool closed_ = false;
    std::function<void()> wake_;
};

struct EventFeed::Impl {
    void add(std::shared_ptr<EventListener> listener);
    void remove(const std::shared_ptr<EventListener>& listener);
    void publish(std::string_view event, std::string_view json);
    void end();

private:
    std::vector<std::shared_ptr<EventListener>> listeners();
    std::mutex mutex_;
    std::vector<std::shared_ptr<EventListener>> listeners_;  // guarded by mutex_
    bool ended_ = false;                                     // guarded by mutex_
};

}  // namespace gantry::http
