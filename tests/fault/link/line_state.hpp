#pragma once
/// What all connections of one bad line share: its rate, what is armed, what has struck.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "line_fault.hpp"

namespace gantry::test {

class LineState {
public:
    using Time = std::chrono::steady_clock::time_point;
    enum Way { Up = 0, Down = 1 };

    /// What is to become of the bytes that were just read from the client.
    struct Passing {
        std::size_t bytes = 0;        ///< so many of them go on
        bool cut = false;             ///< then both ends are reset
        bool half_close = false;      ///< then the server is told that nothing more comes
        bool cut_everything = false;  ///< the line went down: every connection is reset
    };
    /// Counts `piece`, strikes what is due; a flip changes it.
    Passing passUp(std::string& piece);
    /// False: this answer is lost, and its connection reset. A flip changes the piece.
    bool passDown(std::string& piece);
    /// When a piece that came now has passed the line.
    Time arrival(Way way, std::size_t bytes);
    /// Nothing passes before; the past when nothing holds it up.
    Time heldUntil() const;
    bool refuses() const;

    void setRate(Way way, std::optional<std::uint64_t> bytes_per_second);
    void setDelay(std::chrono::milliseconds delay);
    void setFlipAnywhere(bool on);
    void arm(std::vector<LineFault> faults);
    void onStrike(std::function<void(const LineFault&)> told);
    void hold(bool on);
    void loseNextAnswer();
    std::vector<LineFault> struck() const;
    std::size_t armed() const;
    std::uint64_t bytesUp() const;

private:
    void strike(const LineFault& fault, std::string& piece, Passing& passing);
    bool flip(std::string& piece) const;

    mutable std::mutex mutex_;  // guards all that follows
    std::deque<LineFault> armed_;
    std::vector<LineFault> struck_;
    std::function<void(const LineFault&)> told_;
    std::uint64_t bytes_up_ = 0;
    std::uint64_t since_last_ = 0;
    bool flip_anywhere_ = false;
    bool lose_answer_ = false;
    bool flip_answer_ = false;
    bool held_ = false;
    Time held_until_{}, refuses_until_{};
    std::chrono::milliseconds delay_{0};
    std::optional<std::uint64_t> rate_[2];
    Time free_at_[2];
};

}  // namespace gantry::test
