#include "inbox/queries.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr std::string_view kColumns =
    "SELECT id, trial_id, query_id, study_id, subject_id, visit_id, study_instance_uid, object_id, topic, "
    "wants, choices, due_at_ms, state, closed_why, closed_by, received_at_ms, unread FROM query ";

std::string toText(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return json::serialize(out);
}

std::vector<std::string> textsFrom(const std::string& text) {
    std::vector<std::string> out;
    boost::system::error_code ec;
    const auto value = json::parse(text, ec);
    if (!ec && value.is_array())
        for (const auto& one : value.get_array())
            if (one.is_string()) out.emplace_back(one.get_string());
    return out;
}

std::string toText(const std::vector<QuerySeries>& series) {
    json::array out;
    for (const auto& one : series)
        out.push_back({{"study_instance_uid", one.study_instance_uid},
                       {"series_instance_uid", one.series_instance_uid}});
    return json::serialize(out);
}

std::vector<QuerySeries> seriesFrom(const std::string& text) {
    std::vector<QuerySeries> out;
    boost::system::error_code ec;
    const auto value = json::parse(text, ec);
    if (ec || !value.is_array()) return out;
    for (const auto& one : value.get_array())
        out.push_back({std::string(one.at("study_instance_uid").as_string()),
                       std::string(one.at("series_instance_uid").as_string())});
    return out;
}

QueryRow queryFrom(Statement& row) {
    QueryRow query;
    query.id = row.integer(0);
    query.trial_id = row.text(1);
    query.query_id = row.text(2);
    query.study = row.optionalInteger(3);
    query.subject_id = row.text(4);
    query.visit_id = row.text(5);
    query.study_instance_uid = row.text(6);
    query.object_id = row.text(7);
    query.topic = row.text(8);
    query.wants = row.text(9);
    query.choices = textsFrom(row.text(10));
    query.due = row.optionalInteger(11);
    query.state = row.text(12);
    query.closed_why = row.text(13);
    query.closed_by = row.text(14);
    query.received_at = row.integer(15);
    query.unread = row.integer(16) != 0;
    return query;
}

Result<std::vector<QueryEntry>> entriesOf(Database& db, std::int64_t query) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT entry_id, side, at_ms, who, text, decision, series FROM query_entry WHERE query = ? "
        "ORDER BY at_ms, id"));
    select.bind(query);
    std::vector<QueryEntry> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.text(1), select.integer(2), select.text(3), select.text(4),
                       select.text(5), seriesFrom(select.text(6))});
    return out;
}

/// @return whether it is new
Result<bool> addEntry(Database& db, std::int64_t query, const QueryEntry& entry) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT OR IGNORE INTO query_entry (query, entry_id, side, at_ms, who, text, decision, "
                   "series) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(query).bind(entry.entry_id).bind(entry.side).bind(entry.at).bind(entry.who);
    GANTRY_CHECK(insert.bind(entry.text).bind(entry.decision).bind(toText(entry.series)).run());
    return db.changes() > 0;
}

Result<std::int64_t> idOf(Database& db, const QueryRow& query) {
    auto select = GANTRY_TRY(db.prepare("SELECT id FROM query WHERE trial_id = ? AND query_id = ?"));
    select.bind(query.trial_id).bind(query.query_id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such question");
    return select.integer(0);
}

}  // namespace

Result<> keepQuery(Database& db, const QueryRow& query) {
    {
        auto insert = GANTRY_TRY(db.prepare(
            "INSERT INTO query (trial_id, query_id, study_id, subject_id, visit_id, study_instance_uid, "
            "object_id, topic, wants, choices, due_at_ms, state, closed_why, closed_by, received_at_ms, "
            "unread) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) "
            "ON CONFLICT (trial_id, query_id) DO UPDATE SET study_id = excluded.study_id, "
            "topic = excluded.topic, wants = excluded.wants, choices = excluded.choices, "
            "due_at_ms = excluded.due_at_ms, state = excluded.state, closed_why = excluded.closed_why, "
            "closed_by = excluded.closed_by, unread = 1"));
        insert.bind(query.trial_id).bind(query.query_id).bind(query.study).bind(query.subject_id);
        insert.bind(query.visit_id).bind(query.study_instance_uid).bind(query.object_id).bind(query.topic);
        insert.bind(query.wants).bind(toText(query.choices)).bind(query.due).bind(query.state);
        GANTRY_CHECK(insert.bind(query.closed_why).bind(query.closed_by).bind(query.received_at).run());
    }
    const auto id = GANTRY_TRY(idOf(db, query));
    for (const auto& entry : query.entries) GANTRY_TRY(addEntry(db, id, entry));
    return {};
}

Result<std::vector<QueryRow>> queries(Database& db) {
    std::vector<QueryRow> out;
    {
        auto select = GANTRY_TRY(db.prepare(std::string(kColumns) +
                                            "ORDER BY state = 'closed', due_at_ms IS NULL, due_at_ms, id"));
        while (GANTRY_TRY(select.step())) out.push_back(queryFrom(select));
    }
    for (auto& query : out) query.entries = GANTRY_TRY(entriesOf(db, query.id));
    return out;
}

Result<QueryRow> queryById(Database& db, std::int64_t id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "WHERE id = ?"));
    select.bind(id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such question");
    auto query = queryFrom(select);
    query.entries = GANTRY_TRY(entriesOf(db, id));
    return query;
}

Result<> addAnswerTo(Database& db, std::int64_t query, const QueryEntry& entry) {
    if (GANTRY_TRY(addEntry(db, query, entry))) return {};
    return fail(Errc::AlreadyExists, "this answer was given already");
}

Result<> markQueryRead(Database& db, std::int64_t id) {
    auto update = GANTRY_TRY(db.prepare("UPDATE query SET unread = 0 WHERE id = ?"));
    return update.bind(id).run();
}

Result<std::optional<StudyId>> studyOfParcel(Database& db, const std::string& trial,
                                             const std::string& parcel) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT s.id FROM parcel p JOIN study s ON s.id = p.study_id "
                              "WHERE p.id = ? AND s.trial_id = ?"));
    select.bind(parcel).bind(trial);
    if (!GANTRY_TRY(select.step())) return std::optional<StudyId>();
    return std::optional(select.integer(0));
}

Result<std::vector<DeidentifiedStudy>> studiesOfSubject(Database& db, const std::string& trial,
                                                        const std::string& subject,
                                                        const std::string& visit) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT id, study_instance_uid FROM study WHERE trial_id = ?1 AND (?2 = '' OR subject_id = ?2) AND "
        "(?3 = '' OR visit_id = ?3) ORDER BY id"));
    select.bind(trial).bind(subject).bind(visit);
    std::vector<DeidentifiedStudy> out;
    while (GANTRY_TRY(select.step())) out.push_back({select.integer(0), select.text(1)});
    return out;
}

Result<std::vector<SeriesHere>> seriesOfTrial(Database& db, const std::string& trial) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT s.id, s.study_instance_uid, r.series_instance_uid FROM series r "
                              "JOIN study s ON s.id = r.study_id WHERE s.trial_id = ? ORDER BY s.id, r.id"));
    select.bind(trial);
    std::vector<SeriesHere> out;
    while (GANTRY_TRY(select.step())) out.push_back({select.integer(0), select.text(1), select.text(2)});
    return out;
}

}  // namespace gantry::agent
