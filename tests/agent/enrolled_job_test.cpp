// The whole of it with a real sponsor end: gantry-central makes the trial, a hub with TLS serves it, the site
// enrols, a person accepts, two people publish the pack, a scanner sends, and the receipt comes by the inbox.
#include "enrolled_kit.hpp"
#include "gantry/core/sqlite.hpp"
#include "raw_http.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

namespace json = boost::json;

json::object question(const SponsorSide& sponsor) {
    return sponsor.list({"query", "list", sponsor.directory()}).at(0).as_object();
}

/// Asked at the sponsor, answered on the site's page, closed at the sponsor.
void askAndAnswer(const SponsorSide& sponsor, SiteSide& site) {
    const auto directory = sponsor.directory();
    const auto listed = sponsor.list({"list", directory});
    std::string parcel;
    for (const auto& one : listed)
        if (one.as_object().contains("content") && one.at("content") == "images") parcel = one.at("parcel_id").as_string();
    sponsor.run({"query", "ask", directory, "0417", "--parcel", parcel, "--topic", "Contrast phase", "--text",
                         "Which series is portal?", "--wants", "series", "--by", "R. Eader"});
    const auto asked = [&] { return site.call("GET", "/queries").as_array(); };
    REQUIRE(site.comesTrue([&] { return asked().size() == 1; }));
    const auto id = std::to_string(asked().at(0).at("id").as_int64());
    const auto study = site.call("GET", "/studies").as_array().at(0).at("id").as_int64();
    CHECK(asked().at(0).at("study") == study);
    CHECK(asked().at(0).at("subject") == "0417-001");
    site.call("POST", "/queries/" + id + "/answer",
              {{"who", "A. Smith"}, {"text", "This one."}, {"study", std::to_string(study)}});
    REQUIRE(site.comesTrue([&] { return question(sponsor).at("standing") == "answered"; }));
    const auto answer = question(sponsor).at("answers").as_array().at(0);
    CHECK(answer.at("who") == "A. Smith");
    CHECK(answer.at("text") == "This one.");
    // The sponsor finds the series by what it was delivered as.
    std::string opened;
    for (const auto& one : std::filesystem::recursive_directory_iterator(sponsor.sponsor.directory() / "opened"))
        if (one.path().filename() == "manifest.json") opened += must(readFile(one.path()));
    const auto series = std::string(answer.at("series").as_array().at(0).at("series_instance_uid").as_string());
    CHECK(opened.find(series) != std::string::npos);

    const auto number = std::string(question(sponsor).at("query_id").as_string());
    sponsor.run({"query", "close", directory, number, "--why", "Thank you", "--by", "R. Eader"});
    REQUIRE(site.comesTrue([&] { return asked().at(0).at("state") == "closed"; }));
    CHECK(asked().at(0).at("closed_why") == "Thank you");
    CHECK(asked().at(0).at("closed_by") == "R. Eader");
    auto catalogue = must(Database::open(site.config.data_directory / "catalogue.sqlite", Database::Mode::ReadOnly));
    auto events = must(catalogue.prepare("SELECT event FROM audit WHERE event LIKE 'query.%' ORDER BY id"));
    std::string all;
    while (must(events.step())) all += events.text(0) + " ";
    CHECK(all == "query.asked query.answered query.closed ");
    const auto audit = sponsor.run({"audit", directory});
    for (const auto* event : {"query.asked", "query.answered", "query.closed"})
        CHECK(audit.find(event) != std::string::npos);
}

}  // namespace

TEST_CASE("a site enrols, receives its pack, delivers, and has the receipt by the inbox",
          "[agent][enrolment]") {
    SponsorSide sponsor;
    if (!sponsor.has_openssl) return skipLoudly("no openssl");
    SiteSide site;
    CHECK(site.call("GET", "/status").at("ae_titles").as_array().empty());
    sponsor.enrol(site, "0417", "ONCDEMO");
    sponsor.bringIntoForce(site, "0417", "0417-001");
    CHECK(site.call("GET", "/status").at("ae_titles").as_array().at(0) == "ONCDEMO");

    // gantryctl tries the line that the sponsor told, with the certificate that it gave.
    const auto config = site.folder.path() / "gantryd.yaml";
    must(writeFileDurably(config, asBytes("site: {id: '0417'}\ndata_directory: data\n")));
    const auto line = runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl link test --config " + config.string() + " 2>&1");
    CAPTURE(line.output);
    CHECK(line.exit_code == 0);
    CHECK(line.output.find("Trial onc-demo: https://") != std::string::npos);
    CHECK(line.output.find("good     Upload") != std::string::npos);

    if (GENERATE(false, true)) site.start();  // what came stays over a restart
    site.scan("ONCDEMO", 1, "0417-001");
    CHECK(site.comesTrue([&] {
        const auto studies = site.call("GET", "/studies").as_array();
        return studies.size() == 1 && studies.at(0).at("state") == "confirmed";
    }));
    const auto studies = site.call("GET", "/studies").as_array();
    INFO(json::serialize(studies) << json::serialize(site.call("GET", "/outbox")));
    CHECK(studies.at(0).at("subject") == "0417-001");
    CHECK(studies.at(0).at("state") == "confirmed");
    CHECK(site.inbox().at("untold") == 0);
    askAndAnswer(sponsor, site);
}
