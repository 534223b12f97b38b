// Parcels that are made again from the spool: for another key, or because their file is gone.
#include "catalogue/make_again.hpp"

#include <algorithm>

#include "gantry/uplink/parcel.hpp"
#include "shop.hpp"
#include "web/decisions.hpp"
#include "workflow/corrections.hpp"
#include "workflow/withdrawal_step.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

/// One study of subject 0417-001, whose parcel is made for `former`; the trial's key is `current` from then
/// on.
struct Rotated {
    Rotated() : shop("0417-001,,,BL\n0417-002,,,BL\n") {
        use(former);
        study = shop.deliver(must(scanner::makeSeries(demoSeries(7, "HN7"))));
        shop.settle();
        must(assignSubject(*shop.box.catalogue, *shop.trials.all(), study,
                           {{"subject", "0417-001"}, {"visit", "BL"}, {"who", "A. Smith"}}, now()));
        shop.settle();
        REQUIRE(shop.dispatch());
        first = text("SELECT id FROM parcel");
        use(current);
    }
    void use(const uplink::AgeIdentity& identity) {
        shop.change([&](Trial& trial) { trial.recipients = {identity.recipient()}; });
    }
    MadeAgain makeAgain(bool delivered_too = false, const std::string& trial = "onc-demo") {
        return must(shop.box.catalogue->write([&](Database& db) {
            return makeParcelsAgain(db, {trial, delivered_too, "A. Smith", "key lost"}, now());
        }));
    }
    template <class Mark>
    void mark(const std::string& parcel, Mark how) {
        must(shop.box.catalogue->write([&](Database& db) { return how(db, parcel, now()); }));
    }
    std::string newest() { return text("SELECT id FROM parcel ORDER BY number DESC LIMIT 1"); }
    Result<uplink::OpenedParcel> open(const std::string& parcel, const uplink::AgeIdentity& identity) {
        const auto out = temporaryDirectory();
        return uplink::openParcel(shop.box.folder / kOutboxFolder / (parcel + ".age"),
                                  std::span(&identity, 1), out.path());
    }
    std::string text(const std::string& sql) { return textOf(*shop.box.catalogue, sql); }
    std::int64_t number(const std::string& sql) { return numberOf(*shop.box.catalogue, sql); }
    UnixMillis now() const { return shop.box.clock.nowMillis(); }

    uplink::AgeIdentity former = uplink::AgeIdentity::generate(), current = uplink::AgeIdentity::generate();
    Shop shop;
    StudyId study = 0;
    std::string first;  ///< parcel
};

}  // namespace

TEST_CASE("a parcel that waits is made again for the recipients of now", "[agent][make-again]") {
    Rotated r;
    const auto before = must(r.open(r.first, r.former)).manifest;
    CHECK(r.makeAgain(false, "another-trial").parcels == 0);
    const auto made = r.makeAgain();
    CHECK(made.parcels == 1);
    CHECK(made.studies == std::vector{r.study});
    CHECK(r.shop.state(r.study) == "deidentifying");
    REQUIRE(r.shop.dispatch());
    CHECK(r.shop.state(r.study) == "ready");
    const auto second = r.newest();
    CHECK(second != r.first);
    CHECK(r.open(second, r.former).error().code == Errc::NoIdentity);
    const auto after = must(r.open(second, r.current)).manifest;
    CHECK(after.supersedes.empty());  // no byte of the first one left
    CHECK(after.supplements == std::nullopt);
    REQUIRE(after.files.size() == before.files.size());
    for (std::size_t i = 0; i < after.files.size(); ++i)
        CHECK(after.files[i].sha256 == before.files[i].sha256);
    (void)WithdrawalStep(r.shop.workshop).run();
    CHECK(r.shop.outbox().size() == 1);  // the first one's file is gone
    CHECK(r.makeAgain().parcels == 1);   // as often as it takes
    CHECK(r.text("SELECT detail FROM audit WHERE event = 'make-again' LIMIT 1") == "key lost");
}

TEST_CASE("what may have left is superseded, and what was signed for stays", "[agent][make-again]") {
    Rotated r;
    r.mark(r.first, markUploading);
    const bool delivered = GENERATE(false, true);
    if (delivered) {
        r.mark(r.first, markDelivered);
        CHECK(r.makeAgain().parcels == 0);  // the sponsor has it, and may yet open it
    }
    CHECK(r.makeAgain(delivered).parcels == 1);
    REQUIRE(r.shop.dispatch());
    const auto manifest = must(r.open(r.newest(), r.current)).manifest;
    CHECK(manifest.supersedes == std::vector{r.first});
    r.shop.confirmParcels();
    CHECK(r.shop.state(r.study) == "confirmed");
    CHECK(r.makeAgain(true).parcels == 0);
    CHECK(r.shop.state(r.study) == "confirmed");
}

TEST_CASE("a study that was reopened gets its images into the next parcel", "[agent][make-again]") {
    Rotated r;
    auto more = demoSeries(7, "HN7");
    more.series_number = 9;
    r.shop.deliver(must(scanner::makeSeries(more)));
    CHECK(r.shop.state(r.study) == "receiving");
    CHECK(r.makeAgain().parcels == 1);
    CHECK(r.shop.state(r.study) == "receiving");
    r.shop.settle();
    r.shop.settle();
    REQUIRE(r.shop.dispatch());
    CHECK(must(r.open(r.newest(), r.current)).manifest.files.size() == 2 * kDemoSlices);
}

TEST_CASE("a withdrawal is told again, for the key of now", "[agent][make-again]") {
    Rotated r;
    r.use(r.former);
    r.mark(r.first, markUploading);
    const auto id =
        must(proposeCorrection(*r.shop.box.catalogue, *r.shop.trials.all(), r.study,
                               {"0417-002", false, "", false, "A. Smith", "wrong line"}, r.now()));
    must(confirmCorrection(*r.shop.box.catalogue, *r.shop.trials.all(), id, "B. Jones", r.now()));
    REQUIRE(WithdrawalStep(r.shop.workshop).run());
    const auto told = r.text("SELECT id FROM parcel WHERE content = 'withdrawal'");
    r.use(r.current);
    CHECK(r.makeAgain().parcels == 1);
    REQUIRE(WithdrawalStep(r.shop.workshop).run());
    const auto again =
        r.text("SELECT object_id FROM outbox WHERE topic = 'withdrawal' AND cancelled_at_ms IS NULL");
    CHECK(again != told);
    const auto manifest = must(r.open(again, r.current)).manifest;
    REQUIRE(manifest.withdraws.size() == 1);
    CHECK(manifest.withdraws[0].parcel_id == r.first);
}
