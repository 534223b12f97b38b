#include "gantry/agent/states.hpp"

namespace gantry::agent {
namespace {
constexpr std::array<std::string_view, 13> kStateNames = {
    "receiving", "complete",  "unassigned", "checked",   "held",   "deidentifying",
    "ready",     "uploading", "delivered",  "confirmed", "purged", "quarantined",
    "phantom"};
constexpr std::array<std::string_view, 22> kEventNames = {
    "instance-arrived", "arrival-ended",    "subject-unknown",
    "subject-assigned", "judged",           "hold",
    "cleared",          "released",         "parcel-made",
    "nothing-new",      "upload-started",   "upload-done",
    "upload-lost",      "receipt-verified", "purge",
    "quarantine",       "judge-again",      "pixels-measured",
    "corrected",        "stated-later",     "make-again",
    "phantom-found"};
static_assert(kStateNames.size() == kStates.size() && kEventNames.size() == kEvents.size());
}  // namespace

std::string_view toString(State state) {
    return kStateNames.at(static_cast<std::size_t>(state));
}
std::string_view toString(Event event) {
    return kEventNames.at(static_cast<std::size_t>(event));
}

std::optional<State> parseState(std::string_view text) {
    for (const auto state : kStates)
        if (toString(state) == text) return state;
    return std::nullopt;
}

}  // namespace gantry::agent
