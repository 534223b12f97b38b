#include "workflow/courier.hpp"

#include <pthread.h>

#include <algorithm>
#include <set>
#include <span>

#include "catalogue/outbox_control.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/envelope.hpp"
#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/receipt.hpp"
#include "messages/messages.hpp"
#include "workflow/destination.hpp"
#include "workflow/dispatch_step.hpp"
#include "workflow/waiting.hpp"

namespace gantry::agent {
namespace {

using namespace std::chrono_literals;
constexpr auto kLook = 1s;                // the outbox is looked at this often without being told
constexpr UnixMillis kReceiptStep = 500;  // between two questions for a fresh receipt
constexpr UnixMillis kReceiptCap = 60'000;
constexpr UnixMillis kProgressStep = 500;  // progress is written down this often

}  // namespace

/// What of an upload must outlive it stands in the catalogue.
class Courier::Memory final : public uplink::UploadMemory {
public:
    /// @param cancel  stops the upload: the object was cancelled or paused meanwhile, another goes before it,
    /// or the line was closed
    Memory(Courier& courier, const OutboxRow& object, std::stop_source cancel)
        : courier_(courier),
          cancel_(std::move(cancel)),
          object_(object),
          state_(courier.addresses_.stateFor(object.resume_state)),
          last_sent_(object.sent_bytes) {}
    std::string resumeState() override { return state_; }
    Result<> saveResumeState(std::string state) override {
        state_ = std::move(state);
        return courier_.shop_.catalogue.write(
            [&](Database& db) { return agent::saveResumeState(db, object_.id, courier_.addresses_.storedFor(state_)); });
    }
    void progress(std::uint64_t sent, std::uint64_t total) override {
        const auto now = courier_.shop_.clock.nowMillis();
        if (!courier_.shop_.line->follow(now).open || !courier_.sponsorStops(object_).sentence.empty())
            return cancel_.request_stop(), void();
        if (now - last_at_ < kProgressStep && sent < total) return;
        if (last_at_ != 0 && sent > last_sent_ && now > last_at_)
            courier_.rate_ = (sent - last_sent_) * 1000 / static_cast<std::uint64_t>(now - last_at_);
        last_at_ = now;
        last_sent_ = sent;
        const auto goes_on = courier_.shop_.catalogue.write(
            [&](Database& db) { return saveProgress(db, object_.id, sent, now); });
        if (!goes_on)
            log::warning("upload.progress_not_saved", {{"reason", goes_on.error().message()}});
        else if (!*goes_on && sent < total)
            cancel_.request_stop();
        courier_.followLine();
        courier_.changed(object_);
    }
    bool advanced() const { return last_sent_ > object_.sent_bytes; }

private:
    Courier& courier_;
    std::stop_source cancel_;
    const OutboxRow& object_;
    std::string state_;
    std::uint64_t last_sent_;
    UnixMillis last_at_ = 0;
};

Result<std::unique_ptr<Courier>> Courier::start(Workshop& shop, const Trial& trial) {
    auto destination = destinationOf(shop.config, trial);
    auto limiter = uplink::RateLimiter::within(shop.line->limiter());
    destination.http.limiter = limiter;
    auto addresses = Addresses::open(destination, trial.config.other_endpoints);
    if (!addresses) return within("trial " + trial.config.id, addresses.error());
    return std::unique_ptr<Courier>(new Courier(shop, trial, *std::move(addresses), std::move(limiter)));
}

Courier::Courier(Workshop& shop, const Trial& trial, Addresses addresses,
                 std::shared_ptr<uplink::RateLimiter> limiter)
    : shop_(shop),
      trial_(trial),
      addresses_(std::move(addresses)),
      limiter_(std::move(limiter)),
      upload_thread_([this](const std::stop_token& stop) { uploadLoop(stop); }),
      receipt_thread_([this](const std::stop_token& stop) { receiptLoop(stop); }) {
    pthread_setname_np(upload_thread_.native_handle(), "upload");
    pthread_setname_np(receipt_thread_.native_handle(), "receipts");
}

Courier::~Courier() {
    upload_thread_.request_stop();
    receipt_thread_.request_stop();
}

std::vector<OutboxRow> Courier::read(const std::function<Result<std::vector<OutboxRow>>(Database&)>& look) {
    auto rows = shop_.catalogue.read(look);
    if (rows) return *std::move(rows);
    log::error("courier.read_failed", {{"reason", rows.error().message()}});
    return {};
}

void Courier::changed(const OutboxRow& object) {
    if (object.study != 0) shop_.changed(object.study);
}

void Courier::uploadLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        heartbeatNowAndThen();
        followLine();
        uploadAll(stop);
        forgetCancelled(stop);
        upload_bell_.wait(stop, kLook);
    }
}

