// What site IT does with accounts, and people with their own.
#include "catalogue/studies.hpp"
#include "people/passwords.hpp"
#include "people/people.hpp"
#include "people/people_parts.hpp"
#include "people/people_rows.hpp"
#include "people/totp.hpp"

namespace gantry::agent {

Result<std::string> People::add(const NewPerson& person, const std::string& by) {
    const auto checked = GANTRY_TRY(checkedPerson(person));
    const auto password = inventedPassword();
    Person row;
    row.name = checked.name;
    row.full_name = checked.full_name;
    row.role = checked.role;
    row.password = hashSecret(password, settings_.scrypt_log2n);
    row.must_change = true;
    row.added_at = clock_.nowMillis();
    row.added_by = by;
    GANTRY_CHECK(catalogue_.write([&](Database& db) -> Result<> {
        GANTRY_TRY(addPerson(db, row));
        const auto detail = row.full_name + " (" + row.name + "), " + std::string(toString(row.role));
        return appendAudit(db, {std::nullopt, by, "person-added", "", "", detail}, row.added_at);
    }));
    return password;
}

Result<> People::setRole(PersonId id, Role role, const std::string& by) {
    return catalogue_.write([&](Database& db) -> Result<> {
        auto one = GANTRY_TRY(personById(db, id));
        if (role != Role::SiteIt) GANTRY_CHECK(mustLeaveSiteIt(db, id));
        const auto detail = one.full_name + ": " + std::string(toString(one.role)) + " -> " + std::string(toString(role));
        one.role = role;
        GANTRY_CHECK(updatePerson(db, one));
        return appendAudit(db, {std::nullopt, by, "person-role", "", "", detail}, clock_.nowMillis());
    });
}

Result<> People::setLeft(PersonId id, bool left, const std::string& by) {
    GANTRY_CHECK(catalogue_.write([&](Database& db) -> Result<> {
        auto one = GANTRY_TRY(personById(db, id));
        if (left) GANTRY_CHECK(mustLeaveSiteIt(db, id));
        const auto now = clock_.nowMillis();
        one.left_at = left ? std::optional(now) : std::nullopt;
        GANTRY_CHECK(updatePerson(db, one));
        return appendAudit(db, {std::nullopt, by, left ? "person-left" : "person-back", "", "", one.full_name}, now);
    }));
    if (left) sessions_.endAllOf(id);
    return {};
}

Result<std::string> People::resetPassword(PersonId id, const std::string& by) {
    const auto one = GANTRY_TRY(person(id));
    const auto password = inventedPassword();
    const auto hash = hashSecret(password, settings_.scrypt_log2n);
    GANTRY_CHECK(change(id, by, "password-reset", [&](Person& row) {
        row.password = hash;
        row.must_change = true;
        row.pin.clear();
        row.totp_secret.clear();
    }));
    sessions_.endAllOf(id);
    names_.forget(one.name);
    return password;
}

Result<Person> People::withPassword(const Session& session, const std::string& password) {
    const auto one = GANTRY_TRY(person(session.person));
    GANTRY_CHECK(mustBeOpen(one.name, ""));
    if (matchesSecret(one.password, password, settings_.scrypt_log2n)) return one;
    GANTRY_CHECK(wrong(one, one.name, ""));
    return fail(Errc::NotAllowed, "the password is not right; nothing was changed");
}

Result<> People::changePassword(const Session& session, const std::string& old, const std::string& fresh) {
    const auto one = GANTRY_TRY(withPassword(session, old));
    GANTRY_CHECK(checkNewPassword(fresh, one.name, one.full_name));
    if (fresh == old) return fail(Errc::InvalidArgument, "this is the password as it was");
    const auto hash = hashSecret(fresh, settings_.scrypt_log2n);
    GANTRY_CHECK(change(one.id, one.full_name, "password-changed", [&](Person& row) {
        row.password = hash;
        row.must_change = false;
    }));
    sessions_.endAllOf(one.id, session.token);
    return {};
}

Result<> People::setPin(const Session& session, const std::string& password, const std::string& pin) {
    const auto one = GANTRY_TRY(withPassword(session, password));
    if (!pin.empty()) GANTRY_CHECK(checkNewPin(pin));
    const auto hash = pin.empty() ? std::string() : hashSecret(pin, settings_.scrypt_log2n);
    return change(one.id, one.full_name, pin.empty() ? "pin-removed" : "pin-set",
                  [&](Person& row) { row.pin = hash; });
}

Result<std::string> People::startTotp(const Session& session) {
    const auto one = GANTRY_TRY(person(session.person));
    if (!one.totp_secret.empty()) return fail(Errc::Conflict, "one-time codes are asked for already");
    const auto secret = newTotpSecret();
    const std::lock_guard lock(pending_mutex_);
    pending_totp_[one.id] = secret;
    return totpAddress(secret, settings_.site_id, one.name);
}

Result<> People::confirmTotp(const Session& session, const std::string& password, const std::string& code) {
    const auto one = GANTRY_TRY(withPassword(session, password));
    std::string secret;
    {
        const std::lock_guard lock(pending_mutex_);
        const auto pending = pending_totp_.find(one.id);
        if (pending == pending_totp_.end()) return fail(Errc::Conflict, "start again: there is no code to confirm");
        secret = pending->second;
    }
    const auto step = totpStep(secret, code, clock_.nowMillis(), 0);
    if (!step)
        return fail(Errc::NotAllowed, "the code is not right; see whether the clock of the phone is right, and try again");
    const auto sealed = toBase64(asBytes(seal(key_, asBytes(secret), asBytes(std::to_string(one.id)))));
    GANTRY_CHECK(change(one.id, one.full_name, "codes-on", [&](Person& row) {
        row.totp_secret = sealed;
        row.totp_last_step = *step;
    }));
    const std::lock_guard lock(pending_mutex_);
    pending_totp_.erase(one.id);
    return {};
}

Result<> People::dropTotp(const Session& session, const std::string& password) {
    const auto one = GANTRY_TRY(withPassword(session, password));
    return change(one.id, one.full_name, "codes-off", [](Person& row) { row.totp_secret.clear(); });
}

}  // namespace gantry::agent
