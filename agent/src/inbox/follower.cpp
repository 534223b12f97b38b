#include "inbox/follower.hpp"

#include <pthread.h>

#include <algorithm>

#include "enrolment/hub_talk.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "inbox/pack_life.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {

using namespace std::chrono_literals;

namespace {

constexpr auto kLook = 5s;                // a receipt that is awaited is noticed this soon
constexpr UnixMillis kFirstWait = 2'000;  // between two questions for a fresh receipt
constexpr UnixMillis kHubWait = 30'000;   // between two questions whether a person accepted
constexpr UnixMillis kTroubleWait = 180'000;

/// What a failed look means, for the page.
std::string sentenceFor(const Error& error) {
    switch (error.code) {
        case Errc::Expired:
            return "The sponsor has been silent: what its inbox says has run out. Nothing new is taken. Tell "
                   "the "
                   "central team.";
        case Errc::NetworkDown:
        case Errc::Timeout:
        case Errc::PeerBusy:
            return "The sponsor's inbox cannot be reached. It is tried again by itself.";
        case Errc::BadSignature:
        case Errc::BadFormat:
        case Errc::Conflict:
            return "What the sponsor's inbox gives out cannot be trusted: " + error.context +
                   ". Nothing of it is taken. Tell the central team.";
        case Errc::NotAllowed:
            return "The sponsor's server does not let this site in. Tell the central team.";
        default:
            return "The sponsor's inbox could not be read: " + error.message();
    }
}

}  // namespace

UnixMillis nextPoll(UnixMillis now, std::chrono::minutes interval, std::string_view trial,
                    std::string_view site, double chance) {
    const auto step = std::chrono::milliseconds(interval).count();
    const auto hash = sha256(asBytes(std::string(trial) + "\n" + std::string(site)));
    const auto share = (std::to_integer<int>(hash[0]) << 8 | std::to_integer<int>(hash[1])) * step / 65'536;
    // The first of its own times that is half an interval away at least: the last look may have been a little
    // early.
    const auto next = (now - share + step / 2) / step * step + step + share;
    return next + static_cast<UnixMillis>(chance * 0.1 * static_cast<double>(step));
}

Result<std::unique_ptr<Follower>> Follower::start(FollowerParts parts, EnrolmentFolder folder, bool runs) {
    std::unique_ptr<Follower> out(new Follower(std::move(parts), std::move(folder)));
    const auto enrolment = GANTRY_TRY(out->folder_.read());
    out->poll_ = GANTRY_TRY(
        out->parts_.taking.catalogue.read([&](Database& db) { return inboxPoll(db, enrolment.trial); }));
    if (const auto ready = out->putInForce(enrolment); !ready)
        log::error("inbox.trial_not_ready",
                   {{"trial", enrolment.trial}, {"reason", ready.error().message()}});
    if (!runs) return out;
    out->thread_ = std::jthread([self = out.get()](const std::stop_token& stop) { self->run(stop); });
    pthread_setname_np(out->thread_.native_handle(), "inbox");
    return out;
}

Follower::~Follower() {
    thread_.request_stop();
}

void Follower::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        step(stop);
        const auto until = now() + untilNext().count();
        while (!stop.stop_requested() && now() < until) {
            const auto left = std::chrono::milliseconds(until - now());
            if (bell_.wait(stop, std::min<std::chrono::milliseconds>(left, kLook))) break;
            // Something may have been delivered meanwhile, and its receipt is awaited sooner.
            if (now() + untilNext().count() < until) break;
        }
    }
}

void Follower::step(std::stop_token stop) {
    const auto before = folder_.read();
    if (!before) return log::error("inbox.no_enrolment", {{"reason", before.error().message()}});
    const auto& trial = before->trial;
    poll_.polled_at = now();
    const auto enrolment = askedIfOpen(*before, stop);
    Result<> done;
    if (enrolment && enrolment->state == "accepted") done = pull(*enrolment, stop);
    if (stop.stop_requested()) return;
    // What waits for its time does not wait for the line.
    if (const auto ready = putInForce(enrolment ? *enrolment : *before); !ready && done) done = ready;
    poll_.trouble.clear();
    if (!enrolment)
        poll_.trouble = "The request to take part was not answered: " + enrolment.error().context + ".";
    if (!done) poll_.trouble = sentenceFor(done.error());
    if (!enrolment || !done)
        log::warning(
            "inbox.not_read",
            {{"trial", trial}, {"reason", (enrolment ? done.error() : enrolment.error()).message()}});
    const auto kept =
        parts_.taking.catalogue.write([&](Database& db) { return keepInboxPoll(db, trial, poll_); });
    if (!kept) log::error("inbox.poll_not_kept", {{"reason", kept.error().message()}});
    chance_ = static_cast<double>(random_() % 2001) / 1000.0 - 1.0;
    tellWhatIsDue(trial);
    if (parts_.news) parts_.news();
}

