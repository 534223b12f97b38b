#include "people/people_rows.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, name, full_name, role, password, must_change, pin, totp_secret, totp_last_step, added_at_ms, added_by, "
    "left_at_ms FROM person ";

Person personFrom(const Statement& row) {
    Person out;
    out.id = row.integer(0);
    out.name = row.text(1);
    out.full_name = row.text(2);
    out.role = parseRole(row.text(3)).value_or(Role::Auditor);
    out.password = row.text(4);
    out.must_change = row.integer(5) != 0;
    out.pin = row.text(6);
    out.totp_secret = row.text(7);
    out.totp_last_step = row.integer(8);
    out.added_at = row.integer(9);
    out.added_by = row.text(10);
    out.left_at = row.optionalInteger(11);
    return out;
}

}  // namespace

Result<std::vector<Person>> people(Database& db) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "ORDER BY left_at_ms IS NOT NULL, full_name"));
    std::vector<Person> out;
    while (GANTRY_TRY(select.step())) out.push_back(personFrom(select));
    return out;
}

Result<Person> personById(Database& db, PersonId id) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "WHERE id = ?"));
    select.bind(id);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such person");
    return personFrom(select);
}

Result<std::optional<Person>> personByName(Database& db, const std::string& name) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "WHERE name = ?"));
    select.bind(name);
    if (!GANTRY_TRY(select.step())) return std::optional<Person>();
    return std::optional(personFrom(select));
}

Result<PersonId> addPerson(Database& db, const Person& person) {
    auto taken = GANTRY_TRY(db.prepare("SELECT 1 FROM person WHERE name = ? OR full_name = ?"));
    taken.bind(person.name).bind(person.full_name);
    if (GANTRY_TRY(taken.step()))
        return fail(Errc::AlreadyExists, "somebody has this name here; names stand beside decisions and must differ");
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO person (name, full_name, role, password, must_change, pin, totp_secret, totp_last_step, "
        "added_at_ms, added_by) VALUES (?, ?, ?, ?, ?, '', '', 0, ?, ?)"));
    insert.bind(person.name).bind(person.full_name).bind(toString(person.role)).bind(person.password);
    GANTRY_CHECK(insert.bind(person.must_change).bind(person.added_at).bind(person.added_by).run());
    return db.lastInsertRowid();
}

Result<> updatePerson(Database& db, const Person& person) {
    auto update = GANTRY_TRY(
        db.prepare("UPDATE person SET role = ?, password = ?, must_change = ?, pin = ?, totp_secret = ?, "
                   "totp_last_step = ?, left_at_ms = ? WHERE id = ?"));
    update.bind(toString(person.role)).bind(person.password).bind(person.must_change).bind(person.pin);
    return update.bind(person.totp_secret).bind(person.totp_last_step).bind(person.left_at).bind(person.id).run();
}

Result<bool> useTotpStep(Database& db, PersonId id, std::int64_t step) {
    auto update = GANTRY_TRY(db.prepare("UPDATE person SET totp_last_step = ?1 WHERE id = ?2 AND totp_last_step < ?1"));
    GANTRY_CHECK(update.bind(step).bind(id).run());
    return db.changes() > 0;
}

}  // namespace gantry::agent
