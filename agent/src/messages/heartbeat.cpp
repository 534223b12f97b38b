#include "messages/heartbeat.hpp"

#include <sys/timex.h>

#include <boost/json.hpp>

#include "catalogue/scanners.hpp"
#include "messages/heartbeat_facts.hpp"
#include "workflow/dispatch_step.hpp"
#include "workflow/waiting.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr UnixMillis kDay = 86'400'000;

bool clockSynchronised() {
    timex asked{};
    return ::adjtimex(&asked) != TIME_ERROR;
}

Result<json::object> diskJson(Workshop& shop) {
    std::error_code ec;
    const auto space = std::filesystem::space(shop.config.data_directory, ec);
    if (ec) return fail(Errc::Io, "the disk's space");
    constexpr int kDays = 14;
    const auto taken = GANTRY_TRY(shop.catalogue.read([&](Database& db) {
        return bytesReceivedSince(db, shop.clock.nowMillis() - kDays * kDay);
    }));
    const auto left = space.available > shop.config.disk_reserve_bytes
                          ? space.available - shop.config.disk_reserve_bytes
                          : 0;
    json::object out{{"free_bytes", space.available},
                     {"total_bytes", space.capacity},
                     {"reserve_bytes", shop.config.disk_reserve_bytes}};
    if (taken > 0) out["days_left"] = left / (taken / kDays + 1);
    return out;
}

json::object outboxJson(const OutboxFacts& facts) {
    json::object out{{"waiting", facts.waiting}, {"bytes", facts.bytes}, {"reason", facts.reason}};
    if (facts.oldest_at) out["oldest_at"] = isoUtc(*facts.oldest_at);
    return out;
}

json::array problemsOf(const Trial& trial, const json::object& disk, const OutboxFacts& outbox) {
    json::array out;
    if (disk.at("free_bytes").to_number<std::uint64_t>() <
        disk.at("reserve_bytes").to_number<std::uint64_t>() + (1u << 30))
        out.emplace_back("disk-full");
    if (!trial.pack_refused.empty()) out.emplace_back("pack-refused");
    if (!clockSynchronised()) out.emplace_back("clock-not-synchronised");
    if (!outbox.reason.empty()) out.emplace_back(outbox.reason);
    return out;
}

}  // namespace

Result<json::object> heartbeatOf(Workshop& shop, const Trial& trial) {
    const auto now = shop.clock.nowMillis();
    const auto& id = trial.config.id;
    auto disk = GANTRY_TRY(diskJson(shop));
    const auto outbox = GANTRY_TRY(shop.catalogue.read([&](Database& db) { return outboxFacts(db, id); }));
    const auto studies = GANTRY_TRY(
        shop.catalogue.read([&](Database& db) { return studyCounts(db, id, now - 30 * kDay); }));
    json::object counts;
    for (const auto& [name, count] : studies) counts[name] = count;
    json::array scanners;
    const auto seen = GANTRY_TRY(shop.catalogue.read([&](Database& db) { return agent::scanners(db, id); }));
    for (const auto& scanner : seen)
        scanners.push_back({{"label", scanner.label}, {"qualified", scanner.qualified.value_or(false)}});
    json::object out;
    out["software"] = kSoftware;
    out["started_at"] = isoUtc(shop.started_at);
    out["now"] = isoUtc(now);
    out["clock"] = json::object{{"synchronised", clockSynchronised()}};
    out["problems"] = problemsOf(trial, disk, outbox);
    out["disk"] = std::move(disk);
    out["outbox"] = outboxJson(outbox);
    out["pack"] = json::object{{"id", trial.pack.id()}, {"version", trial.pack.version()}};
    out["studies"] = std::move(counts);
    out["scanners"] = std::move(scanners);
    for (const auto& part : shop.heartbeat_parts) part(trial, out);
    return out;
}

}  // namespace gantry::agent
