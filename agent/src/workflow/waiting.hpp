#pragma once
/// Why something in the outbox does not move, and what to do: nothing waits there without a sentence.

#include <optional>
#include <string>
#include <string_view>

#include "catalogue/outbox_control.hpp"

namespace gantry::agent {

struct Waiting {
    std::string reason;  ///< slug, docs/formats/api.md
    std::string sentence;
    std::string advice;
    std::optional<UnixMillis> until;  ///< when it goes on by itself, as far as that is known
};

/// What is known around an object.
struct OutboxView {
    UnixMillis now = 0;
    bool trial_known = true;
    std::optional<OutboxPause> pause;  ///< of everything or of the trial
    bool pauses_all = false;
    bool line_open = true;
    std::optional<UnixMillis> line_opens;
    int ahead = 0;  ///< objects of the trial that go before it now
};

/// nullopt when its bytes are moving, and for what is over.
std::optional<Waiting> waitingOf(const OutboxRow& object, const OutboxView& view);

struct Failure {
    std::string_view reason, sentence;
};
/// What a failed attempt means.
Failure failureOf(const Error& error);
/// What to do about a reason.
std::string_view adviceFor(std::string_view reason);

}  // namespace gantry::agent
