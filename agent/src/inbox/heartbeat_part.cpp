#include "inbox/heartbeat_part.hpp"

#include <boost/json.hpp>

#include "gantry/core/log.hpp"
#include "inbox/inbox_rows.hpp"
#include "inbox/packs.hpp"
#include "inbox/queries.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

json::object inForceJson(const PackRow& pack) {
    return {{"id", pack.pack_id},
            {"version", pack.version},
            {"since", pack.in_force_since ? isoUtc(*pack.in_force_since) : ""},
            {"acknowledged", pack.acknowledged.size()},
            {"withdrawn", !pack.withdrawn.empty()}};
}

Result<json::object> partOf(Database& db, const std::string& trial, UnixMillis now) {
    json::object out;
    out["scheduled"] = nullptr;
    for (const auto& pack : GANTRY_TRY(packsOf(db, trial))) {
        if (pack.state == "in-force") out["pack"] = inForceJson(pack);
        if (pack.state == "scheduled" && pack.withdrawn.empty())
            out["scheduled"] = json::object{
                {"id", pack.pack_id}, {"version", pack.version}, {"in_force_at", isoUtc(pack.in_force_at)}};
    }
    const auto poll = GANTRY_TRY(inboxPoll(db, trial));
    out["trust"] = json::object{{"root", poll.root_version},
                                {"timestamp", poll.timestamp_version},
                                {"refreshed_at", poll.refreshed_at == 0 ? "" : isoUtc(poll.refreshed_at)}};
    std::int64_t open = 0;
    std::int64_t overdue = 0;
    for (const auto& query : GANTRY_TRY(queries(db))) {
        if (query.trial_id != trial || query.state != "open") continue;
        ++open;
        if (query.due && *query.due < now) ++overdue;
    }
    out["queries"] = json::object{{"open", open}, {"overdue", overdue}};
    json::array taken;
    for (const auto& item : GANTRY_TRY(inboxItems(db, trial))) taken.emplace_back(item.name);
    out["taken"] = std::move(taken);
    return out;
}

}  // namespace

void addInboxToHeartbeat(Catalogue& catalogue, const Trial& trial, UnixMillis now, json::object& heartbeat) {
    if (trial.config.client_certificate.empty()) return;
    auto part = catalogue.read([&](Database& db) { return partOf(db, trial.config.id, now); });
    if (!part) return log::error("heartbeat.inbox_not_read", {{"reason", part.error().message()}});
    for (auto& [key, value] : *part) heartbeat[key] = std::move(value);
}

}  // namespace gantry::agent
