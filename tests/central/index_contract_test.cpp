// What the index promises, on SQLite and on a real PostgreSQL alike.
#include <thread>

#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"
#include "index_kit.hpp"

using namespace gantry;
using namespace gantry::central;
using namespace gantry::test;

namespace {

UploadRow uploadOf(const std::string& id, const std::string& parcel = "p1") {
    UploadRow row;
    row.id = id;
    row.site = "0417";
    row.metadata = "filename YQ==";
    row.parcel_id = parcel;
    row.sha256 = std::string(64, 'a');
    row.created_at = 5'000'000'000;  // more than 32 bits
    return row;
}

uplink::CertificateInfo certificate(const std::string& fingerprint) {
    uplink::CertificateInfo info;
    info.serial = "01";
    info.fingerprint = fingerprint;
    info.not_after = SystemClock().nowMillis() + 1'000'000;
    return info;
}

Result<> enrol(Sites& sites, const std::string& site, const std::string& request,
               const std::string& fingerprint) {
    Enrolment enrolment;
    enrolment.id = request;
    enrolment.site = site;
    enrolment.token = "secret";
    GANTRY_CHECK(sites.addEnrolment(enrolment));
    GANTRY_CHECK(sites.setRequested(request, "{}", "ab"));
    Site accepted;
    accepted.id = site;
    accepted.recipient = "age1x";
    accepted.statement_key = "gantry-ed25519-public:x";
    return sites.accept(enrolment, accepted, certificate(fingerprint));
}

}  // namespace

