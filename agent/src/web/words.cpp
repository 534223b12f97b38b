#include "web/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gantry::agent {
namespace {

std::string waitsOf(const BoardRow& row, UnixMillis settles_at, UnixMillis now) {
    if (row.study.state == State::Held)
        return "Nothing is sent until somebody decides, or better images arrive.";
    if (row.study.state == State::Checked && settles_at > now)
        return "Sent in " + std::to_string((settles_at - now + 999) / 1000) + " s, unless more images come.";
    if (row.study.state == State::Deidentifying || row.study.state == State::Purged) return row.study.reason;
    return row.parcel ? row.parcel->waits : "";
}

Card heldCard(const BoardRow& row) {
    if (!row.study.identity_trouble.empty())
        return {"needs_you", row.study.identity_trouble,
                "Find out whose scan it is. Then say it; what was sent already, or stands in the crosswalk, "
                "two people "
                "correct.",
                ""};
    if (row.open_conflicts > 0)
        return {"needs_you", row.study.reason, "Find out which image is right, then acknowledge the entry.",
                ""};
    if (row.open_doubts > 0)
        return {"needs_you", row.study.reason,
                "Look at the pictures below: draw boxes over the text, or say that there is none.", ""};
    // Better images come first: what they leave open is asked when they are here.
    if (row.asks && row.outcome != Outcome::Fail) return {"needs_you", row.headline, row.advice, ""};
    if (row.outcome == Outcome::CannotTell) return {"not_judged", row.headline, row.advice, ""};
    if (row.outcome != Outcome::Fail)
        return {"needs_you", row.headline, row.advice, ""};  // no reason to scan again
    const bool person = row.worst_severity == Severity::Stop || row.worst_severity == Severity::StopSuv;
    return {person ? "needs_you" : "scan_again", row.headline, row.advice, ""};
}

Card passedCard(const BoardRow& row) {
    if (row.outcome == Outcome::CannotTell) return {"not_judged", row.headline, row.advice, ""};
    if (row.outcome == Outcome::Fail)
        return {"may_leave", "Sent with a documented deviation. " + row.headline, "", ""};
    return {"may_leave", row.headline, row.advice, ""};
}

}  // namespace

Card cardOf(const BoardRow& row, UnixMillis settles_at, UnixMillis now) {
    Card card;
    switch (row.study.state) {
        case State::Receiving:
        case State::Complete:
            card = {"arriving",
                    row.verdict_number ? "More images are arriving. The verdict is issued again."
                                       : "Images are arriving.",
                    "", ""};
            break;
        case State::Unassigned:
            card = {"needs_you", "Which subject is this? " + row.study.reason,
                    "Assign the subject, then it is judged and sent.", ""};
            break;
        case State::Quarantined:
            card = {"needs_you", row.study.reason,
                    row.study.reason.starts_with("The leak gate")
                        ? "Decide what becomes of each find. The images are safe here."
                        : "Tell site IT or the central team. The images are safe here.",
                    ""};
            break;
        case State::Phantom:
            card = {row.phantom_needs ? "needs_you" : "phantom", row.study.reason,
                    row.phantom_needs
                        ? "Open the phantom on the page Scanners. Nothing of it is sent as a patient's."
                        : "",
                    ""};
            break;
        case State::Held:
            card = row.phantom
                       ? Card{"needs_you", row.study.reason,
                              "Look at the images, then say whether it is a phantom or a patient.", ""}
                       : heldCard(row);
            break;
        default:
            card = passedCard(row);
            break;
    }
    if (row.correction) {
        card.name = "needs_you";
        card.advice = "A correction waits for a second person, who confirms or rejects it.";
    }
    card.waits = waitsOf(row, settles_at, now);
    return card;
}

namespace {
// The record holds whole names of parcels and digests; eight digits are enough to read.
std::string withShortNames(std::string detail) {
    constexpr std::size_t kShown = 8;
    for (const std::string_view word : {"parcel ", "sha256 "}) {
        const auto at = detail.find(word);
        if (at == std::string::npos) continue;
        const auto start = at + word.size();
        const auto end = std::min(detail.find_first_not_of("0123456789abcdef", start), detail.size());
        if (end - start > kShown) detail.replace(start + kShown, end - start - kShown, "…");
    }
    return detail;
}
}  // namespace

std::string timelineSentence(const AuditRow& entry) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kSentences = {{
        {"study-opened", "Arrival began, "},
        {"instance-arrived", "More images arrived"},
        {"arrival-ended", "All images are here: "},
        {"subject-unknown", "Judged, but no subject is known: "},
        {"subject-assigned", "Subject assigned: "},
        {"judged", "Judged: "},
        {"hold", "Held: "},
        {"cleared", "Cleared for sending: "},
        {"released", "Released with a deviation: "},
        {"parcel-made", "De-identified and encrypted: "},
        {"nothing-new", "Nothing new to send: "},
        {"upload-started", "Upload began: "},
        {"upload-done", "The sponsor's server has every byte: "},
        {"upload-lost", "To be sent again: "},
        {"receipt-verified", "The sponsor opened it and signed for it: "},
        {"signed", "Signed, "},
        {"purge", "Images removed here: "},
        {"quarantine", "Stopped for safety: "},
        {"correction-proposed", "Correction proposed: "},
        {"correction-rejected", "Correction rejected: "},
        {"corrected", "Assignment corrected: "},
        {"withdrawal-made", "The sponsor is told to withdraw what was sent: "},
        {"stated-later", "Said after it was sent: "},
        {"make-again", "To be encrypted and sent again: "},
        {"remove-attribute", "To be removed: "},
        {"withhold-objects", "Kept here: "},
        {"query.asked", "The central team asked: "},
        {"query.answered", "A question of the central team was answered: "},
        {"query.closed", "The central team closed its question: "},
        {"outbox.refused", "The sponsor could not use what was sent: "},
    }};
    for (const auto& [event, sentence] : kSentences)
        if (event == entry.event)
            return entry.detail.empty() && sentence.ends_with(": ")
                       ? std::string(sentence.substr(0, sentence.size() - 2))
                       : std::string(sentence) + withShortNames(entry.detail);
    if (entry.event == "pixels-measured") return "Measured: " + entry.detail;
    if (entry.event == "judge-again") return "Judged again: " + entry.detail;
    if (entry.event == "answer" || entry.event == "place" || entry.event == "waive")
        return "Said while images arrived: " + entry.detail;
    return std::string(entry.event) + ": " + entry.detail;
}

}  // namespace gantry::agent
