#include "catalogue/scanners.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace gantry::agent {
namespace {

namespace json = boost::json;
using Values = std::map<std::string, std::string>;

std::string toText(const Values& values) {
    return json::serialize(json::value_from(values));
}

Result<Values> toValues(const std::string& text) {
    boost::system::error_code ec;
    const auto parsed = json::parse(text, ec);
    auto values = ec ? json::result<Values>(ec) : json::try_value_to<Values>(parsed);
    if (!values) return fail(Errc::BadFormat, "the registry of scanners is not readable");
    return *std::move(values);
}

Result<Values> phantomsOf(Database& db, std::int64_t scanner) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT phantom_id, max(passed_on) FROM phantom_pass WHERE scanner_id = ? GROUP BY phantom_id"));
    select.bind(scanner);
    Values phantoms;
    while (GANTRY_TRY(select.step())) phantoms[select.text(0)] = select.text(1);
    return phantoms;
}

Result<> noteChange(Database& db, std::int64_t scanner, const ScannerChange& change) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO scanner_change (scanner_id, at_ms, name, before, now) VALUES (?, ?, ?, ?, ?)"));
    return insert.bind(scanner).bind(change.at).bind(change.name).bind(change.before).bind(change.now).run();
}

Result<> enter(Database& db, const std::string& trial, const ScannerSeen& seen, UnixMillis now) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO scanner (trial_id, scanner_key, label, first_seen_ms, last_seen_ms, watched, "
                   "qualified_by, qualified_on, at_qualification, reconstruction, standard) "
                   "VALUES (?, ?, ?, ?, ?, ?, '', '', '{}', '{}', '')"));
    insert.bind(trial).bind(seen.key).bind(seen.label).bind(now).bind(now).bind(toText(seen.watched));
    return insert.run();
}

}  // namespace

Result<> noteScanner(Database& db, const std::string& trial, const ScannerSeen& seen, UnixMillis now) {
    const auto known = GANTRY_TRY(scanners(db, trial));
    const auto row = std::ranges::find(known, seen.key, &ScannerRow::key);
    if (row == known.end()) return enter(db, trial, seen, now);
    auto watched = row->watched;
    for (const auto& [name, value] : seen.watched) {
        const auto before = watched.find(name);
        if (before != watched.end() && before->second != value)
            GANTRY_CHECK(noteChange(db, row->id, {now, name, before->second, value}));
        watched[name] = value;
    }
    auto update =
        GANTRY_TRY(db.prepare("UPDATE scanner SET label = ?, last_seen_ms = ?, watched = ? WHERE id = ?"));
    return update.bind(seen.label).bind(now).bind(toText(watched)).bind(row->id).run();
}

Result<std::vector<ScannerRow>> scanners(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT id, trial_id, scanner_key, label, first_seen_ms, last_seen_ms, watched, qualified IS NULL, "
        "coalesce(qualified, 0), qualified_by, qualified_on, at_qualification, reconstruction, standard "
        "FROM scanner WHERE ?1 = '' OR trial_id = ?1 ORDER BY trial_id, scanner_key"));
    select.bind(trial);
    std::vector<ScannerRow> out;
    while (GANTRY_TRY(select.step())) {
        ScannerRow row;
        row.id = select.integer(0);
        row.trial_id = select.text(1);
        row.key = select.text(2);
        row.label = select.text(3);
        row.first_seen = select.integer(4);
        row.last_seen = select.integer(5);
        row.watched = GANTRY_TRY(toValues(select.text(6)));
        if (select.integer(7) == 0) row.qualified = select.integer(8) != 0;
        row.qualified_by = select.text(9);
        row.qualified_on = select.text(10);
        row.at_qualification = GANTRY_TRY(toValues(select.text(11)));
        row.reconstruction = GANTRY_TRY(toValues(select.text(12)));
        row.standard = select.text(13);
        out.push_back(std::move(row));
    }
    for (auto& row : out) row.phantoms = GANTRY_TRY(phantomsOf(db, row.id));
    return out;
}

Result<ScannerRow> scannerById(Database& db, std::int64_t id) {
    for (auto& row : GANTRY_TRY(scanners(db, "")))
        if (row.id == id) return row;
    return fail(Errc::NotFound, "there is no scanner with this number");
}

Result<std::vector<ScannerChange>> changesOf(Database& db, std::int64_t scanner) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT at_ms, name, before, now FROM scanner_change WHERE scanner_id = ? "
                              "ORDER BY id DESC LIMIT 100"));
    select.bind(scanner);
    std::vector<ScannerChange> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), select.text(2), select.text(3)});
    return out;
}

Result<> setQualification(Database& db, const ScannerRow& row) {
    auto update = GANTRY_TRY(db.prepare(
        "UPDATE scanner SET qualified = ?, qualified_by = ?, qualified_on = ?, at_qualification = ?, "
        "reconstruction = ?, standard = ? WHERE id = ?"));
    update.bind(row.qualified.value_or(false)).bind(row.qualified_by).bind(row.qualified_on);
    update.bind(toText(row.at_qualification))
        .bind(toText(row.reconstruction))
        .bind(row.standard)
        .bind(row.id);
    return update.run();
}

Result<> addPhantomPass(Database& db, std::int64_t scanner, const std::string& phantom,
                        const std::string& passed_on, const std::string& who) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT OR REPLACE INTO phantom_pass (scanner_id, phantom_id, passed_on, who) VALUES (?, ?, ?, ?)"));
    return insert.bind(scanner).bind(phantom).bind(passed_on).bind(who).run();
}

}  // namespace gantry::agent
