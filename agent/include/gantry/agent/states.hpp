#pragma once
/// The states of a study and the one table of its transitions (docs/formats/states.md).

#include <array>
#include <optional>
#include <string_view>

namespace gantry::agent {

enum class State {
    Receiving, Complete, Unassigned, Checked, Held, Deidentifying,
    Ready, Uploading, Delivered, Confirmed, Purged, Quarantined, Phantom,
};
inline constexpr std::array kStates = {
    State::Receiving, State::Complete,  State::Unassigned, State::Checked,   State::Held,   State::Deidentifying,
    State::Ready,     State::Uploading, State::Delivered,  State::Confirmed, State::Purged, State::Quarantined,
    State::Phantom};

enum class Event {
    InstanceArrived, ArrivalEnded, SubjectUnknown, SubjectAssigned, Judged, Hold, Cleared, Released, ParcelMade,
    NothingNew, UploadStarted, UploadDone, UploadLost, ReceiptVerified, Purge, Quarantine, JudgeAgain,
    PixelsMeasured, Corrected, StatedLater, MakeAgain, PhantomFound,
};
inline constexpr std::array kEvents = {
    Event::InstanceArrived, Event::ArrivalEnded, Event::SubjectUnknown,  Event::SubjectAssigned, Event::Judged,
    Event::Hold,            Event::Cleared,      Event::Released,        Event::ParcelMade,      Event::NothingNew,
    Event::UploadStarted,   Event::UploadDone,   Event::UploadLost,      Event::ReceiptVerified, Event::Purge,
    Event::Quarantine,      Event::JudgeAgain,   Event::PixelsMeasured,
    Event::Corrected,       Event::StatedLater,      Event::MakeAgain,
    Event::PhantomFound};

std::string_view toString(State state);   ///< "receiving", as stored and shown
std::string_view toString(Event event);   ///< "instance-arrived", as audited
std::optional<State> parseState(std::string_view text);

struct Transition {
    State from;
    Event on;
    State to;
};

// clang-format off
inline constexpr Transition kTransitions[] = {
    {State::Receiving,     Event::InstanceArrived, State::Receiving},
    {State::Complete,      Event::InstanceArrived, State::Receiving},
    {State::Unassigned,    Event::InstanceArrived, State::Receiving},
    {State::Checked,       Event::InstanceArrived, State::Receiving},
    {State::Held,          Event::InstanceArrived, State::Receiving},
    {State::Deidentifying, Event::InstanceArrived, State::Receiving},
    {State::Ready,         Event::InstanceArrived, State::Receiving},
    {State::Uploading,     Event::InstanceArrived, State::Receiving},
    {State::Delivered,     Event::InstanceArrived, State::Receiving},
    {State::Confirmed,     Event::InstanceArrived, State::Receiving},
    {State::Purged,        Event::InstanceArrived, State::Receiving},
    {State::Quarantined,   Event::InstanceArrived, State::Quarantined},

    {State::Receiving,     Event::ArrivalEnded,    State::Complete},
    {State::Complete,      Event::SubjectUnknown,  State::Unassigned},
    {State::Unassigned,    Event::SubjectAssigned, State::Complete},
    {State::Checked,       Event::SubjectAssigned, State::Complete},
    {State::Held,          Event::SubjectAssigned, State::Complete},
    {State::Complete,      Event::Judged,          State::Checked},
    {State::Checked,       Event::Hold,            State::Held},
    {State::Checked,       Event::Cleared,         State::Deidentifying},
    {State::Held,          Event::Released,        State::Deidentifying},
    {State::Deidentifying, Event::ParcelMade,      State::Ready},
    {State::Deidentifying, Event::NothingNew,      State::Confirmed},
    {State::Deidentifying, Event::Hold,            State::Held},

    {State::Ready,         Event::UploadStarted,   State::Uploading},
    {State::Uploading,     Event::UploadDone,      State::Delivered},
    {State::Uploading,     Event::UploadLost,      State::Ready},
    {State::Delivered,     Event::UploadLost,      State::Ready},
    {State::Delivered,     Event::ReceiptVerified, State::Confirmed},
    {State::Confirmed,     Event::Purge,           State::Purged},

    {State::Receiving,     Event::Quarantine,      State::Quarantined},
    {State::Complete,      Event::Quarantine,      State::Quarantined},
    {State::Unassigned,    Event::Quarantine,      State::Quarantined},
    {State::Checked,       Event::Quarantine,      State::Quarantined},
    {State::Held,          Event::Quarantine,      State::Quarantined},
    {State::Deidentifying, Event::Quarantine,      State::Quarantined},
    {State::Ready,         Event::Quarantine,      State::Quarantined},
    {State::Uploading,     Event::Quarantine,      State::Quarantined},
    {State::Delivered,     Event::Quarantine,      State::Quarantined},
    {State::Confirmed,     Event::Quarantine,      State::Quarantined},
    {State::Quarantined,   Event::Quarantine,      State::Quarantined},
    {State::Quarantined,   Event::JudgeAgain,      State::Complete},
    {State::Held,          Event::JudgeAgain,      State::Complete},
    {State::Unassigned,    Event::JudgeAgain,      State::Complete},
    {State::Checked,       Event::JudgeAgain,      State::Complete},
    {State::Checked,       Event::PixelsMeasured,  State::Complete},
    {State::Held,          Event::PixelsMeasured,  State::Complete},

    {State::Receiving,      Event::Corrected,       State::Receiving},
    {State::Complete,       Event::Corrected,       State::Complete},
    {State::Unassigned,     Event::Corrected,       State::Complete},
    {State::Checked,        Event::Corrected,       State::Complete},
    {State::Held,           Event::Corrected,       State::Complete},
    {State::Deidentifying,  Event::Corrected,       State::Complete},
    {State::Ready,          Event::Corrected,       State::Complete},
    {State::Uploading,      Event::Corrected,       State::Complete},
    {State::Delivered,      Event::Corrected,       State::Complete},
    {State::Confirmed,      Event::Corrected,       State::Complete},
    {State::Purged,         Event::Corrected,       State::Purged},
    {State::Quarantined,    Event::Corrected,       State::Complete},

    {State::Delivered,      Event::StatedLater,     State::Complete},
    {State::Confirmed,      Event::StatedLater,     State::Complete},

    {State::Ready,          Event::MakeAgain,       State::Deidentifying},
    {State::Uploading,      Event::MakeAgain,       State::Deidentifying},
    {State::Delivered,      Event::MakeAgain,       State::Deidentifying},
    {State::Confirmed,      Event::MakeAgain,       State::Deidentifying},

    {State::Unassigned,     Event::PhantomFound,    State::Phantom},
    {State::Checked,        Event::PhantomFound,    State::Phantom},
    {State::Held,           Event::PhantomFound,    State::Phantom},
    {State::Phantom,        Event::PhantomFound,    State::Phantom},
    {State::Phantom,        Event::InstanceArrived, State::Receiving},
    {State::Phantom,        Event::JudgeAgain,      State::Complete},
    {State::Phantom,        Event::Quarantine,      State::Quarantined},
    {State::Phantom,        Event::Corrected,       State::Phantom},
};
// clang-format on

constexpr std::optional<State> next(State from, Event on) {
    for (const auto& t : kTransitions)
        if (t.from == from && t.on == on) return t.to;
    return std::nullopt;
}

static_assert(!next(State::Receiving, Event::Cleared));      // nothing leaves before it was judged
static_assert(!next(State::Checked, Event::ParcelMade));     // nothing leaves before de-identification
static_assert(!next(State::Held, Event::Cleared));           // a hold ends by a person's release alone
static_assert(!next(State::Uploading, Event::ReceiptVerified));
static_assert(!next(State::Delivered, Event::Purge));        // only a receipt allows deletion
static_assert(!next(State::Phantom, Event::Released) && !next(State::Phantom, Event::Cleared));
static_assert(next(State::Purged, Event::Corrected) == State::Purged);  // no image is left to send anew

}  // namespace gantry::agent
