// Signing in, unlocking, signing.
#include "catalogue/studies.hpp"
#include "gantry/core/log.hpp"
#include "people/passwords.hpp"
#include "people/people.hpp"
#include "people/people_parts.hpp"
#include "people/people_rows.hpp"
#include "people/totp.hpp"

namespace gantry::agent {
namespace {

constexpr int kWrongPins = 3;

Error refused() {
    return fail(Errc::NotAllowed, "name or password is not right");
}

}  // namespace

Result<> People::mustBeOpen(const std::string& name, const std::string& peer) {
    const auto now = clock_.nowMillis();
    if (!names_.isLocked(name, now) && !peers_.isLocked(peer, now)) return {};
    return fail(Errc::PeerBusy,
                "too many wrong tries; wait a quarter of an hour, or ask site IT for a new password");
}

Result<> People::wrong(const std::optional<Person>& person, const std::string& name, const std::string& peer) {
    const auto now = clock_.nowMillis();
    const bool locks = names_.wrong(name, now);
    if (!peer.empty() && peers_.wrong(peer, now)) log::warning("people.address_locked", {{"address", peer}});
    if (!person) return {};
    GANTRY_CHECK(note(person->full_name, locks ? "locked-out" : "sign-in-refused", ""));
    if (locks) log::warning("people.locked", {{"person", person->id}, {"address", peer}});
    return {};
}

Result<bool> People::takesCode(const Person& person, const std::string& code) {
    const auto sealed = GANTRY_TRY(fromBase64(person.totp_secret));
    const auto secret = GANTRY_TRY(openSealed(key_, asBytes(sealed), asBytes(std::to_string(person.id))));
    const auto step = totpStep(secret, code, clock_.nowMillis(), person.totp_last_step);
    if (!step) return false;
    return catalogue_.write([&](Database& db) { return useTotpStep(db, person.id, *step); });
}

Result<std::optional<Session>> People::signIn(const std::string& typed, const std::string& password,
                                              const std::string& code, const std::string& peer) {
    const auto name = signInName(typed);
    GANTRY_CHECK(mustBeOpen(name, peer));
    auto person = GANTRY_TRY(catalogue_.read([&](Database& db) { return personByName(db, name); }));
    if (person && person->left_at) person.reset();
    if (!matchesSecret(person ? person->password : "", password, settings_.scrypt_log2n) || !person) {
        GANTRY_CHECK(wrong(person, name, peer));
        return refused();
    }
    if (!person->totp_secret.empty()) {
        if (code.empty()) return std::optional<Session>();
        if (!GANTRY_TRY(takesCode(*person, code))) {
            GANTRY_CHECK(wrong(person, name, peer));
            return fail(Errc::NotAllowed, "the code is not right, was used already, or is too old");
        }
    }
    names_.forget(name);
    GANTRY_CHECK(note(person->full_name, "signed-in", ""));
    return std::optional(sessions_.open(person->id, clock_.nowMillis()));
}

Result<> People::unlock(const Session& session, const std::string& secret) {
    const auto one = GANTRY_TRY(person(session.person));
    const auto& hash = one.pin.empty() ? one.password : one.pin;
    if (matchesSecret(hash, secret, settings_.scrypt_log2n)) {
        sessions_.unlock(session.token, clock_.nowMillis());
        return {};
    }
    if (sessions_.wrongPin(session.token) >= kWrongPins) {
        sessions_.end(session.token);
        GANTRY_CHECK(note(one.full_name, "session-ended", "three wrong PINs"));
        return fail(Errc::NotAllowed, "three times wrong: sign in with name and password");
    }
    return fail(Errc::NotAllowed, one.pin.empty() ? "the password is not right" : "the PIN is not right");
}

Result<> People::proveAgain(const Person& person, const std::string& password, const std::string& code) {
    GANTRY_CHECK(mustBeOpen(person.name, ""));
    if (!matchesSecret(person.password, password, settings_.scrypt_log2n)) {
        GANTRY_CHECK(wrong(person, person.name, ""));
        return fail(Errc::NotAllowed, "the password is not right; nothing was signed");
    }
    if (!person.totp_secret.empty() && !GANTRY_TRY(takesCode(person, code))) {
        GANTRY_CHECK(wrong(person, person.name, ""));
        return fail(Errc::NotAllowed, "the one-time code is not right; nothing was signed");
    }
    names_.forget(person.name);
    return {};
}

Result<> People::signOut(const Session& session) {
    sessions_.end(session.token);
    return note(GANTRY_TRY(person(session.person)).full_name, "signed-out", "");
}

}  // namespace gantry::agent
