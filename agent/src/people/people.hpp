#pragma once
/// Accounts of this site: first-run set-up, signing in and out, PINs, one-time codes. Each change and each refusal of a
/// known person is in the audit. Thread-safe.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "catalogue/catalogue.hpp"
#include "gantry/core/crypto.hpp"
#include "people/lockout.hpp"
#include "people/person.hpp"
#include "people/sessions.hpp"

namespace gantry::agent {

struct PeopleSettings {
    std::filesystem::path data_directory;
    std::string site_id;
    SessionTimes times;
    unsigned scrypt_log2n = 15;  ///< passwords.hpp; PINs take the same
};

struct NewPerson {
    std::string name;       ///< 2 to 40 of a-z, 0-9, '.', '-', '_'; capitals become small
    std::string full_name;  ///< 3 to 80 bytes
    Role role = Role::Auditor;
};

class People {
public:
    /// While nobody of site IT has an account a one-time code lies in the file `setup-code` of the data directory.
    static Result<std::unique_ptr<People>> open(PeopleSettings settings, const SealingKey& key, Catalogue& catalogue,
                                                const Clock& clock);

    /// Whether somebody of site IT can sign in.
    Result<bool> isSetUp();
    /// The first account, of site IT. @errors NotAllowed (code), Conflict (set up already), PeerBusy (too many wrong
    /// codes), InvalidArgument, AlreadyExists
    Result<Session> setUp(const std::string& code, const NewPerson& person, const std::string& password);

    /// @return nullopt: the password is right and a one-time code is needed besides.
    /// @errors NotAllowed, PeerBusy (locked for a quarter of an hour)
    Result<std::optional<Session>> signIn(const std::string& name, const std::string& password, const std::string& code,
                                          const std::string& peer);
    /// With the PIN, or the password where there is none. Three wrong ones end the session. @errors NotAllowed
    Result<> unlock(const Session& session, const std::string& secret);
    /// Before something is signed. @errors NotAllowed, PeerBusy
    Result<> proveAgain(const Person& person, const std::string& password, const std::string& code);
    Result<> signOut(const Session& session);
    Sessions& sessions() { return sessions_; }
    Result<Person> person(PersonId id);

    /// @return a password that the person must change. @errors InvalidArgument, AlreadyExists
    Result<std::string> add(const NewPerson& person, const std::string& by);
    /// @errors NotFound, Conflict: nobody of site IT would be left
    Result<> setRole(PersonId id, Role role, const std::string& by);
    Result<> setLeft(PersonId id, bool left, const std::string& by);
    /// @return a password that the person must change; PIN and one-time codes are gone, sessions end, locks open
    Result<std::string> resetPassword(PersonId id, const std::string& by);

    /// What a person does with the own account. All but startTotp ask for the password. @errors NotAllowed, InvalidArgument
    Result<> changePassword(const Session& session, const std::string& old, const std::string& fresh);
    Result<> setPin(const Session& session, const std::string& password, const std::string& pin);  ///< "": none
    /// @return what an app reads: an otpauth address. Nothing is in force before confirmTotp.
    Result<std::string> startTotp(const Session& session);
    Result<> confirmTotp(const Session& session, const std::string& password, const std::string& code);
    Result<> dropTotp(const Session& session, const std::string& password);

private:
    People(PeopleSettings settings, const SealingKey& key, Catalogue& catalogue, const Clock& clock);
    Result<> offerSetUp();
    Result<> mustBeOpen(const std::string& name, const std::string& peer);
    Result<> wrong(const std::optional<Person>& person, const std::string& name, const std::string& peer);
    Result<bool> takesCode(const Person& person, const std::string& code);
    Result<Person> withPassword(const Session& session, const std::string& password);
    /// Changes the row as it is then, with its audit entry.
    Result<> change(PersonId id, const std::string& who, const std::string& event,
                    const std::function<void(Person&)>& how);
    Result<> note(const std::string& who, const std::string& event, const std::string& detail);
    std::filesystem::path codeFile() const { return settings_.data_directory / "setup-code"; }

    const PeopleSettings settings_;
    const SealingKey key_;
    Catalogue& catalogue_;
    const Clock& clock_;
    Sessions sessions_;
    Lockout names_;
    Lockout peers_;
    Lockout codes_;  // of the set-up
    std::mutex pending_mutex_;
    std::map<PersonId, std::string> pending_totp_;  // secrets that nobody has confirmed; guarded by pending_mutex_
};

}  // namespace gantry::agent
