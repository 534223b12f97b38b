#include "workflow/courier.hpp"

#include <pthread.h>

#include "gantry/core/log.hpp"
#include "gantry/uplink/envelope.hpp"
#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/receipt.hpp"
#include "workflow/destination.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {
namespace {

using namespace std::chrono_literals;
constexpr auto kLook = 1s;                // the outbox is looked at this often without being told
constexpr UnixMillis kReceiptStep = 500;  // between two questions for a fresh receipt
constexpr UnixMillis kReceiptCap = 60'000;
constexpr UnixMillis kProgressStep = 500;  // progress is written down this often

std::string sentenceFor(const Error& error) {
    switch (error.code) {
        case Errc::NetworkDown:
            return "The line to the sponsor is down.";
        case Errc::Timeout:
            return "The line to the sponsor is too slow or stalls.";
        case Errc::NotAllowed:
            return "We are not let through: the sponsor's server does not accept this site's token or "
                   "certificate, we do not accept its, or a proxy refuses. `gantryctl link test` says which.";
        case Errc::PeerRefused:
            return "The sponsor's server refuses the upload. Tell the central team.";
        case Errc::PeerBusy:
            return "The sponsor's server is busy or full.";
        case Errc::DiskFull:
            return "The disk here is full.";
        case Errc::Conflict:
            return "The sponsor's server has other content under this name. Tell the central team.";
        case Errc::ClockWrong:
            return "The clock of this machine is wrong. Tell site IT to set it; then it goes on by itself.";
        case Errc::NoGrant:
            return "No permission to upload is left. Tell the central team; it goes on by itself when one "
                   "comes.";
        default:
            return "The upload was interrupted.";
    }
}

}  // namespace

/// What of an upload must outlive it stands in the catalogue.
class Courier::Memory final : public uplink::UploadMemory {
public:
    /// @param cancel  stops the upload; used when the parcel is cancelled meanwhile
    Memory(Courier& courier, const ParcelRow& parcel, std::stop_source cancel)
        : courier_(courier),
          cancel_(std::move(cancel)),
          parcel_(parcel),
          state_(parcel.resume_state),
          last_sent_(parcel.sent_bytes) {}
    std::string resumeState() override { return state_; }
    Result<> saveResumeState(std::string state) override {
        state_ = std::move(state);
        return courier_.shop_.catalogue.write(
            [&](Database& db) { return agent::saveResumeState(db, parcel_.id, state_); });
    }
    void progress(std::uint64_t sent, std::uint64_t total) override {
        const auto now = courier_.shop_.clock.nowMillis();
        if (!courier_.shop_.line->follow(now).open || !courier_.sponsorStops().empty())
            return cancel_.request_stop(), void();
        if (now - last_at_ < kProgressStep && sent < total) return;
        if (last_at_ != 0 && sent > last_sent_ && now > last_at_)
            courier_.rate_ = (sent - last_sent_) * 1000 / static_cast<std::uint64_t>(now - last_at_);
        last_at_ = now;
        last_sent_ = sent;
        const auto saved =
            courier_.shop_.catalogue.write([&](Database& db) { return saveProgress(db, parcel_.id, sent); });
        if (!saved && saved.error().code == Errc::Conflict)
            cancel_.request_stop();
        else if (!saved)
            log::warning("upload.progress_not_saved", {{"reason", saved.error().message()}});
        courier_.shop_.changed(parcel_.study);
    }
    bool advanced() const { return last_sent_ > parcel_.sent_bytes; }

private:
    Courier& courier_;
    std::stop_source cancel_;
    const ParcelRow& parcel_;
    std::string state_;
    std::uint64_t last_sent_;
    UnixMillis last_at_ = 0;
};

Result<std::unique_ptr<Courier>> Courier::start(Workshop& shop, const Trial& trial) {
    auto destination = destinationOf(shop.config, trial);
    destination.http.limiter = shop.line->limiter();
    auto transport = uplink::makeTransport(destination);
    if (!transport) return within("trial " + trial.config.id, transport.error());
    return std::unique_ptr<Courier>(new Courier(shop, trial, *std::move(transport)));
}

