#include "expected.hpp"

#include <boost/json.hpp>

#include "audit.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

std::string textIn(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<> insertRow(IndexDatabase& database, const std::string& site, const std::string& subject,
                   const ExpectedVisit& visit, const std::string& content) {
    auto insert = GANTRY_TRY(database.prepare(
        "INSERT INTO expected (site, subject, visit, from_day, to_day, content) VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(site).bind(subject).bind(visit.visit).bind(visit.from);
    return insert.bind(visit.to).bind(content).run();
}

Result<> insertSubject(IndexDatabase& database, const std::string& site, const json::object& subject) {
    const auto id = textIn(subject, "subject");
    GANTRY_CHECK(insertRow(database, site, id, {}, json::serialize(subject)));
    const auto* visits = subject.if_contains("visits");
    if (visits == nullptr) return {};
    for (const auto& one : visits->as_array()) {
        const auto& visit = one.as_object();
        GANTRY_CHECK(insertRow(database, site, id,
                               {textIn(visit, "visit"), textIn(visit, "from"), textIn(visit, "to")}, ""));
    }
    return {};
}

}  // namespace

Result<> keepExpected(const std::filesystem::path& directory, const Rosters& rosters, const Clock& clock) {
    auto database = GANTRY_TRY(IndexDatabase::open(directory, IndexDatabase::Access::ReadWrite));
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database));
    for (const auto& [site, roster] : rosters) {
        {
            auto remove = GANTRY_TRY(database.prepare("DELETE FROM expected WHERE site = ?"));
            GANTRY_CHECK(remove.bind(site).run());
        }
        const auto parsed = json::parse(roster);  // canonical: rostersFrom() wrote it
        const auto& subjects = parsed.at("subjects").as_array();
        for (const auto& subject : subjects) GANTRY_CHECK(insertSubject(database, site, subject.as_object()));
        GANTRY_CHECK(appendAudit(
            database, {"desk", "roster.imported", site, std::to_string(subjects.size()) + " subjects"},
            clock.nowMillis()));
    }
    return transaction.commit();
}

Result<std::vector<ExpectedSubject>> expectedSubjects(const std::filesystem::path& directory) {
    auto database = GANTRY_TRY(IndexDatabase::open(directory, IndexDatabase::Access::ReadOnly));
    auto select = GANTRY_TRY(database.prepare(
        "SELECT site, subject, visit, from_day, to_day, content FROM expected ORDER BY site, subject, visit"));
    std::vector<ExpectedSubject> out;
    while (GANTRY_TRY(select.step())) {
        if (select.text(2).empty()) {  // the subject itself comes before its visits
            out.push_back({select.text(0), select.text(1), textIn(json::parse(select.text(5)).as_object(), "left"),
                           select.text(5), {}});
        } else if (!out.empty()) {
            out.back().visits.push_back({select.text(2), select.text(3), select.text(4)});
        }
    }
    return out;
}

}  // namespace gantry::central
