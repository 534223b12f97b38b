#include "messages/heartbeat_facts.hpp"

namespace gantry::agent {

Result<std::uint64_t> bytesReceivedSince(Database& db, UnixMillis since) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT coalesce(sum(i.byte_length), 0) FROM study s JOIN instance i ON i.study_id = s.id "
                   "AND i.conflict_of IS NULL WHERE s.last_instance_at_ms >= ?"));
    GANTRY_TRY(select.bind(since).step());
    return static_cast<std::uint64_t>(select.integer(0));
}

Result<OutboxFacts> outboxFacts(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT bytes - sent_bytes, created_at_ms, wait_reason FROM outbox WHERE trial_id = ? "
                   "AND state IN ('made', 'uploading') AND cancelled_at_ms IS NULL AND topic <> 'heartbeat' "
                   "ORDER BY priority, created_at_ms"));
    select.bind(trial);
    OutboxFacts out;
    while (GANTRY_TRY(select.step())) {
        if (out.waiting++ == 0) out.reason = select.text(2);
        out.bytes += static_cast<std::uint64_t>(select.integer(0));
        const auto made = select.integer(1);
        out.oldest_at = std::min(out.oldest_at.value_or(made), made);
    }
    return out;
}

Result<std::map<std::string, std::int64_t>> studyCounts(Database& db, const std::string& trial,
                                                        UnixMillis since) {
    std::map<std::string, std::int64_t> out = {{"pass", 0}, {"attention", 0},  {"fail", 0},     {"cannot-tell", 0},
                                               {"held", 0}, {"unassigned", 0}, {"confirmed", 0}};
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.state, replace(coalesce((SELECT v.outcome FROM verdict v WHERE v.study_id = s.id ORDER BY "
        "v.number DESC LIMIT 1), ''), '_', '-') FROM study s WHERE s.trial_id = ? AND s.changed_at_ms >= ?"));
    select.bind(trial).bind(since);
    while (GANTRY_TRY(select.step())) {
        // A purged study was confirmed before.
        const auto state = select.text(0) == "purged" ? "confirmed" : select.text(0);
        for (const auto& name : {state, select.text(1)})
            if (const auto found = out.find(name); found != out.end()) ++found->second;
    }
    return out;
}

}  // namespace gantry::agent