Courier::Courier(Workshop& shop, const Trial& trial, std::unique_ptr<uplink::Transport> transport)
    : shop_(shop),
      trial_(trial),
      transport_(std::move(transport)),
      upload_thread_([this](const std::stop_token& stop) { uploadLoop(stop); }),
      receipt_thread_([this](const std::stop_token& stop) { receiptLoop(stop); }) {
    pthread_setname_np(upload_thread_.native_handle(), "upload");
    pthread_setname_np(receipt_thread_.native_handle(), "receipts");
}

Courier::~Courier() {
    upload_thread_.request_stop();
    receipt_thread_.request_stop();
}

std::vector<ParcelRow> Courier::due(std::string_view state, std::string_view other_state) {
    auto rows = shop_.catalogue.read([&](Database& db) {
        return dueParcels(db, trial_.config.id, state, other_state, shop_.clock.nowMillis());
    });
    if (rows) return *std::move(rows);
    log::error("courier.read_failed", {{"reason", rows.error().message()}});
    return {};
}

void Courier::uploadLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        for (const auto& parcel : due("made", "uploading")) {
            if (stop.stop_requested()) return;
            if (!waitsForLine(parcel)) upload(parcel, stop);
        }
        forgetCancelled(stop);
        upload_bell_.wait(stop, kLook);
    }
}

void Courier::forgetCancelled(const std::stop_token& stop) {
    const auto rows =
        shop_.catalogue.read([&](Database& db) { return cancelledUploads(db, trial_.config.id); });
    if (!rows) return log::error("courier.read_failed", {{"reason", rows.error().message()}});
    for (const auto& parcel : *rows) {
        if (stop.stop_requested()) return;
        Memory memory(*this, parcel, std::stop_source());
        if (auto done = transport_->forget(memory, stop); !done)
            log::warning("upload.not_forgotten", {{"parcel", parcel.id}, {"reason", done.error().message()}});
    }
}

std::string Courier::sponsorStops() const {
    const auto trial = shop_.trials.of(trial_.config.id);
    if (!trial) return {};
    if (!trial->sending_stopped.empty()) return trial->sending_stopped;
    if (trial->sponsor_line && !trial->sponsor_line->rateAt(shop_.clock.nowMillis()).open)
        return "Uploads wait for the hours that the central team has set.";
    return {};
}

bool Courier::waitsForLine(const ParcelRow& parcel) {
    const auto now = shop_.clock.nowMillis();
    if (const auto why = sponsorStops(); !why.empty()) {
        postponed(parcel, std::chrono::milliseconds(kReceiptCap), why);
        return true;
    }
    if (shop_.line->follow(now).open) return false;
    const auto until = shop_.line->nextChange(now);
    const auto wait = std::chrono::milliseconds(until ? *until - now : kReceiptCap);
    postponed(parcel, wait, agent::waitsForLine(until));
    return true;
}

void Courier::upload(const ParcelRow& parcel, const std::stop_token& stop) {
    const auto now = shop_.clock.nowMillis();
    if (auto marked = shop_.catalogue.write([&](Database& db) { return markUploading(db, parcel.id, now); });
        !marked) {
        if (marked.error().code == Errc::Conflict) return;  // cancelled since it was found due
        return log::error("upload.not_started",
                          {{"parcel", parcel.id}, {"reason", marked.error().message()}});
    }
    shop_.changed(parcel.study);
    const uplink::PutObject object{
        parcel.file_name,
        shop_.config.data_directory / kOutboxFolder / parcel.file_name,
        parcel.bytes,
        parcel.sha256,
        {{"parcel_id", parcel.id},
         {"trial", trial_.config.id},
         {"site", shop_.config.siteIdFor(trial_.config)},
         {"envelope", std::string(uplink::describe(uplink::Envelope::AgeV1).name)}}};
    std::stop_source cancel;
    const std::stop_callback ends(stop, [&cancel] { cancel.request_stop(); });
    Memory memory(*this, parcel, cancel);
    const auto put = transport_->put(object, memory, cancel.get_token());
    rate_ = 0;
    if (!put && cancel.stop_requested()) return;  // stopping, cancelled, or the line was closed
    if (put) {
        back_offs_.erase(parcel.id);
        const auto marked = shop_.catalogue.write(
            [&](Database& db) { return markDelivered(db, parcel.id, shop_.clock.nowMillis()); });
        if (!marked && marked.error().code == Errc::Conflict) return;  // cancelled: it is withdrawn there
        if (!marked)
            log::error("upload.not_marked", {{"parcel", parcel.id}, {"reason", marked.error().message()}});
        log::info("parcel.delivered", {{"parcel", parcel.id}, {"bytes", parcel.bytes}});
        shop_.changed(parcel.study);
        return receipt_bell_.ring();
    }
    if (stop.stop_requested()) return;
    const auto& uploads = shop_.config.uploads;
    auto& back_off = back_offs_.try_emplace(parcel.id, uploads.retry_first, uploads.retry_cap).first->second;
    if (memory.advanced()) back_off.reset();
    const auto wait = back_off.next(transport_->askedToWait());
    log::warning("upload.interrupted",
                 {{"parcel", parcel.id}, {"reason", put.error().message()}, {"wait_ms", wait.count()}});
    postponed(parcel, wait, sentenceFor(put.error()));
}

