#include "sponsor_folder.hpp"

#include <boost/json.hpp>

#include "gantry/core/files.hpp"
#include "gantry/uplink/parcel.hpp"
#include "gantry/uplink/statement.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

/// The members of sponsor.json by their names, for reading and for writing.
struct TextMember {
    std::string_view key;
    std::string SponsorFacts::*member;
};
struct ListMember {
    std::string_view key;
    std::vector<std::string> SponsorFacts::*member;
};
constexpr TextMember kTexts[] = {{"trial", &SponsorFacts::trial},
                                 {"title", &SponsorFacts::title},
                                 {"hub", &SponsorFacts::hub},
                                 {"ca", &SponsorFacts::ca},
                                 {"store", &SponsorFacts::store},
                                 {"store_credentials", &SponsorFacts::store_credentials},
                                 {"store_ca", &SponsorFacts::store_ca}};
constexpr ListMember kLists[] = {{"outbox", &SponsorFacts::outbox},
                                 {"inbox", &SponsorFacts::inbox},
                                 {"people", &SponsorFacts::people},
                                 {"recipients", &SponsorFacts::recipients},
                                 {"compromised", &SponsorFacts::compromised},
                                 {"receipt_keys", &SponsorFacts::receipt_keys}};

json::array arrayOf(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

Error wrong(std::string_view key) {
    return fail(Errc::BadFormat, "sponsor.json: " + std::string(key) + " is missing or not what it must be");
}

}  // namespace

std::filesystem::path SponsorFolder::offlineKey(const std::string& person) const {
    return directory_ / "offline" / (person + ".key");
}

std::filesystem::path SponsorFolder::offlinePublic(const std::string& person) const {
    return directory_ / "offline" / (person + ".pub");
}

Result<SponsorFacts> SponsorFolder::facts() const {
    const auto text = readFile(factsFile(), 8u << 20);
    if (!text && text.error().code == Errc::NotFound)
        return fail(Errc::NotFound, "no trial was set up in " + directory_.string() +
                                        ": gantry-central init " + directory_.string() + " --trial …");
    if (!text) return text.error();
    boost::system::error_code ec;
    const auto value = json::parse(*text, ec);
    const auto* object = ec ? nullptr : value.if_object();
    if (object == nullptr) return fail(Errc::BadFormat, "sponsor.json: not a JSON object");
    SponsorFacts facts;
    for (const auto& [key, member] : kTexts) {
        const auto* found = object->if_contains(key);
        if (found == nullptr || !found->is_string()) return wrong(key);
        facts.*member = std::string(found->get_string());
    }
    for (const auto& [key, member] : kLists) {
        const auto* found = object->if_contains(key);
        if (found == nullptr || !found->is_array()) return wrong(key);
        for (const auto& entry : found->get_array()) {
            if (!entry.is_string()) return wrong(key);
            (facts.*member).emplace_back(entry.get_string());
        }
    }
    return facts;
}

Result<> SponsorFolder::save(const SponsorFacts& facts) const {
    // One member a line: the file is looked at, and compared, by people.
    std::string out = "{\"version\": 1";
    const auto add = [&](std::string_view key, const json::value& value) {
        out += ",\n\"" + std::string(key) + "\": " + json::serialize(value);
    };
    for (const auto& [key, member] : kTexts) add(key, json::string(facts.*member));
    for (const auto& [key, member] : kLists) add(key, arrayOf(facts.*member));
    return writeFileDurably(factsFile(), asBytes(out + "\n}\n"));
}

bool isPlainName(std::string_view text) {
    return uplink::isParcelId(text);
}

Result<std::string> trialJson(const SponsorFacts& facts, const std::string& authority) {
    const json::object out{{"format", 1},
                           {"trial", facts.trial},
                           {"title", facts.title},
                           {"recipients", arrayOf(facts.recipients)},
                           {"compromised", arrayOf(facts.compromised)},
                           {"receipt_keys", arrayOf(facts.receipt_keys)},
                           {"outbox", arrayOf(facts.outbox)},
                           {"inbox", arrayOf(facts.inbox)},
                           {"authority", authority}};
    return uplink::canonicalText(json::serialize(out));
}

}  // namespace gantry::central
