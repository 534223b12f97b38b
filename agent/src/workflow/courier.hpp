#pragma once
/// One trial's way to its sponsor: uploads what the outbox holds, parcels and messages, and fetches the
/// receipts. Two threads, so
/// that a slow upload never delays a receipt, and another trial's trouble never reaches this one.

#include <atomic>
#include <thread>

#include "catalogue/outbox.hpp"
#include "gantry/uplink/back_off.hpp"
#include "gantry/uplink/rate_limiter.hpp"
#include "workflow/addresses.hpp"
#include "workflow/bell.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

class Courier {
public:
    static Result<std::unique_ptr<Courier>> start(Workshop& shop, const Trial& trial);
    ~Courier();
    /// Something new lies in the outbox.
    void ring() { upload_bell_.ring(); }
    /// Bytes a second of the upload that is under way; 0 when none is.
    std::uint64_t rate() const { return rate_; }
    /// Which of the sponsor's addresses is used; 0: the first.
    std::size_t address() const { return address_; }

private:
    class Memory;
    Courier(Workshop& shop, const Trial& trial, Addresses addresses, std::shared_ptr<uplink::RateLimiter> limiter);
    void uploadLoop(const std::stop_token& stop);
    void receiptLoop(const std::stop_token& stop);
    /// Takes back what lies at the sponsor of objects that are not to go any more.
    void forgetCancelled(const std::stop_token& stop);
    void heartbeatNowAndThen();
    /// What the line may carry now, by configuration and by people.
    uplink::LineRate followLine();
    /// The line is closed now: it goes on when that is over.
    bool waitsForLine(const OutboxRow& object);
    /// The sponsor lets the object not go now: why, and how it is called. "": it may.
    struct Stop {
        std::string_view reason;
        std::string sentence;
    };
    Stop sponsorStops(const OutboxRow& object) const;
    /// The first that is due, until there is none, or nothing more can be done about it.
    void uploadAll(const std::stop_token& stop);
    void upload(const OutboxRow& object, const std::stop_token& stop);
    void delivered(const OutboxRow& object);
    void failed(const OutboxRow& object, const Error& error, bool advanced);
    void fetch(const OutboxRow& object, const std::stop_token& stop);
    Result<> confirm(const OutboxRow& object, const std::string& document);
    void removeFile(const OutboxRow& object);
    void postponed(const OutboxRow& object, std::chrono::milliseconds wait, std::string_view reason,
                   std::string_view sentence, bool counts = true);
    void changed(const OutboxRow& object);
    std::vector<OutboxRow> read(const std::function<Result<std::vector<OutboxRow>>(Database&)>& look);

    Workshop& shop_;
    const Trial trial_;
    Addresses addresses_;                                // the upload thread alone
    std::shared_ptr<uplink::RateLimiter> limiter_;      // what this sponsor allows; the line's own bound holds besides
    std::map<std::string, uplink::BackOff> back_offs_;  // of uploads; the upload thread alone
    UnixMillis next_heartbeat_ = 0;                     // the upload thread alone
    std::atomic<std::uint64_t> rate_{0};
    std::atomic<std::size_t> address_{0};
    Bell upload_bell_;
    Bell receipt_bell_;
    std::jthread upload_thread_;
    std::jthread receipt_thread_;
};

}  // namespace gantry::agent
