// What only PostgreSQL has: a server that goes away, a login, and hubs that share it.
#include <cstdlib>

#include "hub_fixture.hpp"
#include "index_kit.hpp"

using namespace gantry;
using namespace gantry::central;
using namespace gantry::test;

TEST_CASE("the index comes back when its server does", "[index][postgresql]") {
    const IndexHome home("postgresql");
    if (!home.there) return;
    const auto index = home.index();
    sharedPostgres()->restart();
    const auto lost = index->uploads(UploadState::Done);
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == Errc::NetworkDown);
    CHECK(index->uploads(UploadState::Done));
}

TEST_CASE("a transaction that loses its server leaves nothing, and is not ended on another connection",
          "[index][postgresql]") {
    const IndexHome home("postgresql");
    if (!home.there) return;
    auto database = must(IndexDatabase::open(home.path(), IndexDatabase::Access::ReadWrite));
    {
        auto transaction = must(IndexTransaction::begin(database));
        must(database.execute(
            "INSERT INTO incident (at_ms, site, kind, parcel_id, detail) VALUES (1, 's', 'k', 'p', '')"));
        sharedPostgres()->restart();
        CHECK_FALSE(database.execute("DELETE FROM site"));
        CHECK(database.execute("DELETE FROM site").error().code == Errc::NetworkDown);
        CHECK_FALSE(transaction.commit());
    }
    auto query = must(database.prepare("SELECT count(*) FROM incident"));
    REQUIRE(must(query.step()));
    CHECK(query.integer(0) == 0);
}

TEST_CASE("the password comes from a file that its owner alone may read", "[index][postgresql]") {
    const IndexHome home("postgresql");
    if (!home.there) return;
    const auto& postgres = *sharedPostgres();
    const auto url = postgres.overLoopback(home.url);
    home.useIndex(url);
    CHECK(Index::open(home.path(), Index::Access::ReadWrite, home.clock).error().code == Errc::NotAllowed);
    home.useIndex(url, "password_file: " + postgres.passwordFile().string() + "\n");
    CHECK(Index::open(home.path(), Index::Access::ReadWrite, home.clock));
    home.useIndex(url);
    ::setenv("PGPASSFILE", postgres.passwordFile().c_str(), 1);
    CHECK(Index::open(home.path(), Index::Access::ReadWrite, home.clock));
    ::unsetenv("PGPASSFILE");
    std::filesystem::permissions(postgres.passwordFile(), std::filesystem::perms(0644));
    home.useIndex(url, "password_file: " + postgres.passwordFile().string() + "\n");
    CHECK(Index::open(home.path(), Index::Access::ReadWrite, home.clock).error().code == Errc::ConfigInvalid);
}

TEST_CASE("an error says nothing of what the rows hold", "[index][postgresql]") {
    const IndexHome home("postgresql");
    if (!home.there) return;
    home.index();
    auto database = must(IndexDatabase::open(home.path(), IndexDatabase::Access::ReadWrite));
    const auto insert = "INSERT INTO site (site, created_at_ms) VALUES ('secret-name', 1)";
    must(database.execute(insert));
    const auto error = database.execute(insert).error();
    CHECK(error.code == Errc::Conflict);
    CHECK(error.message().find("secret-name") == std::string::npos);
}

TEST_CASE("a hub and gantry-central share an index in PostgreSQL", "[index][postgresql]") {
    const IndexHome home("postgresql");
    if (!home.there) return;
    SponsorEnd sponsor("version: 1\nindex: " + home.url + "\n");
    CHECK_FALSE(std::filesystem::exists(sponsor.directory / "index.sqlite"));
    const auto parcel = makeTestParcel(sponsor);
    const auto hub = sponsor.start();
    RawClient client(hub->port());
    REQUIRE(deliver(client, sponsor.token, parcel) == 204);
    CHECK(waitForReceipt(client, sponsor.token, parcel.id).find(parcel.sha256) != std::string::npos);
    const auto listed = runCommand(std::string(GANTRY_BIN_DIR) + "/gantry-central list " +
                                   sponsor.directory.string() + " 2>&1");
    CHECK(listed.exit_code == 0);
    CHECK(listed.output.find(parcel.id) != std::string::npos);
    CHECK(sharedPostgres()->ask(home.url, "SELECT state FROM parcel") == "opened\n");
}