void Courier::postponed(const ParcelRow& parcel, std::chrono::milliseconds wait,
                        const std::string& sentence) {
    const auto at = shop_.clock.nowMillis() + wait.count();
    const auto saved =
        shop_.catalogue.write([&](Database& db) { return postpone(db, parcel.id, at, sentence); });
    if (!saved)
        log::error("courier.not_postponed", {{"parcel", parcel.id}, {"reason", saved.error().message()}});
    shop_.changed(parcel.study);
}

void Courier::receiptLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        for (const auto& parcel : due("delivered", "delivered")) {
            // Of a trial by enrolment they come with the rest of its inbox.
            if (stop.stop_requested() || trial_.config.inbox.empty()) break;
            fetch(parcel, stop);
        }
        receipt_bell_.wait(stop, std::chrono::milliseconds(kReceiptStep));
    }
}

void Courier::fetch(const ParcelRow& parcel, const std::stop_token& stop) {
    const auto document =
        uplink::fetchReceipt(clientConfigOf(shop_.config, trial_), trial_.config.inbox, parcel.id, stop);
    if (stop.stop_requested()) return;
    if (document) {
        if (const auto confirmed = confirm(parcel, *document); !confirmed) {
            log::error("receipt.refused", {{"parcel", parcel.id}, {"reason", confirmed.error().message()}});
            postponed(parcel, std::chrono::milliseconds(kReceiptCap),
                      "The sponsor's receipt does not verify. Tell the central team.");
        }
        return;
    }
    const auto waited = shop_.clock.nowMillis() - parcel.delivered_at.value_or(parcel.created_at);
    const auto wait = std::chrono::milliseconds(std::min(kReceiptCap, std::max(kReceiptStep, waited / 4)));
    const bool not_yet = document.error().code == Errc::NotFound;
    if (!not_yet)
        log::warning("receipt.not_fetched", {{"parcel", parcel.id}, {"reason", document.error().message()}});
    postponed(
        parcel, wait,
        not_yet ? "The sponsor has all of it and has not signed for it yet." : sentenceFor(document.error()));
}

Result<> Courier::confirm(const ParcelRow& parcel, const std::string& document) {
    const auto receipt = GANTRY_TRY(uplink::verifyReceipt(document, trial_.receipt_keys));
    if (receipt.parcel_id != parcel.id || receipt.sha256 != parcel.sha256 || receipt.bytes != parcel.bytes ||
        receipt.manifest_sha256 != parcel.manifest_sha256)
        return fail(Errc::BadSignature, "the receipt is for other content");
    GANTRY_CHECK(shop_.catalogue.write(
        [&](Database& db) { return markConfirmed(db, parcel.id, document, shop_.clock.nowMillis()); }));
    // The encrypted copy has done its work; the images stay in the spool until retention ends.
    std::error_code ec;
    std::filesystem::remove(shop_.config.data_directory / kOutboxFolder / parcel.file_name, ec);
    log::info("parcel.confirmed", {{"parcel", parcel.id}});
    shop_.changed(parcel.study);
    return {};
}

}  // namespace gantry::agent
