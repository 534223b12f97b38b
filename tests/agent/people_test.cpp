// Accounts. Expected values: RFC 6238 Appendix B, RFC 4648 section 10, RFC 7914 section 12.
#include "people/people.hpp"

#include <sys/stat.h>

#include "people/passwords.hpp"
#include "people/totp.hpp"
#include "site_people.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

constexpr const char* kPeer = "10.1.2.3";
constexpr UnixMillis kMinute = 60'000;

std::string codeFile(const Box& box) {
    return must(readFile(box.folder / "setup-code"));
}

NewPerson ina() {
    return {"Ina", "Ina Informatics", Role::Auditor};  // whatever is asked for: the first one is of site IT
}

std::string auditWord(Box& box, const std::string& event) {
    return textOf(*box.catalogue, "SELECT who || '|' || detail FROM audit WHERE event = '" + event + "' ORDER BY id DESC LIMIT 1");
}

std::string codeAt(const std::string& address, UnixMillis now) {
    // What an app reads from the address, decoded by hand: RFC 4648 section 6.
    const auto begin = address.find("secret=") + 7;
    const auto text = address.substr(begin, address.find('&', begin) - begin);
    std::string secret;
    unsigned held = 0;
    int bits = 0;
    for (const auto c : text) {
        held = held << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
        if ((bits += 5) >= 8) secret += static_cast<char>(held >> (bits -= 8) & 0xFF);
    }
    return totpCode(secret, now / 30'000);
}

}  // namespace