void Courier::uploadAll(const std::stop_token& stop) {
    std::set<std::string> tried;  // what is due again at once waits for the next round
    while (!stop.stop_requested()) {
        const auto due =
            read([&](Database& db) { return dueUploads(db, trial_.config.id, shop_.clock.nowMillis()); });
        auto next = due.begin();
        const auto skip = [&](const OutboxRow& row) { return tried.contains(row.id) || waitsForLine(row); };
        while (next != due.end() && skip(*next)) ++next;
        if (next == due.end()) return;
        tried.insert(next->id);
        upload(*next, stop);
    }
}

Courier::Stop Courier::sponsorStops(const OutboxRow& object) const {
    const auto trial = shop_.trials.of(trial_.config.id);
    if (!trial) return {};
    // Messages are small, and tell the sponsor why nothing else comes.
    if (!trial->sending_stopped.empty() && (trial->closed || object.kind == "parcel"))
        return {"sponsor-stops", trial->sending_stopped};
    if (object.kind == "parcel" && trial->sponsor_line &&
        !trial->sponsor_line->rateAt(shop_.clock.nowMillis()).open)
        return {"sponsor-hours", "Uploads wait for the hours that the central team has set."};
    return {};
}

void Courier::heartbeatNowAndThen() {
    const auto now = shop_.clock.nowMillis();
    if (now < next_heartbeat_) return;
    std::uint16_t jitter = 0;
    randomBytes(std::as_writable_bytes(std::span(&jitter, 1)));
    const auto trial = shop_.trials.of(trial_.config.id);
    const std::chrono::milliseconds step = trial ? trial->heartbeat_interval : std::chrono::minutes(15);
    next_heartbeat_ = now + step.count() + jitter;
    if (!trial) return;
    if (auto queued = queueHeartbeat(shop_, *trial); !queued)
        log::error("heartbeat.not_made", {{"reason", queued.error().message()}});
}

uplink::LineRate Courier::followLine() {
    const auto wish = shop_.catalogue.read([](Database& db) { return lineWish(db); });
    if (wish)
        shop_.line->allow(*wish);
    else
        log::error("courier.read_failed", {{"reason", wish.error().message()}});
    const auto now = shop_.clock.nowMillis();
    const auto trial = shop_.trials.of(trial_.config.id);
    limiter_->setRate(trial && trial->sponsor_line ? trial->sponsor_line->rateAt(now).bytes_per_second : std::nullopt);
    return shop_.line->follow(now);
}

void Courier::forgetCancelled(const std::stop_token& stop) {
    const auto rows = read([&](Database& db) { return cancelledUploads(db, trial_.config.id); });
    for (const auto& object : rows) {
        if (stop.stop_requested()) return;
        Memory memory(*this, object, std::stop_source());
        if (auto done = addresses_.transport().forget(memory, stop); !done)
            log::warning("upload.not_forgotten", {{"object", object.id}, {"reason", done.error().message()}});
    }
}

bool Courier::waitsForLine(const OutboxRow& object) {
    if (const auto stops = sponsorStops(object); !stops.sentence.empty()) {
        postponed(object, std::chrono::milliseconds(kReceiptCap), stops.reason, stops.sentence, false);
        return true;
    }
    if (followLine().open) return false;
    const auto now = shop_.clock.nowMillis();
    const auto until = shop_.line->opensAt(now);
    const auto sentence = agent::waitsForLine(until);
    // It stays due, for the line may be opened before its time; what is written down already is not again.
    if (object.wait_reason == "line-closed" && object.waits == sentence && object.next_attempt_at > now)
        return true;
    const auto wait = std::chrono::milliseconds(until ? *until - now : kReceiptCap);
    postponed(object, wait, "line-closed", sentence, false);
    return true;
}

void Courier::upload(const OutboxRow& object, const std::stop_token& stop) {
    const auto now = shop_.clock.nowMillis();
    addresses_.lookBack(now);
    address_ = addresses_.inUse();
    if (auto marked = shop_.catalogue.write([&](Database& db) { return markUploading(db, object.id, now); });
        !marked) {
        if (marked.error().code == Errc::Conflict) return;  // cancelled since it was found due
        return log::error("upload.not_started",
                          {{"object", object.id}, {"reason", marked.error().message()}});
    }
    changed(object);
    const uplink::PutObject put_object{
        object.file_name,
        shop_.config.data_directory / kOutboxFolder / object.file_name,
        object.bytes,
        object.sha256,
        {{"kind", object.kind},
         {object.kind + "_id", object.id},
         {"trial", trial_.config.id},
         {"site", shop_.config.siteIdFor(trial_.config)},
         {"envelope", std::string(uplink::describe(uplink::Envelope::AgeV1).name)}}};
    std::stop_source cancel;
    const std::stop_callback ends(stop, [&cancel] { cancel.request_stop(); });
    Memory memory(*this, object, cancel);
    const auto put = addresses_.transport().put(put_object, memory, cancel.get_token());
    rate_ = 0;
    if (put || memory.advanced()) addresses_.worked();
    if (put) return delivered(object);
    if (cancel.stop_requested()) return;  // stopping, cancelled, paused, overtaken, or the line was closed
    failed(object, put.error(), memory.advanced());
}

