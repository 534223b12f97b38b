#include "gantry/central/opening.hpp"
#include "gantry/uplink/receipt.hpp"
#include "index.hpp"
#include "opener.hpp"
#include "support.hpp"
#include "withdrawals.hpp"

using namespace gantry;
using namespace gantry::central;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

/// A hub's directory without its network: parcels are put there as an upload that ended would.
struct Received {
    Received()
        : folder(temporaryDirectory()), index(must(Index::open(root(), Index::Access::ReadWrite, clock))) {
        keys.identities.push_back(uplink::AgeIdentity::generate());
        keys.signer = ReceiptSigner{uplink::generateSigningKey(), "test"};
        must(makeDirectory(root() / "opened"));
    }
    fs::path root() const { return folder.path(); }

    uplink::ParcelManifest manifest(const std::string& id, const std::string& subject) const {
        uplink::ParcelManifest out;
        out.parcel_id = id;
        out.trial = "onc-demo";
        out.site = "0417";
        out.subject = subject;
        out.visit = "BL";
        out.study_instance_uid = "2.25.7";
        out.pack_id = "p";
        out.pack_version = "1";
        out.created_at = "2026-01-02T03:04:05Z";
        return out;
    }
    void images(const std::string& id, const std::string& subject, std::vector<std::string> supersedes = {}) {
        const auto file = root() / "instance";
        must(writeFileDurably(file, asBytes("bytes of " + id)));
        auto m = manifest(id, subject);
        m.supersedes = std::move(supersedes);
        m.files = {{"instances/000001.dcm", "2.25.8", 9 + id.size(), toHex(must(sha256File(file)))}};
        const std::array files = {uplink::ParcelFile{file, "instances/000001.dcm"}};
        open(m, files);
    }
    void notice(const std::string& id, const std::string& withdrawn, const std::string& trial = "onc-demo") {
        auto m = manifest(id, "S1");
        m.trial = trial;
        m.content = uplink::ParcelContent::Withdrawal;
        m.withdraws = {{withdrawn, "wrong-subject"}};
        open(m, {});
    }
    void open(const uplink::ParcelManifest& m, std::span<const uplink::ParcelFile> files) {
        const auto path = root() / "parcels" / m.site / (m.parcel_id + ".age");
        must(makeDirectory(path.parent_path()));
        const std::array recipients = {keys.identities.front().recipient()};
        const auto info = must(uplink::makeParcel(m, files, recipients, path));
        UploadRow upload;
        upload.id = randomHex(16);
        upload.site = m.site;
        upload.parcel_id = m.parcel_id;
        upload.sha256 = info.sha256;
        must(index->addUpload(upload));
        must(index->setDone(upload, info.bytes));
        must(openAndRecord(row(m.parcel_id), root(), keys, *index, *statements, clock));
        CHECK(fs::exists(receiptFile(root() / "inbox", m.site, m.parcel_id)));
    }
    ParcelRow row(const std::string& id) { return *must(index->parcel("0417", id)); }
    bool isOpened(const std::string& id, const std::string& subject) {
        return fs::exists(root() / "opened" / "onc-demo" / subject / "2.25.7" / id);
    }
    bool isKept(const std::string& id) {
        return fs::exists(root() / "withdrawn" / "0417" / id / "manifest.json");
    }
    void checkWithdrawn(const std::string& id, const std::string& by, const std::string& reason) {
        const auto parcel = row(id);
        CHECK(parcel.state == ParcelState::Opened);
        CHECK(parcel.withdrawn_by == by);
        CHECK(parcel.withdraw_reason == reason);
        CHECK(fs::exists(root() / "withdrawn" / "0417" / (id + ".json")));
    }

    TemporaryDirectory folder;
    SystemClock clock;
    OpeningKeys keys;
    std::unique_ptr<Index> index;
    std::unique_ptr<Statements> statements = must(Statements::open(root(), clock));
};

}  // namespace

TEST_CASE("a withdrawn parcel is taken out of the way, whichever came first", "[withdrawal]") {
    Received hub;
    SECTION("the parcel first") {
        hub.images("former", "S1");
        REQUIRE(hub.isOpened("former", "S1"));
        hub.notice("notice", "former");
    }
    SECTION("the withdrawal first") {
        hub.notice("notice", "former");
        hub.images("former", "S1");
    }
    SECTION("a stop between opening the withdrawal and carrying it out") {
        hub.images("former", "S1");
        auto m = hub.manifest("notice", "S1");
        m.withdraws = {{"former", "wrong-subject"}};
        must(Withdrawals(hub.root() / "withdrawn", WithdrawnFiles::Keep).note(m, "0417", hub.clock));
        must(takeOutAllWithdrawn(hub.root(), hub.keys, *hub.index));
    }
    CHECK_FALSE(hub.isOpened("former", "S1"));
    CHECK(hub.isKept("former"));
    hub.checkWithdrawn("former", "notice", "wrong-subject");
    CHECK(hub.row("former").folder == "withdrawn/0417/former");
    // Once more changes nothing.
    must(openAndRecord(hub.row("former"), hub.root(), hub.keys, *hub.index, *hub.statements, hub.clock));
    must(takeOutAllWithdrawn(hub.root(), hub.keys, *hub.index));
    CHECK_FALSE(hub.isOpened("former", "S1"));
    CHECK(hub.isKept("former"));
}

TEST_CASE("what supersedes a parcel withdraws it too, and stays itself", "[withdrawal]") {
    Received hub;
    hub.images("former", "S1");
    hub.images("fresh", "S2", {"former"});
    hub.checkWithdrawn("former", "fresh", "superseded");
    hub.notice("notice", "former");
    hub.checkWithdrawn("former", "fresh", "superseded");  // the first word stays
    CHECK(hub.isOpened("fresh", "S2"));
    CHECK(hub.row("fresh").withdrawn_by.empty());
    CHECK(hub.row("fresh").content == "images");
    CHECK(hub.row("notice").content == "withdrawal");
}

TEST_CASE("nothing of another trial or another site is withdrawn", "[withdrawal]") {
    Received hub;
    hub.images("former", "S1");
    hub.notice("notice", "former", "another-trial");
    CHECK(hub.isOpened("former", "S1"));
    CHECK(hub.row("former").withdrawn_by.empty());
    auto m = hub.manifest("theirs", "S1");
    m.site = "0999";
    m.withdraws = {{"former", "wrong-subject"}};
    must(Withdrawals(hub.root() / "withdrawn", WithdrawnFiles::Keep).note(m, "0999", hub.clock));
    must(takeOutAllWithdrawn(hub.root(), hub.keys, *hub.index));
    CHECK(hub.isOpened("former", "S1"));
}

TEST_CASE("withdrawn files are removed where that is asked for", "[withdrawal]") {
    Received hub;
    hub.keys.withdrawn = WithdrawnFiles::Delete;
    hub.images("former", "S1");
    hub.notice("notice", "former");
    CHECK_FALSE(hub.isOpened("former", "S1"));
    CHECK_FALSE(hub.isKept("former"));
    hub.checkWithdrawn("former", "notice", "wrong-subject");
    CHECK(hub.row("former").folder.empty());
}