TEST_CASE("one-time codes are those of RFC 6238, and base 32 that of RFC 4648", "[agent][people]") {
    const std::string secret = "12345678901234567890";
    const auto [seconds, code] = GENERATE(table<std::int64_t, std::string>({{59, "287082"},
                                                                            {1111111109, "081804"},
                                                                            {1111111111, "050471"},
                                                                            {1234567890, "005924"},
                                                                            {2000000000, "279037"},
                                                                            {20000000000, "353130"}}));
    CHECK(totpCode(secret, seconds / 30) == code);  // the last six of the eight digits there
    CHECK(totpStep(secret, code, seconds * 1000, 0) == seconds / 30);
    CHECK(totpStep(secret, code, seconds * 1000 + 30'000, 0) == seconds / 30);
    CHECK_FALSE(totpStep(secret, code, seconds * 1000 + 90'000, 0));
    CHECK_FALSE(totpStep(secret, code, seconds * 1000, seconds / 30));  // used already
    CHECK(toBase32(asBytes("f")) == "MY");
    CHECK(toBase32(asBytes("foobar")) == "MZXW6YTBOI");
    CHECK(toBase32(asBytes("foob")) == "MZXW6YQ");
}

TEST_CASE("a password is kept as scrypt of it, each time with another salt", "[agent][people]") {
    const auto one = hashSecret(kPassword, 4);
    CHECK(one.starts_with("scrypt:4:8:3:"));
    CHECK(one != hashSecret(kPassword, 4));
    CHECK(matchesSecret(one, kPassword, 4));
    CHECK_FALSE(matchesSecret(one, "a long walk at seven", 4));
    // RFC 7914 section 12 has none with r = 8 and p = 3; made with Python's hashlib.scrypt.
    CHECK(matchesSecret("scrypt:10:8:3:c2FsdHNhbHRzYWx0c2FsdA==:y+h8CVdLrsqdgT6QVpnU0caiaElXQpcX1Pu5CEetH4k=", "correct horse battery", 4));
    for (const auto* broken : {"", "scrypt", "scrypt:4:8:3:::", "scrypt:99:8:3:AAAA:AAAA", "md5:4:8:3:AAAA:AAAA"})
        CHECK_FALSE(matchesSecret(broken, "", 4));
    for (const auto* weak : {"short", "aaaaaaaaaaaa", "ina informatics", "Ina1234567", "password123"})
        CHECK_FALSE(checkNewPassword(weak, "ina", "Ina Informatics"));
    CHECK(checkNewPassword(kPassword, "ina", "Ina Informatics"));
    for (const auto* weak : {"123", "1234", "9876", "0000", "12a4", "12345678901"}) CHECK_FALSE(checkNewPin(weak));
    CHECK(checkNewPin("2580"));
}

TEST_CASE("the first account needs the code that only the console tells", "[agent][people]") {
    Box box;
    SitePeople none(box, false);
    auto& people = *none.people;
    struct stat info {};
    REQUIRE(::stat((box.folder / "setup-code").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK_FALSE(must(people.isSetUp()));
    CHECK(people.setUp("WRONG-CODE", ina(), kPassword).error().code == Errc::NotAllowed);
    CHECK(people.setUp("", ina(), kPassword).error().code == Errc::NotAllowed);
    CHECK(people.setUp(codeFile(box), {"i", "Ina Informatics", Role::SiteIt}, kPassword).error().code == Errc::InvalidArgument);
    CHECK(people.setUp(codeFile(box), ina(), "short").error().code == Errc::InvalidArgument);
    for (int i = 0; i < 3; ++i) CHECK(people.setUp("WRONG", ina(), kPassword).error().code == Errc::NotAllowed);
    CHECK(people.setUp(codeFile(box), ina(), kPassword).error().code == Errc::PeerBusy);  // five were wrong
    box.clock.advance(15 * kMinute);
    std::string typed;  // as people type it
    for (const auto c : codeFile(box))
        if (c != '-') typed += static_cast<char>(std::tolower(c));
    const auto session = must(people.setUp(" " + typed, ina(), kPassword));
    const auto person = must(people.person(session.person));
    CHECK(person.role == Role::SiteIt);
    CHECK(person.name == "ina");
    CHECK_FALSE(std::filesystem::exists(box.folder / "setup-code"));
    CHECK(people.setUp(typed, {"eve", "Eve Late", Role::SiteIt}, kPassword).error().code == Errc::Conflict);
    CHECK(must(people.signIn(" INA ", kPassword, "", kPeer)));
    SitePeople again(box, false);
    CHECK_FALSE(std::filesystem::exists(box.folder / "setup-code"));  // nor after a restart
}

TEST_CASE("five wrong passwords lock a name for a quarter of an hour, known or not", "[agent][people]") {
    const std::string name = GENERATE("technologist", "nobody");
    Box box;
    SitePeople staff(box);
    auto& people = *staff.people;
    for (int i = 0; i < 5; ++i)
        CHECK(people.signIn(name, "wrong", "", kPeer).error().code == Errc::NotAllowed);
    CHECK(people.signIn(name, kPassword, "", kPeer).error().code == Errc::PeerBusy);
    CHECK(people.signIn("auditor", kPassword, "", kPeer));  // others are let in
    box.clock.advance(15 * kMinute - 1);
    CHECK(people.signIn(name, kPassword, "", kPeer).error().code == Errc::PeerBusy);
    box.clock.advance(1);
    CHECK(people.signIn(name, kPassword, "", kPeer).has_value() == (name == "technologist"));
    CHECK(auditWord(box, "locked-out") == (name == "technologist" ? "Tessa Technologist|" : ""));
}

TEST_CASE("one address that tries many names is shut out too", "[agent][people]") {
    Box box;
    SitePeople staff(box);
    for (int i = 0; i < 30; ++i) CHECK_FALSE(staff.people->signIn("guess" + std::to_string(i), "x", "", kPeer));
    CHECK(staff.people->signIn("technologist", kPassword, "", kPeer).error().code == Errc::PeerBusy);
    CHECK(staff.people->signIn("technologist", kPassword, "", "10.1.2.4"));
}

TEST_CASE("a session is locked when idle, opened by the PIN, and over after its hours", "[agent][people]") {
    Box box;
    SitePeople staff(box);
    auto& people = *staff.people;
    const auto session = staff.session(Role::Technologist);
    const auto find = [&] { return people.sessions().find(session.token, box.clock.nowMillis()); };
    CHECK(people.setPin(session, "wrong", "2580").error().code == Errc::NotAllowed);
    must(people.setPin(session, kPassword, "2580"));
    box.clock.advance(14 * kMinute);
    people.sessions().active(session.token, box.clock.nowMillis());
    box.clock.advance(14 * kMinute);
    CHECK_FALSE(find()->locked);
    box.clock.advance(kMinute);
    CHECK(find()->locked);
    people.sessions().active(session.token, box.clock.nowMillis());  // does not open it
    CHECK(find()->locked);
    CHECK(people.unlock(session, kPassword).error().code == Errc::NotAllowed);  // with a PIN it is the PIN
    must(people.unlock(session, "2580"));
    CHECK_FALSE(find()->locked);
    people.sessions().lock(session.token);
    for (int i = 0; i < 3; ++i) CHECK(people.unlock(session, "2581").error().code == Errc::NotAllowed);
    CHECK_FALSE(find());
    CHECK(auditWord(box, "session-ended") == "Tessa Technologist|three wrong PINs");

    const auto other = staff.session(Role::Auditor);
    box.clock.advance(12 * 60 * kMinute);
    CHECK_FALSE(people.sessions().find(other.token, box.clock.nowMillis()));
}

TEST_CASE("a new person gets a password that works until it is changed", "[agent][people]") {
    Box box;
    SitePeople staff(box);
    auto& people = *staff.people;
    const auto given = must(people.add({"tom", "Tom Taylor", Role::Technologist}, "Ina Informatics"));
    CHECK(people.add({"TOM", "Tom Other", Role::Auditor}, "Ina").error().code == Errc::AlreadyExists);
    CHECK(people.add({"tom2", "Tom Taylor", Role::Auditor}, "Ina").error().code == Errc::AlreadyExists);
    const auto session = *must(people.signIn("tom", given, "", kPeer));
    CHECK(must(people.person(session.person)).must_change);
    CHECK(people.changePassword(session, given, given).error().code == Errc::InvalidArgument);
    must(people.changePassword(session, given, "rain on the roof"));
    CHECK_FALSE(must(people.person(session.person)).must_change);
    CHECK(people.signIn("tom", given, "", kPeer).error().code == Errc::NotAllowed);
    CHECK(must(people.signIn("tom", "rain on the roof", "", kPeer)));

    must(people.setLeft(session.person, true, "Ina Informatics"));
    CHECK_FALSE(people.sessions().find(session.token, box.clock.nowMillis()));
    CHECK(people.signIn("tom", "rain on the roof", "", kPeer).error().code == Errc::NotAllowed);
    must(people.setLeft(session.person, false, "Ina Informatics"));
    CHECK(people.signIn("tom", "rain on the roof", "", kPeer));
    CHECK(auditWord(box, "person-added") == "Ina Informatics|Tom Taylor (tom), technologist");
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM person WHERE password LIKE '%rain%'") == 0);
}

TEST_CASE("site IT never shuts itself out", "[agent][people]") {
    Box box;
    SitePeople staff(box);
    const auto only = staff.session(Role::SiteIt).person;
    CHECK(staff.people->setLeft(only, true, "Ina").error().code == Errc::Conflict);
    CHECK(staff.people->setRole(only, Role::Auditor, "Ina").error().code == Errc::Conflict);
    must(staff.people->setRole(staff.session(Role::Auditor).person, Role::SiteIt, "Ina"));
    CHECK(staff.people->setRole(only, Role::Auditor, "Ina"));
}

TEST_CASE("one-time codes are asked for once they are confirmed, and each is taken once", "[agent][people]") {
    Box box;
    SitePeople staff(box);
    auto& people = *staff.people;
    const auto session = staff.session(Role::Investigator);
    const auto address = must(people.startTotp(session));
    CHECK(address.starts_with("otpauth://totp/Gantry%200417:investigator?secret="));
    CHECK(people.confirmTotp(session, kPassword, "000000").error().code == Errc::NotAllowed);
    CHECK(must(people.signIn("investigator", kPassword, "", kPeer)));  // not in force yet
    const auto code = codeAt(address, box.clock.nowMillis());
    must(people.confirmTotp(session, kPassword, code));
    CHECK_FALSE(must(people.signIn("investigator", kPassword, "", kPeer)));
    CHECK(people.signIn("investigator", kPassword, code, kPeer).error().code == Errc::NotAllowed);  // used
    box.clock.advance(30'000);
    CHECK(must(people.signIn("investigator", kPassword, codeAt(address, box.clock.nowMillis()), kPeer)));
    const auto stored = textOf(*box.catalogue, "SELECT totp_secret FROM person WHERE name = 'investigator'");
    CHECK_FALSE(stored.empty());
    CHECK(must(fromBase64(stored)).find(address.substr(address.find("secret=") + 7, 8)) == std::string::npos);

    box.clock.advance(30'000);
    const auto person = must(people.person(session.person));
    CHECK(people.proveAgain(person, kPassword, "").error().code == Errc::NotAllowed);
    must(people.proveAgain(person, kPassword, codeAt(address, box.clock.nowMillis())));
    must(people.resetPassword(session.person, "Ina Informatics"));
    CHECK(must(people.person(session.person)).totp_secret.empty());
}
