#include "people/people.hpp"

#include <algorithm>

#include "catalogue/studies.hpp"
#include "gantry/core/log.hpp"
#include "people/passwords.hpp"
#include "people/people_parts.hpp"
#include "people/people_rows.hpp"

namespace gantry::agent {
namespace {

constexpr UnixMillis kLockedMillis = 15 * 60'000LL;
constexpr int kWrongOfOneName = 5;
constexpr int kWrongOfOneAddress = 30;  // a desk that several people share
constexpr int kWrongCodes = 5;

bool ofSiteIt(const Person& person) {
    return person.role == Role::SiteIt && !person.left_at;
}

/// As people type a code: dashes, spaces and case do not count.
std::string bareCode(std::string_view typed) {
    std::string out;
    for (const auto c : typed)
        if (c != '-' && c > ' ') out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

}  // namespace

std::string signInName(std::string_view typed) {
    const auto first = typed.find_first_not_of(' ');
    if (first == typed.npos) return {};
    std::string out(typed.substr(first, typed.find_last_not_of(' ') - first + 1));
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Result<NewPerson> checkedPerson(const NewPerson& person) {
    NewPerson out = person;
    out.name = signInName(person.name);
    constexpr std::size_t kLongestName = 40;
    if (out.name.size() < 2 || out.name.size() > kLongestName ||
        out.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") != out.name.npos)
        return fail(Errc::InvalidArgument, "the name to sign in with has 2 to 40 letters a-z, digits, dots or dashes");
    const auto first = person.full_name.find_first_not_of(' ');
    constexpr std::size_t kLongestFull = 80;
    if (first == std::string::npos || person.full_name.size() < 3 || person.full_name.size() > kLongestFull ||
        std::ranges::any_of(person.full_name, [](unsigned char c) { return c < ' '; }))
        return fail(Errc::InvalidArgument, "the full name has 3 to 80 characters; it stands beside each decision");
    out.full_name = person.full_name.substr(first, person.full_name.find_last_not_of(' ') - first + 1);
    return out;
}

Result<> mustLeaveSiteIt(Database& db, PersonId without) {
    for (const auto& one : GANTRY_TRY(people(db)))
        if (one.id != without && ofSiteIt(one)) return {};
    return fail(Errc::Conflict, "nobody of site IT would be left who can sign in");
}

People::People(PeopleSettings settings, const SealingKey& key, Catalogue& catalogue, const Clock& clock)
    : settings_(std::move(settings)),
      key_(key),
      catalogue_(catalogue),
      clock_(clock),
      sessions_(settings_.times),
      names_(kWrongOfOneName, kLockedMillis),
      peers_(kWrongOfOneAddress, kLockedMillis),
      codes_(kWrongCodes, kLockedMillis) {}

Result<std::unique_ptr<People>> People::open(PeopleSettings settings, const SealingKey& key, Catalogue& catalogue,
                                             const Clock& clock) {
    auto people = std::unique_ptr<People>(new People(std::move(settings), key, catalogue, clock));
    GANTRY_CHECK(people->offerSetUp());
    return people;
}

Result<bool> People::isSetUp() {
    const auto all = GANTRY_TRY(catalogue_.read([](Database& db) { return people(db); }));
    return std::ranges::any_of(all, ofSiteIt);
}

Result<> People::offerSetUp() {
    if (GANTRY_TRY(isSetUp())) return {};
    if (!std::filesystem::exists(codeFile()))
        GANTRY_CHECK(writeFileDurably(codeFile(), asBytes(inventedPassword() + "\n")));
    log::warning("people.setup_needed", {{"what", "nobody can sign in yet; the one-time code for the page is in the file "
                                                  "setup-code of the data directory"}});
    return {};
}

Result<Session> People::setUp(const std::string& code, const NewPerson& person, const std::string& password) {
    if (GANTRY_TRY(isSetUp())) return fail(Errc::Conflict, "this is done already; sign in");
    const auto now = clock_.nowMillis();
    if (codes_.isLocked("", now)) return fail(Errc::PeerBusy, "too many wrong codes; wait a quarter of an hour");
    const auto wanted = GANTRY_TRY(readFile(codeFile(), 4096));
    if (bareCode(code).empty() || !equalConstantTime(asBytes(bareCode(code)), asBytes(bareCode(wanted)))) {
        codes_.wrong("", now);
        return fail(Errc::NotAllowed, "the code is not the one in the file setup-code of the data directory");
    }
    auto first = GANTRY_TRY(checkedPerson(person));
    GANTRY_CHECK(checkNewPassword(password, first.name, first.full_name));
    Person row;
    row.name = first.name;
    row.full_name = first.full_name;
    row.role = Role::SiteIt;
    row.password = hashSecret(password, settings_.scrypt_log2n);
    row.added_at = now;
    const auto id = GANTRY_TRY(catalogue_.write([&](Database& db) -> Result<PersonId> {
        const auto added = GANTRY_TRY(addPerson(db, row));
        GANTRY_CHECK(appendAudit(db, {std::nullopt, row.full_name, "set-up", "", "", row.name + ", site-it"}, now));
        return added;
    }));
    std::error_code ignored;  // it opens nothing any more
    std::filesystem::remove(codeFile(), ignored);
    return sessions_.open(id, now);
}

Result<Person> People::person(PersonId id) {
    return catalogue_.read([&](Database& db) { return personById(db, id); });
}

Result<> People::note(const std::string& who, const std::string& event, const std::string& detail) {
    return catalogue_.write([&](Database& db) {
        return appendAudit(db, {std::nullopt, who, event, "", "", detail}, clock_.nowMillis());
    });
}

Result<> People::change(PersonId id, const std::string& who, const std::string& event,
                        const std::function<void(Person&)>& how) {
    return catalogue_.write([&](Database& db) -> Result<> {
        auto one = GANTRY_TRY(personById(db, id));
        how(one);
        GANTRY_CHECK(updatePerson(db, one));
        const auto detail = who == one.full_name ? "" : one.full_name;
        return appendAudit(db, {std::nullopt, who, event, "", "", detail}, clock_.nowMillis());
    });
}

}  // namespace gantry::agent
