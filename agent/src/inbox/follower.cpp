#include "inbox/follower.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/json.hpp>

#include "enrolment/hub_talk.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "inbox/pack_life.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {

using namespace std::chrono_literals;

namespace {

constexpr auto kLook = 5s;                  // a receipt that is awaited is noticed this soon
constexpr UnixMillis kFirstWait = 2'000;    // between two questions for a fresh receipt
constexpr UnixMillis kHubWait = 30'000;     // between two questions whether a person accepted
constexpr UnixMillis kRenewalWait = 3'600'000;
constexpr UnixMillis kTroubleWait = 180'000;

std::string joined(const std::string& address, std::string_view path) {
    return address + (address.ends_with('/') ? "" : "/") + std::string(path);
}

/// What a failed look means, for the page.
std::string sentenceFor(const Error& error) {
    switch (error.code) {
        case Errc::Expired:
            return "The sponsor has been silent: what its inbox says has run out. Nothing new is taken. Tell the "
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

InboxTarget asTarget(const uplink::tuf::Target& target) {
    const auto hash = target.info.hashes.find("sha256");
    const auto& any = hash == target.info.hashes.end() ? *target.info.hashes.begin() : *hash;
    return {target.path, any.second, target.info.custom, target.info.length};
}

/// trial.json first, for it says whose word counts; then what is read by it; packs from the lowest version up.
int rankOf(const std::string& path) {
    if (path == kTrialDocument) return 0;
    if (path.ends_with(kSettingsDocument) || path.ends_with(kSiteSettingsDocument)) return 1;
    if (path.ends_with(kRosterDocument)) return 2;
    if (path.starts_with("packs/")) return 3;
    return 4;
}

std::string versionIn(const std::string& path) {
    const auto file = path.substr(path.rfind('/') + 1);
    return file.substr(0, file.rfind('.'));
}

bool comesFirst(const InboxTarget& a, const InboxTarget& b) {
    const auto x = rankOf(a.path);
    const auto y = rankOf(b.path);
    if (x != y) return x < y;
    if (x == 3 && versionIn(a.path) != versionIn(b.path))
        return isLowerVersion(versionIn(a.path), versionIn(b.path));
    return a.path < b.path;
}

}  // namespace

UnixMillis nextPoll(UnixMillis now, std::chrono::minutes interval, std::string_view trial,
                    std::string_view site, double chance) {
    const auto step = std::chrono::milliseconds(interval).count();
    const auto hash = sha256(asBytes(std::string(trial) + "\n" + std::string(site)));
    const auto share = (std::to_integer<int>(hash[0]) << 8 | std::to_integer<int>(hash[1])) * step / 65'536;
    // The first of its own times that is half an interval away at least: the last look may have been a little early.
    const auto next = (now - share + step / 2) / step * step + step + share;
    return next + static_cast<UnixMillis>(chance * 0.1 * static_cast<double>(step));
}

Result<std::unique_ptr<Follower>> Follower::start(FollowerParts parts, EnrolmentFolder folder, bool runs) {
    std::unique_ptr<Follower> out(new Follower(std::move(parts), std::move(folder)));
    const auto enrolment = GANTRY_TRY(out->folder_.read());
    out->poll_ = GANTRY_TRY(
        out->parts_.taking.catalogue.read([&](Database& db) { return inboxPoll(db, enrolment.trial); }));
    if (const auto ready = out->putInForce(enrolment); !ready)
        log::error("inbox.trial_not_ready", {{"trial", enrolment.trial}, {"reason", ready.error().message()}});
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
    if (!enrolment) poll_.trouble = "The request to take part was not answered: " + enrolment.error().context + ".";
    if (!done) poll_.trouble = sentenceFor(done.error());
    if (!enrolment || !done)
        log::warning("inbox.not_read",
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
    if (!GANTRY_TRY(askHub(folder_, httpOf(folder_, parts_.taking.config.uploads.proxy), stop))) return enrolment;
    auto accepted = GANTRY_TRY(folder_.read());
    GANTRY_CHECK(audit("enrolment.accepted", accepted.trial + ": by " + accepted.accepted_by));
    return accepted;
}

Result<> Follower::audit(std::string_view event, const std::string& detail) {
    return parts_.taking.catalogue.write([&](Database& db) {
        return appendAudit(db, {{}, "gantry", std::string(event), "", "", detail}, now());
    });
}

Result<> Follower::pull(const Enrolment& enrolment, const std::stop_token& stop) {
    const auto document = GANTRY_TRY(parts_.taking.catalogue.read(
        [&](Database& db) { return trialDocumentOf(db, enrolment.trial); }));
    auto addresses = document ? document->inbox : std::vector<std::string>();
    for (const auto& address : enrolment.inbox)
        if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
    Result<> done = fail(Errc::NotFound, "the sponsor has told no address of its inbox");
    for (const auto& address : addresses) {
        done = pullFrom(address, enrolment, stop);
        if (done || stop.stop_requested()) break;
    }
    if (done) done = renewIfDue(enrolment, stop);
    return done;
}

Result<> Follower::pullFrom(const std::string& address, const Enrolment& enrolment,
                            const std::stop_token& stop) {
    uplink::tuf::ClientConfig config;
    config.metadata_dir = folder_.metadata();
    config.metadata_url = joined(address, "metadata");
    config.target_url = joined(address, "targets");
    auto fetcher = GANTRY_TRY(
        uplink::tuf::makeHttpFetcher(httpOf(folder_, parts_.taking.config.uploads.proxy)));
    uplink::tuf::Client client(config, std::move(fetcher));
    const auto refreshed = GANTRY_TRY(client.refresh(now(), stop));
    const bool as_before =
        poll_.trouble.empty() && poll_.timestamp_version == refreshed.timestamp_version;
    poll_.root_version = refreshed.root_version;
    if (!as_before) {
        poll_.timestamp_version = 0;  // until all of it is taken
        auto taking = GANTRY_TRY(Taking::open(parts_.taking, folder_, enrolment));
        Result<> all;
        for (const auto& target : GANTRY_TRY(targets(client, enrolment, stop))) {
            if (GANTRY_TRY(taking.isKnown(target))) continue;
            const auto content = Taking::needsContent(target) ? client.read(found_.at(target.path), stop)
                                                              : Result<std::string>(std::string());
            auto taken = content ? taking.take(target, *content) : Result<>(content.error());
            if (stop.stop_requested()) return fail(Errc::Stopped, "stopping");
            if (!taken && all) all = within(target.path, taken.error());  // all others are taken
        }
        GANTRY_CHECK(all);
    }
    poll_.timestamp_version = refreshed.timestamp_version;
    poll_.refreshed_at = now();
    return {};
}

Result<std::vector<InboxTarget>> Follower::targets(uplink::tuf::Client& client, const Enrolment& enrolment,
                                                   const std::stop_token& stop) {
    const auto mine = "sites/" + enrolment.site + "/";
    found_.clear();
    Result<> trouble;
    for (const auto& path : {std::string(kTrialDocument), std::string(kSettingsDocument),
                             mine + kSiteSettingsDocument, mine + kRosterDocument}) {
        auto target = client.target(path, stop);
        if (target)
            found_.insert_or_assign(path, *std::move(target));
        else if (target.error().code != Errc::NotFound && trouble)
            trouble = target.error();
    }
    for (const auto& [role, prefix] :
         std::initializer_list<std::pair<std::string, std::string>>{
             {"packs", "packs/"}, {"software", "software/"}, {"online-" + enrolment.site, mine}}) {
        auto listed = client.list(role, prefix, stop);
        if (!listed && listed.error().code != Errc::NotFound && trouble) trouble = listed.error();
        if (listed)
            for (auto& target : *listed) found_.insert_or_assign(target.path, std::move(target));
    }
    if (found_.empty() && !trouble) return trouble.error();
    if (!trouble)
        log::warning("inbox.role_not_read", {{"trial", enrolment.trial}, {"reason", trouble.error().message()}});
    std::vector<InboxTarget> out;
    for (const auto& [path, target] : found_) out.push_back(asTarget(target));
    std::ranges::sort(out, comesFirst);
    return out;
}

Result<> Follower::renewIfDue(const Enrolment& enrolment, const std::stop_token& stop) {
    if (enrolment.hub.empty() || now() - renewal_tried_ < kRenewalWait) return {};
    const auto certificate = uplink::readCertificate(GANTRY_TRY(readFile(folder_.certificate(), 1u << 20)));
    if (!certificate || !isRenewalDue(*certificate, now())) return certificate ? Result<>() : certificate.error();
    renewal_tried_ = now();
    // The page warns by the certificate's end, not by one attempt that failed.
    const auto renewed = renewAtHub(folder_, httpOf(folder_, parts_.taking.config.uploads.proxy), stop);
    if (renewed)
        log::info("certificate.renewed", {{"trial", enrolment.trial}});
    else
        log::warning("certificate.not_renewed",
                     {{"trial", enrolment.trial}, {"reason", renewed.error().message()}});
    return renewed ? audit("certificate.renewed", enrolment.trial) : Result<>();
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
        for (const auto& item : GANTRY_TRY(inboxItems(db, id)))
            if (rankOf(item.name) < 3) text += "\n" + item.digest;
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

Result<bool> Follower::awaitsReceipt(const std::string& trial) {
    return parts_.taking.catalogue.read([&](Database& db) -> Result<bool> {
        auto select = GANTRY_TRY(db.prepare(
            "SELECT 1 FROM outbox WHERE trial_id = ? AND state = 'delivered' AND topic <> 'heartbeat' AND "
            "cancelled_at_ms IS NULL AND delivered_at_ms > ? LIMIT 1"));
        select.bind(trial).bind(now() - 3'600'000);
        return select.step();
    });
}

std::chrono::milliseconds Follower::untilNext() {
    const auto enrolment = folder_.read();
    if (!enrolment) return std::chrono::milliseconds(kHubWait);
    const auto since = std::max<UnixMillis>(now() - poll_.polled_at, 0);
    if (enrolment->state != "accepted")
        return std::chrono::milliseconds(std::max<UnixMillis>(kHubWait - since, 0));
    const auto settings = parts_.taking.catalogue.read(
        [&](Database& db) { return settingsOf(db, enrolment->trial); });
    const std::chrono::minutes interval(settings ? settings->poll_minutes.value_or(kPollMinutes) : kPollMinutes);
    const auto awaited = awaitsReceipt(enrolment->trial);
    if (awaited && *awaited) return std::chrono::milliseconds(std::max<UnixMillis>(kFirstWait - since, 0));
    auto next = nextPoll(poll_.polled_at, interval, enrolment->trial, enrolment->site, chance_);
    if (!poll_.trouble.empty())
        next = std::min(next, poll_.polled_at + kTroubleWait + static_cast<UnixMillis>(chance_ * kTroubleWait / 2));
    const auto packs =
        parts_.taking.catalogue.read([&](Database& db) { return packsOf(db, enrolment->trial); });
    if (packs)
        for (const auto& pack : *packs)
            if (pack.state == "scheduled" && pack.in_force_at > poll_.polled_at) next = std::min(next, pack.in_force_at);
    return std::chrono::milliseconds(std::max<UnixMillis>(next - poll_.polled_at - since, 0));
}

}  // namespace gantry::agent