Result<Enrolment> Follower::askedIfOpen(const Enrolment& enrolment, const std::stop_token& stop) {
    if (enrolment.state != "requested" || enrolment.hub.empty()) return enrolment;
    if (!GANTRY_TRY(askHub(folder_, httpOf(folder_, parts_.taking.config.uploads.proxy), stop)))
        return enrolment;
    auto accepted = GANTRY_TRY(folder_.read());
    GANTRY_CHECK(audit("enrolment.accepted", accepted.trial + ": by " + accepted.accepted_by));
    return accepted;
}

Result<> Follower::audit(std::string_view event, const std::string& detail) {
    return parts_.taking.catalogue.write([&](Database& db) {
        return appendAudit(db, {{}, "gantry", std::string(event), "", "", detail}, now());
    });
}

Result<> Follower::putInForce(const Enrolment& enrolment) {
    auto& catalogue = parts_.taking.catalogue;
    const auto& id = enrolment.trial;
    GANTRY_TRY(putDuePackInForce(catalogue, id, now()));
    auto composed =
        GANTRY_TRY(catalogue.read([&](Database& db) { return composeTrial(db, folder_, enrolment, now()); }));
    if (!composed.trial) return {};
    composed.trial->crosswalk = parts_.crosswalk;
    const auto made_of = GANTRY_TRY(catalogue.read([&](Database& db) -> Result<std::string> {
        std::string text = siteDate(now()) + "\n" + composed.trial->sending_stopped;
        for (const auto* name : {kTrialDocument, kSettingsDocument, kSiteSettingsDocument, kRosterDocument})
            text += "\n" + toHex(sha256(asBytes(GANTRY_TRY(inboxDocument(db, id, name)).value_or(""))));
        const auto pack = GANTRY_TRY(packInForceOf(db, id));
        const auto certificate = GANTRY_TRY(readFile(folder_.certificate(), 1u << 20));
        return text + "\n" + (pack ? pack->digest : "") + "\n" + toHex(sha256(asBytes(certificate)));
    }));
    if (made_of != composed_) {
        parts_.taking.trials.put(*composed.trial);
        composed_ = made_of;
        if (parts_.trials_changed) parts_.trials_changed();
    }
    return runPacksOnTrial(catalogue, parts_.taking.config, *composed.trial, now());
}

void Follower::tellWhatIsDue(const std::string& trial) {
    const auto in_force = parts_.taking.trials.of(trial);
    if (!parts_.tell || !in_force) return;
    auto& catalogue = parts_.taking.catalogue;
    const auto due = catalogue.read([&](Database& db) { return dueMessages(db, trial); });
    if (!due) return log::error("inbox.read_failed", {{"reason", due.error().message()}});
    for (const auto& message : *due) {
        auto told = parts_.tell(*in_force, message.kind, message.fields);
        if (told) told = catalogue.write([&](Database& db) { return messageIsTold(db, message.id); });
        if (!told) return log::warning("inbox.not_told", {{"reason", told.error().message()}});
    }
}

std::chrono::milliseconds Follower::untilNext() {
    const auto enrolment = folder_.read();
    if (!enrolment) return std::chrono::milliseconds(kHubWait);
    const auto since = std::max<UnixMillis>(now() - poll_.polled_at, 0);
    if (enrolment->state != "accepted")
        return std::chrono::milliseconds(std::max<UnixMillis>(kHubWait - since, 0));
    const auto settings =
        parts_.taking.catalogue.read([&](Database& db) { return settingsOf(db, enrolment->trial); });
    const std::chrono::minutes interval(settings ? settings->poll_minutes.value_or(kPollMinutes)
                                                 : kPollMinutes);
    const auto delivered =
        parts_.taking.catalogue.read([&](Database& db) { return awaitsReceiptSince(db, enrolment->trial); });
    auto next = nextPoll(poll_.polled_at, interval, enrolment->trial, enrolment->site, chance_);
    if (delivered && *delivered)  // ever less often, the longer it does not come
        next = std::min(next, poll_.polled_at + std::max(kFirstWait, (poll_.polled_at - **delivered) / 4));
    if (!poll_.trouble.empty())
        next = std::min(next,
                        poll_.polled_at + kTroubleWait + static_cast<UnixMillis>(chance_ * kTroubleWait / 2));
    const auto packs =
        parts_.taking.catalogue.read([&](Database& db) { return packsOf(db, enrolment->trial); });
    if (packs)
        for (const auto& pack : *packs)
            if (pack.state == "scheduled" && pack.in_force_at > poll_.polled_at)
                next = std::min(next, pack.in_force_at);
    return std::chrono::milliseconds(std::max<UnixMillis>(next - poll_.polled_at - since, 0));
}

}  // namespace gantry::agent
