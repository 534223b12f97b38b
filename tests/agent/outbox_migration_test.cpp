// A catalogue from before the outbox: what was under way goes on, what was signed for stays so.
#include "catalogue/outbox.hpp"
#include "catalogue/parcels.hpp"
#include "query.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

/// As version 7 of the schema left it: a study with a parcel half sent, one cancelled, and one signed for.
void writeVersion7(const fs::path& file) {
    auto db = must(Database::open(file));
    std::vector<fs::path> scripts;
    for (const auto& entry :
         fs::directory_iterator(fs::path(GANTRY_SOURCE_DIR) / "agent/catalogue/migrations"))
        if (entry.path().filename().string().substr(0, 4) <= "0007") scripts.push_back(entry.path());
    std::ranges::sort(scripts);
    REQUIRE(scripts.size() == 7);
    for (const auto& script : scripts) must(db.execute(must(readFile(script))));
    const std::string columns =
        "INSERT INTO parcel (id, study_id, number, supplements, file_name, bytes, sha256, manifest_sha256, "
        "state, "
        "resume_url, sent_bytes, attempts, next_attempt_at_ms, waits, created_at_ms, delivered_at_ms, "
        "cancelled_at_ms, content) VALUES ";
    must(db.execute(
        "INSERT INTO study (id, trial_id, study_instance_uid, state, reason, patient_label, patient_id, "
        "accession_number, study_date, study_description, modality, source, instance_count, series_count, "
        "first_instance_at_ms, last_instance_at_ms, changed_at_ms) VALUES (7, 'onc-demo', '1.2', "
        "'uploading', '', "
        "'', '', '', '', '', 'CT', 'CT1', 0, 0, 0, 0, 0);" +
        columns +
        "('done', 7, 1, NULL, 'done.age', 10, 'aa', 'bb', 'confirmed', '', 10, 0, 0, '', 1, 2, NULL, "
        "'images');" +
        columns +
        "('gone', 7, 2, NULL, 'gone.age', 20, 'cc', 'dd', 'made', '', 0, 0, 0, '', 3, NULL, 4, 'images');" +
        columns +
        "('half', 7, 3, 'done', 'half.age', 30, 'ee', 'ff', 'uploading', 'https://h/1', 12, 2, 99, "
        "'The line to the sponsor is down.', 5, NULL, NULL, 'verdict');"
        "INSERT INTO receipt (parcel_id, document, verified_at_ms) VALUES ('done', '{}', 6);"
        "PRAGMA user_version=7"));
}

}  // namespace

TEST_CASE("parcels of an older catalogue are in the outbox as they were", "[agent][catalogue][outbox]") {
    const auto folder = temporaryDirectory();
    writeVersion7(folder.path() / "catalogue.sqlite");
    const auto catalogue = must(Catalogue::open(folder.path() / "catalogue.sqlite"));
    const auto due = must(catalogue->read([](Database& db) { return dueUploads(db, "onc-demo", 100); }));
    REQUIRE(due.size() == 1);
    const auto& half = due.front();
    CHECK(half.id == "half");
    CHECK(half.kind == "parcel");
    CHECK(half.topic == "verdict");
    CHECK(half.study == 7);
    CHECK(half.file_name == "half.age");
    CHECK(half.bytes == 30);
    CHECK(half.sha256 == "ee");
    CHECK(half.content_sha256 == "ff");
    CHECK(half.resume_state == "https://h/1");
    CHECK(half.sent_bytes == 12);
    CHECK(half.attempts == 2);
    CHECK(half.next_attempt_at == 99);
    CHECK(half.waits == "The line to the sponsor is down.");
    CHECK_FALSE(half.wait_reason.empty());
    const auto parcels = must(catalogue->read([](Database& db) { return parcelsOf(db, 7); }));
    REQUIRE(parcels.size() == 3);
    CHECK(parcels[0].state == "confirmed");
    CHECK(parcels[1].cancelled);
    CHECK(parcels[2].supplements == "done");
    CHECK(textOf(*catalogue, "SELECT document || verified_at_ms FROM receipt WHERE parcel_id = 'done'") ==
          "{}6");
    CHECK(must(catalogue->read([](Database& db) { return cancelledFiles(db); })) ==
          std::vector<std::string>{"gone.age"});
    CHECK(columnOf(*catalogue, "PRAGMA foreign_key_check").empty());
}
