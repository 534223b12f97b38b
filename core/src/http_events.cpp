#include "http_events.hpp"

#include <algorithm>

namespace gantry::http {
namespace {

/// The text/event-stream form of one message: a line break in the data starts another data line.
std::string eventText(std::string_view event, std::string_view json) {
    std::string out = "event: ";
    for (const char c : event)
        if (c != '\r' && c != '\n') out += c;
    out += "\ndata: ";
    for (const char c : json) {
        if (c == '\r') continue;
        out += c;
        if (c == '\n') out += "data: ";
    }
    out += "\n\n";
    return out;
}

}  // namespace

void EventListener::deliver(const std::shared_ptr<const std::string>& message) {
    const std::lock_guard lock(mutex_);
    if (closed_ || ended_) return;
    if (waiting_.size() >= kMaxMessages || waiting_bytes_ + message->size() > kMaxBytes) {
        ended_ = true;
    } else {
        waiting_.push_back(message);
        waiting_bytes_ += message->size();
    }
    wake_();
}

void EventListener::end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (!closed_) wake_();
}

void EventListener::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
    waiting_bytes_ = 0;
}

EventListener::Batch EventListener::take() {
    const std::lock_guard lock(mutex_);
    Batch batch;
    for (const auto& message : waiting_) batch.text += *message;
    waiting_.clear();
    waiting_bytes_ = 0;
    batch.ended = ended_;
    return batch;
}

void EventFeed::Impl::add(std::shared_ptr<EventListener> listener) {
    {
        const std::lock_guard lock(mutex_);
        if (!ended_) {
            listeners_.push_back(std::move(listener));
            return;
        }
    }
    listener->end();
}

void EventFeed::Impl::remove(const std::shared_ptr<EventListener>& listener) {
    const std::lock_guard lock(mutex_);
    std::erase(listeners_, listener);
}

std::vector<std::shared_ptr<EventListener>> EventFeed::Impl::listeners() {
    const std::lock_guard lock(mutex_);
    return listeners_;
}

void EventFeed::Impl::publish(std::string_view event, std::string_view json) {
    const auto message = std::make_shared<const std::string>(eventText(event, json));
    for (const auto& listener : listeners()) listener->deliver(message);
}

void EventFeed::Impl::end() {
    std::vector<std::shared_ptr<EventListener>> all;
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        all.swap(listeners_);
    }
    for (const auto& listener : all) listener->end();
}

EventFeed::EventFeed() : impl_(std::make_shared<Impl>()) {}
EventFeed::~EventFeed() {
    impl_->end();
}
void EventFeed::publish(std::string_view event, std::string_view json) {
    impl_->publish(event, json);
}

}  // namespace gantry::http
