#include "workflow/waiting.hpp"

#include <algorithm>
#include <array>

#include "workflow/line.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kByItself = "Nothing; it goes on by itself.";

struct FailureRow {
    Errc code;
    std::string_view reason, sentence;
};
constexpr std::array kFailures = {
    FailureRow{Errc::NetworkDown, "line-down", "The line to the sponsor is down."},
    FailureRow{Errc::Timeout, "line-slow", "The line to the sponsor is too slow or stalls."},
    FailureRow{Errc::NotAllowed, "not-let-through",
               "We are not let through: the sponsor's server does not accept this site's token or "
               "certificate, we do not accept its, or a proxy refuses. gantryctl link test says which."},
    FailureRow{Errc::PeerRefused, "refused",
               "The sponsor's server refuses the upload. Tell the central team."},
    FailureRow{Errc::PeerBusy, "busy", "The sponsor's server is busy or full."},
    FailureRow{Errc::DiskFull, "disk-full", "The disk here is full."},
    FailureRow{Errc::Conflict, "other-content",
               "The sponsor's server has other content under this name. Tell the central team."},
    FailureRow{Errc::ClockWrong, "clock-wrong",
               "The clock of this machine is wrong. Tell site IT to set it; then it goes on by itself."},
    FailureRow{
        Errc::NoGrant, "no-grant",
        "No permission to upload is left. Tell the central team; it goes on by itself when one comes."},
    FailureRow{Errc::NotFound, "file-gone", "Its encrypted file is gone from this machine."},
    FailureRow{Errc::InvalidArgument, "file-gone", "Its encrypted file here is damaged."},
};

struct AdviceRow {
    std::string_view reason, advice;
};
constexpr std::array kAdvice = {
    AdviceRow{"line-down", "Nothing; it is tried again by itself. If it stays: gantryctl link test."},
    AdviceRow{"line-slow", "Nothing; it is tried again by itself. If it stays: gantryctl link test."},
    AdviceRow{"not-let-through", "Tell site IT to run gantryctl link test, then press Try again."},
    AdviceRow{"refused", "Tell the central team. Press Try again when they have changed it."},
    AdviceRow{"disk-full", "Tell site IT to free space."},
    AdviceRow{"other-content", "Tell the central team."},
    AdviceRow{"clock-wrong", "Tell site IT to set the clock, and to let NTP keep it."},
    AdviceRow{"no-grant", "Ask the central team for new permissions."},
    AdviceRow{"file-gone", "Run gantryctl make-again: it is made anew from the images here."},
    AdviceRow{"receipt-refused", "Tell the central team."},
    AdviceRow{"paused", "Press Resume when it may go on."},
    AdviceRow{"unusable", "Ask the central team. When they say so: gantryctl make-again."},
    AdviceRow{"sponsor-stops", "Ask the central team."},
    AdviceRow{"trial-gone", "Put the trial back into the configuration, or cancel it."},
};

Waiting make(std::string_view reason, std::string sentence, std::optional<UnixMillis> until = {}) {
    return {std::string(reason), std::move(sentence), std::string(adviceFor(reason)), until};
}

}  // namespace

std::string_view adviceFor(std::string_view reason) {
    const auto found = std::ranges::find(kAdvice, reason, &AdviceRow::reason);
    return found == kAdvice.end() ? kByItself : found->advice;
}

Failure failureOf(const Error& error) {
    const auto found = std::ranges::find(kFailures, error.code, &FailureRow::code);
    if (found == kFailures.end()) return {"interrupted", "The upload was interrupted."};
    return {found->reason, found->sentence};
}

std::optional<Waiting> waitingOf(const OutboxRow& object, const OutboxView& view) {
    if (object.cancelled || object.state == "confirmed") return std::nullopt;
    const auto later = object.next_attempt_at > view.now ? std::optional(object.next_attempt_at) : std::nullopt;
    if (!view.trial_known)
        return make("trial-gone", "The trial " + object.trial_id + " is no longer configured here.");
    if (object.state == "delivered")
        return object.waits.empty()
                   ? make("receipt-pending", "The sponsor has all of it and has not signed for it yet.")
                   : make(object.wait_reason, object.waits, later);
    if (!object.paused_by.empty()) return make("paused", object.paused_by + " paused it.");
    if (view.pause)
        return make("paused", view.pause->who + (view.pauses_all ? " paused all uploads."
                                                                 : " paused the uploads of this trial."));
    if (!view.line_open) {
        auto closed = make("line-closed", waitsForLine(view.line_opens), view.line_opens);
        if (!view.line_opens) closed.advice = "Ask site IT: `uploads.schedule` never opens the line.";
        return closed;
    }
    if (later)
        return object.waits.empty() ? make("interrupted", "The upload was interrupted.", later)
                                    : make(object.wait_reason, object.waits, later);
    if (view.ahead > 0)
        return make("queue", view.ahead == 1 ? "One other goes before it."
                                             : std::to_string(view.ahead) + " others go before it.");
    if (object.state == "made") return make("next", "It is sent next.");
    return std::nullopt;
}

}  // namespace gantry::agent
