// One appliance, two sponsors, each with a trial, a hub and people of its own; and one sponsor with two
// addresses.
#include <algorithm>

#include "enrolled_kit.hpp"
#include "network.hpp"

using namespace gantry;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

/// What only one sponsor may know: names, and nothing that could come about by chance.
struct Own {
    std::string trial, number, ae_title, subject;
    std::vector<std::string> words() const { return {trial, number, ae_title, subject}; }
};
const Own kOne{"lung-trial", "ZUERICH-41", "LUNGTRIAL", "0941-001"};
const Own kTwo{"card-demo", "AARAU-7", "CARDDEMO", "7001-003"};
constexpr auto kHouse = "OWN-NUMBER-OF-THE-HOUSE";

/// Files of the sponsor that hold the word: what was opened, the index with all messages, what is published.
std::vector<std::string> filesWith(const SponsorSide& sponsor, const std::string& word) {
    std::vector<std::string> out;
    for (const auto& one : fs::recursive_directory_iterator(sponsor.sponsor.directory())) {
        const auto name = one.path().string();
        if (name.find(word, sponsor.directory().size()) != std::string::npos) out.push_back(name);
        if (one.is_regular_file() && must(readFile(one.path())).find(word) != std::string::npos)
            out.push_back(name);
    }
    return out;
}

std::size_t imagesAt(const SponsorSide& sponsor) {
    const auto parcels = sponsor.list({"list", sponsor.directory()});
    return static_cast<std::size_t>(std::count_if(parcels.begin(), parcels.end(), [](const auto& one) {
        return one.as_object().contains("content") && one.at("content") == "images";
    }));
}

std::string stateOf(SiteSide& site, const std::string& subject) {
    const auto studies = site.call("GET", "/studies").as_array();
    for (const auto& study : studies)
        if (study.at("subject") == boost::json::value(subject))
            return std::string(study.at("state").as_string());
    return "";
}

void join(SponsorSide& sponsor, SiteSide& site, const Own& own) {
    sponsor.enrol(site, own.number, own.ae_title);
    sponsor.bringIntoForce(site, own.number, own.subject);
}

bool hasHeartbeat(const SponsorSide& sponsor) {
    const auto fleet = sponsor.list({"fleet", sponsor.directory()});
    return fleet.size() == 1 && !fleet.at(0).at("last_seen").is_null();
}

}  // namespace

TEST_CASE("two sponsors on one appliance see nothing of each other, and one who ends leaves the other alone",
          "[agent][enrolment]") {
    SponsorSide one(kOne.trial);
    if (!one.has_openssl) return skipLoudly("no openssl");
    SponsorSide two(kTwo.trial);
    SiteSide site(kHouse);
    join(one, site, kOne);
    join(two, site, kTwo);
    site.scan(kOne.ae_title, 1, kOne.subject);
    site.scan(kTwo.ae_title, 2, kTwo.subject);
    for (const auto& own : {kOne, kTwo}) {
        CAPTURE(own.trial);
        CHECK(site.comesTrue([&] { return stateOf(site, own.subject) == "confirmed"; }));
    }
    CHECK(site.comesTrue([&] { return hasHeartbeat(one) && hasHeartbeat(two); }));
    CHECK(imagesAt(one) == 1);
    CHECK(imagesAt(two) == 1);
    for (const auto& word : kTwo.words()) CHECK(filesWith(one, word) == std::vector<std::string>());
    for (const auto& word : kOne.words()) CHECK(filesWith(two, word) == std::vector<std::string>());
    // The search finds what is there.
    CHECK_FALSE(filesWith(one, kOne.subject).empty());
    CHECK_FALSE(filesWith(two, kTwo.number).empty());

    one.run({"site", "revoke", one.directory(), kOne.number, "--why", "The trial is over.",
             "--passphrase-file", (one.folder.path() / "pass").string()});
    site.scan(kTwo.ae_title, 3, kTwo.subject);
    CHECK(site.comesTrue([&] { return imagesAt(two) == 2 && stateOf(site, kTwo.subject) == "confirmed"; }));
}

TEST_CASE("a sponsor's second address has the parcels when nobody answers at the first",
          "[agent][enrolment]") {
    SponsorSide sponsor(kOne.trial, {"https://localhost:" + std::to_string(freePort()) + "/tus/"});
    if (!sponsor.has_openssl) return skipLoudly("no openssl");
    SiteSide site;
    site.config.uploads.retry_first = std::chrono::seconds(1);
    site.config.uploads.retry_cap = std::chrono::seconds(1);
    site.start();
    join(sponsor, site, kOne);
    site.scan(kOne.ae_title, 1, kOne.subject);
    CHECK(site.comesTrue([&] { return stateOf(site, kOne.subject) == "confirmed"; }));
    CHECK(imagesAt(sponsor) == 1);

    const auto settings = sponsor.folder.path() / "settings.json";
    must(writeFileDurably(settings, asBytes(std::string(R"({"upload":{"windows":[],"kib_s":500}})"))));
    sponsor.run({"settings", sponsor.directory(), settings.string(), "--passphrase-file",
                 (sponsor.folder.path() / "pass").string()});
    const auto way = [&] { return site.call("GET", "/outbox").at("trials").as_array().at(0).as_object(); };
    CHECK(site.comesTrue([&] { return way().at("sponsor_bytes_per_second") == 500 * 1024; }));
    CHECK(way().at("other_address") == "localhost");
}
