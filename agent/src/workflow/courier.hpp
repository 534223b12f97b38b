#pragma once
/// One trial's way to its sponsor: uploads what the outbox holds, and fetches the receipts. Two threads, so
/// that a slow upload never delays a receipt, and another trial's trouble never reaches this one.

#include <atomic>
#include <thread>

#include "catalogue/parcels.hpp"
#include "gantry/uplink/back_off.hpp"
#include "gantry/uplink/transport.hpp"
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

private:
    class Memory;
    Courier(Workshop& shop, const Trial& trial, std::unique_ptr<uplink::Transport> transport);
    void uploadLoop(const std::stop_token& stop);
    void receiptLoop(const std::stop_token& stop);
    /// Takes back what lies at the sponsor of parcels that are not to go any more.
    void forgetCancelled(const std::stop_token& stop);
    /// The line is closed now: it goes on when that is over.
    bool waitsForLine(const ParcelRow& parcel);
    /// Why the sponsor lets nothing of the trial go now, in a sentence; "" when it may.
    std::string sponsorStops() const;
    void upload(const ParcelRow& parcel, const std::stop_token& stop);
    void fetch(const ParcelRow& parcel, const std::stop_token& stop);
    Result<> confirm(const ParcelRow& parcel, const std::string& document);
    void postponed(const ParcelRow& parcel, std::chrono::milliseconds wait, const std::string& sentence);
    std::vector<ParcelRow> due(std::string_view state, std::string_view other_state);

    Workshop& shop_;
    const Trial trial_;
    std::unique_ptr<uplink::Transport> transport_;
    std::map<std::string, uplink::BackOff> back_offs_;  // of uploads; the upload thread alone
    std::atomic<std::uint64_t> rate_{0};
    Bell upload_bell_;
    Bell receipt_bell_;
    std::jthread upload_thread_;
    std::jthread receipt_thread_;
};

}  // namespace gantry::agent
