#include <algorithm>

#include "catalogue/leaks.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kColumns = "SELECT id, study_id, place, what, tag, settled FROM leak WHERE ";

dicom::Tag tagFrom(std::int64_t number) {
    return {static_cast<std::uint32_t>(number)};
}

LeakRow leakFrom(Statement& row) {
    LeakRow out;
    out.id = row.integer(0);
    out.study = row.integer(1);
    out.place = row.text(2);
    out.what = row.text(3);
    out.tag = tagFrom(row.integer(4));
    out.settled = row.text(5);
    return out;
}

Result<> readInstances(Database& db, LeakRow& leak) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT l.instance_id, s.series_instance_uid FROM leak_instance l "
                              "JOIN instance i ON i.id = l.instance_id JOIN series s ON s.id = i.series_id "
                              "WHERE l.leak_id = ? ORDER BY s.id, i.id"));
    select.bind(leak.id);
    while (GANTRY_TRY(select.step())) {
        leak.instances.push_back(select.integer(0));
        if (leak.series.empty() || leak.series.back() != select.text(1))
            leak.series.push_back(select.text(1));
    }
    return {};
}

Result<> runWith(Database& db, std::string_view sql, std::int64_t id) {
    auto statement = GANTRY_TRY(db.prepare(std::string(sql)));
    return statement.bind(id).run();
}

}  // namespace

void addLeak(std::vector<LeakRow>& leaks, const LeakRow& found, InstanceId instance) {
    auto same = std::ranges::find_if(
        leaks, [&](const LeakRow& other) { return other.place == found.place && other.what == found.what; });
    if (same == leaks.end()) {
        leaks.push_back(found);
        same = leaks.end() - 1;
    }
    if (std::ranges::find(same->instances, instance) == same->instances.end())
        same->instances.push_back(instance);
}

Result<> replaceLeaks(Database& db, StudyId study, const std::vector<LeakRow>& leaks) {
    GANTRY_CHECK(runWith(
        db, "DELETE FROM leak_instance WHERE leak_id IN (SELECT id FROM leak WHERE study_id = ?)", study));
    GANTRY_CHECK(runWith(db, "DELETE FROM leak WHERE study_id = ?", study));
    for (const auto& leak : leaks) {
        auto insert = GANTRY_TRY(db.prepare(
            "INSERT INTO leak (study_id, place, what, tag, settled) VALUES (?, ?, ?, ?, '') RETURNING id"));
        insert.bind(study).bind(leak.place).bind(leak.what).bind(std::int64_t{leak.tag.value});
        if (!GANTRY_TRY(insert.step())) return fail(Errc::CatalogueBroken, "a leak got no number");
        const auto id = insert.integer(0);
        for (const auto instance : leak.instances) {
            auto member =
                GANTRY_TRY(db.prepare("INSERT INTO leak_instance (leak_id, instance_id) VALUES (?, ?)"));
            GANTRY_CHECK(member.bind(id).bind(instance).run());
        }
    }
    return {};
}

Result<std::vector<LeakRow>> leaksOf(Database& db, StudyId study) {
    std::vector<LeakRow> out;
    {
        auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "study_id = ? ORDER BY id"));
        select.bind(study);
        while (GANTRY_TRY(select.step())) out.push_back(leakFrom(select));
    }
    for (auto& leak : out) GANTRY_CHECK(readInstances(db, leak));
    return out;
}

Result<LeakRow> leakById(Database& db, std::int64_t id) {
    LeakRow out;
    {
        auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "id = ?"));
        select.bind(id);
        if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such find of the gate");
        out = leakFrom(select);
    }
    GANTRY_CHECK(readInstances(db, out));
    return out;
}

Result<> settleByRemoval(Database& db, const LeakRow& leak) {
    auto update = GANTRY_TRY(
        db.prepare("UPDATE leak SET settled = 'removed' WHERE study_id = ? AND tag = ? AND settled = ''"));
    return update.bind(leak.study).bind(std::int64_t{leak.tag.value}).run();
}

Result<> settleByWithholding(Database& db, const LeakRow& leak, const std::string& reason) {
    for (const auto instance : leak.instances) {
        auto insert =
            GANTRY_TRY(db.prepare("INSERT OR IGNORE INTO withheld (instance_id, reason) VALUES (?, ?)"));
        GANTRY_CHECK(insert.bind(instance).bind(reason).run());
    }
    return runWith(db,
                   "UPDATE leak SET settled = 'withheld' WHERE study_id = ? AND settled = '' AND NOT EXISTS "
                   "(SELECT 1 FROM leak_instance l WHERE l.leak_id = leak.id AND NOT EXISTS "
                   "(SELECT 1 FROM withheld w WHERE w.instance_id = l.instance_id))",
                   leak.study);
}

Result<> addRemoval(Database& db, const RemovalRow& removal) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT OR IGNORE INTO removal (study_id, tag, place, what, who, why, at_ms) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(removal.study).bind(std::int64_t{removal.tag.value}).bind(removal.place).bind(removal.what);
    return insert.bind(removal.who).bind(removal.why).bind(removal.at).run();
}

Result<std::vector<RemovalRow>> removalsOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT study_id, tag, place, what, who, why, at_ms FROM removal WHERE study_id = ? ORDER BY tag"));
    select.bind(study);
    std::vector<RemovalRow> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), tagFrom(select.integer(1)), select.text(2), select.text(3),
                       select.text(4), select.text(5), select.integer(6)});
    return out;
}

Result<std::vector<ProposalRow>> proposals(Database& db) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT s.trial_id, r.tag, r.place, r.what, r.why FROM removal r "
                              "JOIN study s ON s.id = r.study_id ORDER BY s.trial_id, r.tag, r.at_ms"));
    std::vector<ProposalRow> out;
    while (GANTRY_TRY(select.step())) {
        const auto trial = select.text(0);
        const auto tag = tagFrom(select.integer(1));
        if (out.empty() || out.back().trial_id != trial || out.back().tag != tag)
            out.push_back({trial, tag, select.text(2), select.text(3), 0, {}});
        ++out.back().studies;
        if (std::ranges::find(out.back().reasons, select.text(4)) == out.back().reasons.end())
            out.back().reasons.push_back(select.text(4));
    }
    return out;
}

}  // namespace gantry::agent