TEST_CASE("an upload goes its way in the index", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto index = home.index();
    must(index->addUpload(uploadOf("u1")));
    CHECK(index->addUpload(uploadOf("u1")).error().code == Errc::Conflict);
    CHECK(index->upload("u2").error().code == Errc::NotFound);
    CHECK_FALSE(must(index->upload("u1")).length);
    must(index->setLength("u1", 5'000'000'001));
    must(index->setLength("u1", 7));  // told once
    must(index->setCheckedBytes("u1", 12));
    const auto row = must(index->upload("u1"));
    CHECK(row.length == 5'000'000'001);
    CHECK(row.checked_bytes == 12);
    CHECK(row.created_at == 5'000'000'000);
    CHECK(row.metadata == "filename YQ==");
    CHECK(row.sha256 == std::string(64, 'a'));
    must(index->setCheckedBytes("u1", std::nullopt));
    CHECK_FALSE(must(index->upload("u1")).checked_bytes);
    must(index->setFinishing("u1", std::string(64, 'b')));
    CHECK(must(index->uploads(UploadState::Receiving)).empty());
    CHECK(must(index->uploads(UploadState::Finishing)).front().sha256 == std::string(64, 'b'));
    must(index->setDone(row, 10));
    must(index->discard("u1", "expired", Incident{"0417", "digest-mismatch", "p1", "none"}));
    CHECK(must(index->upload("u1")).state == UploadState::Done);  // what is done stays
}

TEST_CASE("uploads that are put together are found by their parts", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto index = home.index();
    auto final = uploadOf("f1");
    final.kind = UploadKind::Final;
    final.parts = {"a", "b"};
    must(index->addUpload(final));
    CHECK(must(index->finalOf("0417", {"a", "b"}))->id == "f1");
    CHECK_FALSE(must(index->finalOf("0417", {"b", "a"})));
    CHECK_FALSE(must(index->finalOf("0900", {"a", "b"})));
    must(index->discard("f1", "terminated", {}));
    CHECK_FALSE(must(index->finalOf("0417", {"a", "b"})));
}

TEST_CASE("a parcel goes its way in the index", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto index = home.index();
    for (const auto* name : {"b", "B", "a"}) {
        must(index->addUpload(uploadOf(std::string("u") + name, name)));
        must(index->setDone(uploadOf(std::string("u") + name, name), 6'000'000'000));
    }
    must(index->setDone(uploadOf("ua", "a"), 1));  // one on record stays as it is
    auto row = *must(index->parcel("0417", "a"));
    CHECK(row.bytes == 6'000'000'000);
    CHECK(row.folder.empty());
    row.reason_code = "no-identity";
    row.reason = "none of our keys opens it: 'quotes' and ?1 and $1 stay";
    must(index->setRefused(row));
    CHECK(must(index->parcels(ParcelState::Refused)).size() == 1);
    CHECK(must(index->parcel("0417", "a"))->reason == row.reason);
    must(index->retryRefused("another"));
    CHECK(must(index->parcels(ParcelState::Received)).size() == 2);
    must(index->retryRefused("no-identity"));
    CHECK(must(index->parcels(ParcelState::Received)).size() == 3);
    row.subject = "S\xc3\xbc\xc3\x9f";
    row.instances = 500;
    must(index->setOpened(row));
    row.withdrawn_by = "b";
    must(index->setWithdrawn(row));
    row.withdrawn_by = "B";
    must(index->setWithdrawn(row));
    CHECK(must(index->parcel("0417", "a"))->withdrawn_by == "b");  // the first stays
    CHECK(must(index->parcel("0417", "a"))->subject == row.subject);
    must(index->forgetDamaged(row));
    CHECK_FALSE(must(index->parcel("0417", "a")));
    CHECK(must(index->parcels()).size() == 2);
}

TEST_CASE("sites get in by what they were given, and by nothing else", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto sites = must(Sites::open(home.path(), home.clock));
    const auto token = must(sites->addWithToken("b"));
    must(sites->addWithToken("B"));
    must(sites->addWithToken("a"));
    CHECK(sites->addWithToken("b").error().code == Errc::AlreadyExists);
    CHECK(must(sites->siteOfToken(token)) == "b");
    CHECK_FALSE(must(sites->siteOfToken("another")));
    std::string order;
    for (const auto& site : must(sites->all())) order += site.id;
    CHECK(order == "Bab");  // by bytes, whatever language the database sorts by
    must(sites->revoke("b", "lost"));
    must(sites->revoke("b", "later"));
    CHECK(must(sites->find("b"))->revoked_why == "lost");
    CHECK_FALSE(must(sites->siteOfToken(token)));
    CHECK(sites->revoke("nobody", "").error().code == Errc::NotFound);
}

TEST_CASE("a request is decided once, and a key belongs to one site", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto sites = must(Sites::open(home.path(), home.clock));
    must(enrol(*sites, "0417", "r1", "k1"));
    CHECK(must(sites->siteOfCertificate("k1")) == "0417");
    CHECK(sites->setRequested("r1", "{}", "cd").error().code == Errc::Conflict);
    CHECK(sites->reject("r1").error().code == Errc::Conflict);
    CHECK(enrol(*sites, "0900", "r2", "k1").error().code == Errc::Conflict);
    CHECK_FALSE(must(sites->find("0900")));  // nothing of what failed stays
    CHECK(must(sites->enrolment("r2")).state == EnrolmentState::Requested);
    CHECK(must(sites->enrolments()).size() == 2);
    CHECK(must(sites->enrolments("0417")).size() == 1);
    CHECK(sites->addCertificate("nobody", certificate("k3")).error().code == Errc::Conflict);
}

TEST_CASE("what is said to a site waits until it is published, and is listed until it is taken", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto statements = must(Statements::open(home.path(), home.clock));
    const SiteStatement receipt{"0417", "receipts/p1.json", "text"};
    must(statements->say(receipt));
    const auto waiting = must(statements->waiting());
    REQUIRE(waiting.size() == 1);
    must(statements->say({"0417", "receipts/p1.json", "changed meanwhile"}));
    must(statements->setPublished(waiting));
    CHECK(must(statements->waiting()).size() == 1);
    must(statements->setPublished(must(statements->waiting())));
    must(statements->say({"0417", "receipts/p1.json", "changed meanwhile"}));  // the same again
    CHECK(must(statements->waiting()).empty());
    must(statements->setTaken("0417", {"receipts/p1.json", "receipts/none.json"}));
    const auto taken = must(statements->takenAndListed());
    REQUIRE(taken.size() == 1);
    must(statements->setUnlisted(taken));
    CHECK(must(statements->takenAndListed()).empty());
    CHECK(statements->statementKeyOf("0417").error().code == Errc::NotAllowed);
}

TEST_CASE("of heartbeats the last stays", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    const auto statements = must(Statements::open(home.path(), home.clock));
    must(statements->keep({"0417", "m2", "heartbeat", "2026-01-02T00:00:00Z", 2, "new"}));
    must(statements->keep({"0417", "m1", "heartbeat", "2026-01-01T00:00:00Z", 3, "old, came late"}));
    must(statements->keep({"0900", "m1", "heartbeat", "2026-01-01T00:00:00Z", 3, "another's"}));
    must(statements->keep({"0417", "m2", "heartbeat", "2026-01-02T00:00:00Z", 4, "the same once more"}));
    const auto latest = must(statements->latest("heartbeat"));
    REQUIRE(latest.size() == 2);
    CHECK(latest.front().text == "new");
}

TEST_CASE("hubs that write at once lose nothing", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    home.index();
    constexpr int kHubs = 4;
    constexpr int kEach = 25;
    std::vector<std::string> troubles(kHubs);
    {
        std::vector<std::jthread> hubs;
        for (int hub = 0; hub < kHubs; ++hub)
            hubs.emplace_back([&, hub] {
                const auto index = Index::open(home.path(), Index::Access::ReadWrite, home.clock);
                for (int i = 0; index && i < kEach; ++i) {
                    auto row =
                        uploadOf(std::to_string(hub) + "-" + std::to_string(i), "p" + std::to_string(i));
                    auto done = (*index)->addUpload(row);
                    if (done) done = (*index)->setDone(row, 1);
                    if (!done) troubles.at(static_cast<std::size_t>(hub)) = done.error().message();
                }
            });
    }
    for (const auto& trouble : troubles) CHECK(trouble.empty());
    const auto index = home.index();
    CHECK(must(index->uploads(UploadState::Done)).size() == kHubs * kEach);
    CHECK(must(index->parcels()).size() == kEach);
}

TEST_CASE("an index that a newer program changed is left alone", "[index]") {
    const std::string kind = GENERATE("sqlite", "postgresql");
    const IndexHome home(kind);
    if (!home.there) return;
    home.index();
    {
        auto database = must(IndexDatabase::open(home.path(), IndexDatabase::Access::ReadWrite));
        must(database.execute(kind == "sqlite" ? "PRAGMA user_version=99"
                                               : "UPDATE index_version SET version = 99"));
    }
    for (const auto access : {Index::Access::ReadWrite, Index::Access::ReadOnly})
        CHECK(Index::open(home.path(), access, home.clock).error().code == Errc::CatalogueBroken);
}

TEST_CASE("who may only read writes nothing", "[index]") {
    const IndexHome home(GENERATE("sqlite", "postgresql"));
    if (!home.there) return;
    CHECK_FALSE(
        Index::open(home.path(), Index::Access::ReadOnly, home.clock));  // nothing is there, nothing is made
    must(home.index()->addUpload(uploadOf("u1")));
    const auto reader = must(Index::open(home.path(), Index::Access::ReadOnly, home.clock));
    CHECK(must(reader->upload("u1")).site == "0417");
    CHECK_FALSE(reader->addUpload(uploadOf("u2")));
}