void Courier::delivered(const OutboxRow& object) {
    back_offs_.erase(object.id);
    const bool heartbeat = object.topic == kHeartbeatTopic;
    const auto marked = shop_.catalogue.write([&](Database& db) -> Result<> {
        if (heartbeat) return forgetObject(db, object.id);  // the next one takes its place, not a receipt
        return markDelivered(db, object.id, shop_.clock.nowMillis());
    });
    if (!marked && marked.error().code == Errc::Conflict) return;  // cancelled: it is withdrawn there
    if (!marked) {
        log::error("upload.not_marked", {{"object", object.id}, {"reason", marked.error().message()}});
    } else if (heartbeat) {
        removeFile(object);
    }
    log::info(object.kind + ".delivered", {{"object", object.id}, {"bytes", object.bytes}});
    changed(object);
    receipt_bell_.ring();
}

void Courier::failed(const OutboxRow& object, const Error& error, bool advanced) {
    const auto& uploads = shop_.config.uploads;
    auto& back_off = back_offs_.try_emplace(object.id, uploads.retry_first, uploads.retry_cap).first->second;
    if (advanced) back_off.reset();
    auto wait = back_off.next(addresses_.transport().askedToWait());
    // Nothing but a person changes it: asked now and then, or when somebody presses "try again".
    if (describe(error.code).retry == Retry::Never) wait = uploads.retry_cap;
    log::warning("upload.interrupted",
                 {{"object", object.id}, {"reason", error.message()}, {"wait_ms", wait.count()}});
    const bool moved = addresses_.failed(error, shop_.clock.nowMillis());
    address_ = addresses_.inUse();
    if (moved)
        return postponed(object, uploads.retry_first, "line-down",
                         "The sponsor's address does not answer; another one of the sponsor's is tried.");
    const auto why = failureOf(error);
    postponed(object, wait, why.reason, why.sentence);
}

void Courier::postponed(const OutboxRow& object, std::chrono::milliseconds wait, std::string_view reason,
                        std::string_view sentence, bool counts) {
    const auto at = shop_.clock.nowMillis() + wait.count();
    const auto saved = shop_.catalogue.write(
        [&](Database& db) { return postpone(db, object.id, at, reason, std::string(sentence), counts); });
    if (!saved)
        log::error("courier.not_postponed", {{"object", object.id}, {"reason", saved.error().message()}});
    changed(object);
}

void Courier::receiptLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto due =
            read([&](Database& db) { return dueReceipts(db, trial_.config.id, shop_.clock.nowMillis()); });
        for (const auto& object : due) {
            // Of a trial by enrolment they come with the rest of its inbox.
            if (stop.stop_requested() || trial_.config.inbox.empty()) break;
            fetch(object, stop);
        }
        receipt_bell_.wait(stop, std::chrono::milliseconds(kReceiptStep));
    }
}

void Courier::fetch(const OutboxRow& object, const std::stop_token& stop) {
    const auto document =
        uplink::fetchReceipt(clientConfigOf(shop_.config, trial_), trial_.config.inbox, object.id, stop);
    if (stop.stop_requested()) return;
    if (document) {
        if (const auto confirmed = confirm(object, *document); !confirmed) {
            log::error("receipt.refused", {{"object", object.id}, {"reason", confirmed.error().message()}});
            postponed(object, std::chrono::milliseconds(kReceiptCap), "receipt-refused",
                      "The sponsor's receipt does not verify. Tell the central team.");
        }
        return;
    }
    const auto waited = shop_.clock.nowMillis() - object.delivered_at.value_or(object.created_at);
    const auto wait = std::chrono::milliseconds(std::min(kReceiptCap, std::max(kReceiptStep, waited / 4)));
    if (document.error().code == Errc::NotFound)
        return postponed(object, wait, "receipt-pending",
                         "The sponsor has all of it and has not signed for it yet.");
    log::warning("receipt.not_fetched", {{"object", object.id}, {"reason", document.error().message()}});
    const auto why = failureOf(document.error());
    postponed(object, wait, why.reason, why.sentence);
}

Result<> Courier::confirm(const OutboxRow& object, const std::string& document) {
    const auto receipt = GANTRY_TRY(uplink::verifyReceipt(document, trial_.receipt_keys));
    if (receipt.parcel_id != object.id || receipt.sha256 != object.sha256 || receipt.bytes != object.bytes ||
        receipt.manifest_sha256 != object.content_sha256)
        return fail(Errc::BadSignature, "the receipt is for other content");
    GANTRY_CHECK(shop_.catalogue.write(
        [&](Database& db) { return markConfirmed(db, object.id, document, shop_.clock.nowMillis()); }));
    // The encrypted copy has done its work; the images stay in the spool until retention ends.
    removeFile(object);
    log::info(object.kind + ".confirmed", {{"object", object.id}});
    changed(object);
    return {};
}

void Courier::removeFile(const OutboxRow& object) {
    std::error_code ignored;
    std::filesystem::remove(shop_.config.data_directory / kOutboxFolder / object.file_name, ignored);
}

}  // namespace gantry::agent
