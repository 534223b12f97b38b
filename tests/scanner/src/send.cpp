#include "gantry/scanner/send.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>
#include <thread>

#include "association.hpp"

namespace gantry::scanner {

namespace {

/// Deals instances out to the associations and collects what became of them.
class Dealer {
public:
    Dealer(std::span<const Instance> instances, const SendOptions& options)
        : instances_(instances), options_(options), statuses_(instances.size()) {
        for (std::size_t i = 0; i < instances.size(); ++i) {
            statuses_[i].sop_instance_uid = instances[i].sop_instance_uid;
            statuses_[i].problem = "not sent: no association was left to send it";
        }
    }

    std::optional<std::size_t> take() {
        const auto index = next_.fetch_add(1);
        return index < instances_.size() ? std::optional(index) : std::nullopt;
    }
    const Instance& at(std::size_t index) const { return instances_[index]; }
    std::span<const Instance> all() const { return instances_; }

    void report(std::size_t index, SendStatus status) {
        const std::lock_guard lock(mutex_);
        if (options_.on_status) options_.on_status(instances_[index], status);
        statuses_[index] = std::move(status);
    }
    /// For the instances that nobody took.
    void explainRest(const std::string& reason) {
        const std::lock_guard lock(mutex_);
        reason_ = reason;
    }
    std::vector<SendStatus> finish() {
        for (auto i = std::min(next_.load(), instances_.size()); i < instances_.size(); ++i) {
            if (!reason_.empty()) statuses_[i].problem = reason_;
            if (options_.on_status) options_.on_status(instances_[i], statuses_[i]);
        }
        return std::move(statuses_);
    }

private:
    std::span<const Instance> instances_;
    const SendOptions& options_;
    std::vector<SendStatus> statuses_;  // each entry belongs to the thread that took its index
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::string reason_;  // guarded by mutex_
};

void sendOverOne(const Destination& destination, const SendOptions& options, Dealer& dealer) {
    auto association = Association::request(destination, options, dealer.all());
    if (!association) return dealer.explainRest("not sent: " + association.error().message());
    while ((*association)->alive()) {
        const auto index = dealer.take();
        if (!index) break;
        dealer.report(*index, (*association)->store(dealer.at(*index)));
    }
    (*association)->release();
}

bool worthAnotherTry(const SendStatus& status) {
    return !status.dimse_status || (*status.dimse_status & 0xFF00) == 0xA700;
}

}  // namespace

Result<Destination> parseDestination(std::string_view text) {
    const auto at = text.find('@');
    const auto colon = text.rfind(':');
    Destination destination;
    if (at == 0 || at > 16 || at == text.npos || colon == text.npos || colon <= at + 1)
        return fail(Errc::InvalidArgument, "a destination is written AE@host:port");
    const auto port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), destination.port);
    if (error != std::errc() || end != port.data() + port.size() || destination.port == 0)
        return fail(Errc::InvalidArgument, "the port of a destination is a number from 1 to 65535");
    destination.called_ae_title = text.substr(0, at);
    destination.host = text.substr(at + 1, colon - at - 1);
    return destination;
}

Result<> echo(const Destination& destination, const SendOptions& options) {
    auto association = GANTRY_TRY(Association::request(destination, options, {}));
    GANTRY_CHECK(association->echo());
    association->release();
    return {};
}

std::vector<SendStatus> sendAll(const Destination& destination, std::span<const Instance> instances,
                                const SendOptions& options) {
    Dealer dealer(instances, options);
    {
        std::vector<std::jthread> senders;
        for (int i = 1; i < options.associations; ++i)
            senders.emplace_back([&] { sendOverOne(destination, options, dealer); });
        sendOverOne(destination, options, dealer);
    }
    return dealer.finish();
}

std::vector<SendStatus> sendPersistently(const Destination& destination, std::span<const Instance> instances,
                                         const SendOptions& options, std::chrono::seconds give_up_after) {
    const auto deadline = std::chrono::steady_clock::now() + give_up_after;
    auto statuses = sendAll(destination, instances, options);
    for (auto pause = std::chrono::milliseconds(50);;
         pause = std::min(pause * 2, std::chrono::milliseconds(1000))) {
        std::vector<std::size_t> open;
        std::vector<Instance> again;
        for (std::size_t i = 0; i < instances.size(); ++i) {
            if (!worthAnotherTry(statuses[i])) continue;
            open.push_back(i);
            again.push_back(instances[i]);
        }
        if (again.empty() || std::chrono::steady_clock::now() + pause > deadline) return statuses;
        std::this_thread::sleep_for(pause);
        auto answers = sendAll(destination, again, options);
        for (std::size_t i = 0; i < open.size(); ++i) statuses[open[i]] = std::move(answers[i]);
    }
}

}  // namespace gantry::scanner
