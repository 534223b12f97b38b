#include "voice_thread.hpp"

#include <pthread.h>

#include "gantry/core/log.hpp"

namespace gantry::central {
namespace {

using namespace std::chrono_literals;

constexpr auto kTryAgainAfter = 5s;
// gantry-central, on this machine or another, may have left something to be said.
constexpr auto kLookEvery = 30s;
constexpr UnixMillis kDayMillis = 24LL * 3600 * 1000;

}  // namespace

VoiceThread::VoiceThread(std::unique_ptr<Office> office, Statements& statements, Sites& sites, const Clock& clock)
    : office_(std::move(office)),
      statements_(statements),
      sites_(sites),
      clock_(clock),
      thread_([this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), "inbox");
          run(stop);
      }) {}

void VoiceThread::wake() {
    {
        const std::lock_guard lock(mutex_);
        work_ = true;
    }
    changed_.notify_one();
}

bool VoiceThread::publish() {
    const auto said = publishStatements(*office_, statements_, sites_, clock_.nowMillis());
    if (!said) {
        log::warning("inbox.waits", {{"error", said.error().message()}});
        return false;
    }
    if (*said > 0) log::info("inbox.published", {{"statements", *said}});
    return true;
}

bool VoiceThread::refreshIfDue() {
    const auto now = clock_.nowMillis();
    if (refreshed_at_ != 0 && now - refreshed_at_ < kDayMillis) return true;
    const auto version = office_->refresh(now);
    if (!version) {
        log::error("inbox.not_renewed", {{"error", version.error().message()}});
        return false;
    }
    refreshed_at_ = now;
    log::info("inbox.renewed", {{"version", *version}});
    return true;
}

void VoiceThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const bool done = publish() && refreshIfDue();
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, done ? kLookEvery : kTryAgainAfter, [this] { return work_; });
        work_ = false;
    }
}

}  // namespace gantry::central
