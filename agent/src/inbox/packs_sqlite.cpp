#include "inbox/packs.hpp"

#include <algorithm>

namespace gantry::agent {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, trial_id, pack_id, version, content, digest, state, in_force_at_ms, withdrawn, changes, "
    "trial_run, offered_at_ms, in_force_since_ms FROM pack_version WHERE ";

PackRow packFrom(Statement& row) {
    PackRow pack{row.integer(0), row.text(1),    row.text(2), row.text(3), row.text(4),  row.text(5),
                 row.text(6),    row.integer(7), row.text(8), row.text(9), row.text(10), row.integer(11)};
    pack.in_force_since = row.optionalInteger(12);
    return pack;
}

Result<std::vector<PackAcknowledgement>> acknowledgements(Database& db, std::int64_t id) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT who, at_ms FROM pack_acknowledgement WHERE pack_version_id = ? ORDER BY at_ms"));
    select.bind(id);
    std::vector<PackAcknowledgement> out;
    while (GANTRY_TRY(select.step())) out.push_back({select.text(0), select.integer(1)});
    return out;
}

bool isNumber(std::string_view text) {
    return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
}

/// -1, 0, 1
int compareParts(std::string_view a, std::string_view b) {
    if (isNumber(a) && isNumber(b)) {
        const auto x = std::stol(std::string(a));
        const auto y = std::stol(std::string(b));
        return x < y ? -1 : (x > y ? 1 : 0);
    }
    const int order = a.compare(b);
    return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

}  // namespace

bool isLowerVersion(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        const auto part_of = [](std::string_view& text) {
            const auto end = std::min(text.find('.'), text.size());
            const auto part = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            return part.empty() ? std::string_view("0") : part;
        };
        if (const int order = compareParts(part_of(a), part_of(b)); order != 0) return order < 0;
    }
    return false;
}

Result<std::vector<PackRow>> packsOf(Database& db, const std::string& trial) {
    std::vector<PackRow> out;
    {
        auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "trial_id = ?"));
        select.bind(trial);
        while (GANTRY_TRY(select.step())) out.push_back(packFrom(select));
    }
    for (auto& pack : out) pack.acknowledged = GANTRY_TRY(acknowledgements(db, pack.id));
    std::ranges::sort(out, [](const auto& a, const auto& b) { return isLowerVersion(b.version, a.version); });
    return out;
}

Result<PackRow> packById(Database& db, std::int64_t id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "id = ?"));
    select.bind(id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such pack");
    auto pack = packFrom(select);
    pack.acknowledged = GANTRY_TRY(acknowledgements(db, id));
    return pack;
}

Result<std::optional<PackRow>> packInForceOf(Database& db, const std::string& trial) {
    for (auto& pack : GANTRY_TRY(packsOf(db, trial)))
        if (pack.state == "in-force") return std::optional(std::move(pack));
    return std::optional<PackRow>();
}

Result<> addPack(Database& db, const PackRow& pack) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO pack_version (trial_id, pack_id, version, content, digest, state, "
                              "in_force_at_ms, withdrawn, changes, trial_run, offered_at_ms) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(pack.trial_id).bind(pack.pack_id).bind(pack.version).bind(pack.content).bind(pack.digest);
    insert.bind(pack.state).bind(pack.in_force_at).bind(pack.withdrawn).bind(pack.changes);
    return insert.bind(pack.trial_run).bind(pack.offered_at).run();
}

Result<> changePack(Database& db, std::int64_t id, UnixMillis in_force_at, const std::string& withdrawn) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE pack_version SET in_force_at_ms = ?, withdrawn = ? WHERE id = ?"));
    return update.bind(in_force_at).bind(withdrawn).bind(id).run();
}

Result<> keepTrialRun(Database& db, std::int64_t id, const std::string& trial_run) {
    auto update = GANTRY_TRY(db.prepare("UPDATE pack_version SET trial_run = ? WHERE id = ?"));
    return update.bind(trial_run).bind(id).run();
}

Result<> putPackInForce(Database& db, const PackRow& pack, UnixMillis now) {
    {
        auto former = GANTRY_TRY(
            db.prepare("UPDATE pack_version SET state = 'former' WHERE trial_id = ? AND state = 'in-force'"));
        GANTRY_CHECK(former.bind(pack.trial_id).run());
    }
    auto update = GANTRY_TRY(
        db.prepare("UPDATE pack_version SET state = 'in-force', in_force_since_ms = ? WHERE id = ?"));
    return update.bind(now).bind(pack.id).run();
}

Result<> retirePack(Database& db, std::int64_t id) {
    auto update = GANTRY_TRY(db.prepare("UPDATE pack_version SET state = 'former' WHERE id = ?"));
    return update.bind(id).run();
}

Result<bool> acknowledgePack(Database& db, std::int64_t id, const PackAcknowledgement& by) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT OR IGNORE INTO pack_acknowledgement (pack_version_id, who, at_ms) VALUES (?, ?, ?)"));
    GANTRY_CHECK(insert.bind(id).bind(by.who).bind(by.at).run());
    return db.changes() > 0;
}

Result<std::vector<std::int64_t>> recentStudies(Database& db, const std::string& trial, UnixMillis since,
                                                int most) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT id FROM study WHERE trial_id = ? AND subject_id IS NOT NULL AND last_instance_at_ms >= ? AND "
        "state NOT IN ('receiving', 'complete', 'purged') ORDER BY last_instance_at_ms DESC LIMIT ?"));
    select.bind(trial).bind(since).bind(most);
    std::vector<std::int64_t> out;
    while (GANTRY_TRY(select.step())) out.push_back(select.integer(0));
    return out;
}

}  // namespace gantry::agent
