#include "site_people.hpp"

#include "people/passwords.hpp"
#include "people/people_rows.hpp"

namespace gantry::test {

using namespace agent;

namespace {

constexpr unsigned kCheap = 4;

}  // namespace

std::string SitePeople::nameOf(Role role) {
    switch (role) {
        case Role::Technologist: return "Tessa Technologist";
        case Role::SiteIt: return "Ina Informatics";
        case Role::Investigator: return "Ivo Investigator";
        case Role::Auditor: break;
    }
    return "Ada Auditor";
}

SitePeople::SitePeople(Box& box, bool with_accounts) {
    PeopleSettings settings;
    settings.data_directory = box.folder;
    settings.site_id = "0417";
    settings.scrypt_log2n = kCheap;
    people = must(People::open(settings, SealingKey{}, *box.catalogue, box.clock));
    if (!with_accounts) return;
    for (const auto role : allRoles()) {
        Person person;
        person.name = std::string(toString(role));
        person.full_name = nameOf(role);
        person.role = role;
        person.password = hashSecret(kPassword, kCheap);
        const auto id = must(box.catalogue->write([&](Database& db) { return addPerson(db, person); }));
        sessions.emplace(role, people->sessions().open(id, box.clock.nowMillis()));
    }
}

http::Request SitePeople::stranger(const std::string& method, const std::string& path, const std::string& body) {
    http::Request out;
    out.method = method;
    out.path = path;
    out.body = body;
    out.peer = "127.0.0.1";
    out.headers = {{"Host", "127.0.0.1:8042"}, {"X-Gantry-Request", "1"}};
    return out;
}

http::Request SitePeople::asks(Role role, const std::string& method, const std::string& path,
                               const std::string& body) const {
    auto out = stranger(method, path, body);
    out.headers["Cookie"] = "other=1; gantry_session=" + session(role).token;
    out.headers["X-Gantry-Request"] = session(role).csrf;
    return out;
}

http::Request SitePeople::console(const std::string& method, const std::string& path, const std::string& body) {
    auto out = stranger(method, path, body);
    out.headers["Authorization"] = std::string("Bearer ") + kConsoleToken;
    return out;
}

}  // namespace gantry::test
