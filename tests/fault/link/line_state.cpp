#include "line_state.hpp"

#include <algorithm>
#include <utility>

namespace gantry::test {
namespace {

using Kind = LineFault::Kind;
using std::chrono::steady_clock;

constexpr std::size_t kLeastBody = 2048;  // of a piece that is surely no head of a request

}  // namespace

LineState::Passing LineState::passUp(std::string& piece) {
    std::function<void(const LineFault&)> told;
    LineFault fault;
    Passing passing;
    {
        const std::lock_guard lock(mutex_);
        passing.bytes = piece.size();
        const auto struck_before = struck_.size();
        if (!armed_.empty() && since_last_ + piece.size() >= armed_.front().after_bytes) {
            fault = armed_.front();
            strike(fault, piece, passing);
        }
        bytes_up_ += passing.bytes;
        since_last_ += passing.bytes;
        if (struck_.size() == struck_before) return passing;
        since_last_ = 0;
        told = told_;
    }
    if (told) told(fault);
    return passing;
}

// Guarded. A flip waits until a body passes.
void LineState::strike(const LineFault& fault, std::string& piece, Passing& passing) {
    const auto now = steady_clock::now();
    const auto here = fault.after_bytes - std::min(fault.after_bytes, since_last_);
    switch (fault.kind) {
        case Kind::Cut:
            passing.cut = true;
            passing.bytes = std::min<std::size_t>(here, piece.size());
            break;
        case Kind::HalfClose:
            passing.half_close = true;
            passing.bytes = std::min<std::size_t>(here, piece.size());
            break;
        case Kind::LoseAnswer:
            lose_answer_ = true;
            break;
        case Kind::Stall:
            held_until_ = now + fault.lasts;
            break;
        case Kind::Down:
            passing.cut_everything = true;
            refuses_until_ = now + fault.lasts;
            break;
        case Kind::Flip:
            if (!flip(piece)) return;
            break;
        case Kind::FlipBack:
            flip_answer_ = true;
            break;
    }
    struck_.push_back(fault);
    armed_.pop_front();
}

// In the middle of what follows the last head of a request in the piece.
bool LineState::flip(std::string& piece) const {
    const auto head = piece.rfind("\r\n\r\n");
    const auto body = head == std::string::npos || flip_anywhere_ ? 0 : head + 4;
    if (piece.size() - body < kLeastBody && !flip_anywhere_) return false;
    piece[body + (piece.size() - body) / 2] ^= 0x10;
    return true;
}

bool LineState::passDown(std::string& piece) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(lose_answer_, false)) return false;
    if (std::exchange(flip_answer_, false)) piece[piece.size() / 2] ^= 0x04;
    return true;
}

LineState::Time LineState::arrival(Way way, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    if (!rate_[way]) return now + delay_;
    const std::chrono::duration<double> takes(static_cast<double>(bytes) / static_cast<double>(*rate_[way]));
    free_at_[way] = std::max(free_at_[way], now) + std::chrono::duration_cast<steady_clock::duration>(takes);
    return free_at_[way] + delay_;
}

LineState::Time LineState::heldUntil() const {
    const std::lock_guard lock(mutex_);
    return held_ ? steady_clock::now() + std::chrono::milliseconds(20) : held_until_;
}

bool LineState::refuses() const {
    const std::lock_guard lock(mutex_);
    return steady_clock::now() < refuses_until_;
}

void LineState::setRate(Way way, std::optional<std::uint64_t> bytes_per_second) {
    const std::lock_guard lock(mutex_);
    rate_[way] = bytes_per_second;
}

void LineState::setDelay(std::chrono::milliseconds delay) {
    const std::lock_guard lock(mutex_);
    delay_ = delay;
}

void LineState::setFlipAnywhere(bool on) {
    const std::lock_guard lock(mutex_);
    flip_anywhere_ = on;
}

void LineState::arm(std::vector<LineFault> faults) {
    const std::lock_guard lock(mutex_);
    armed_.assign(faults.begin(), faults.end());
    since_last_ = 0;
}

void LineState::onStrike(std::function<void(const LineFault&)> told) {
    const std::lock_guard lock(mutex_);
    told_ = std::move(told);
}

void LineState::hold(bool on) {
    const std::lock_guard lock(mutex_);
    held_ = on;
}

void LineState::loseNextAnswer() {
    const std::lock_guard lock(mutex_);
    lose_answer_ = true;
}

std::vector<LineFault> LineState::struck() const {
    const std::lock_guard lock(mutex_);
    return struck_;
}

std::size_t LineState::armed() const {
    const std::lock_guard lock(mutex_);
    return armed_.size();
}

std::uint64_t LineState::bytesUp() const {
    const std::lock_guard lock(mutex_);
    return bytes_up_;
}

}  // namespace gantry::test
