#include <set>

#include "box.hpp"
#include "catalogue/studies.hpp"
#include "gantry/core/dicom.hpp"
#include "web/decisions.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;

namespace {

std::int64_t refusals(Box& box, const std::string& kind) {
    return numberOf(*box.catalogue,
                    "SELECT coalesce(sum(count), 0) FROM refusal WHERE kind = '" + kind + "'");
}

std::string reasons(Box& box) {
    std::string out;
    for (const auto& one : columnOf(*box.catalogue, "SELECT kind || ':' || reason FROM refusal ORDER BY id"))
        out += one + " ";
    return out;
}

void endArrival(Box& box, StudyId study) {
    must(box.catalogue->write(
        [&](Database& db) { return applyEvent(db, study, Event::ArrivalEnded, {}, box.clock.nowMillis()); }));
}

Facts factsOf(Box& box, StudyId study, const std::string& uid) {
    for (const auto& series :
         must(box.catalogue->read([&](Database& db) { return factsOfStudy(db, study); })))
        for (const auto& [instance, facts] : series.instances)
            if (instance == uid) return facts;
    FAIL("no facts of this instance");
    return {};
}

}  // namespace

TEST_CASE("an instance stands in the spool exactly as sent, and its facts come back whole",
          "[agent][intake]") {
    Box box;
    const auto series = smallSeries(7, 5);
    const auto study = box.storeAll(series);
    CHECK(box.state(study) == "receiving");
    CHECK(numberOf(*box.catalogue, "SELECT instance_count FROM study") == 5);
    CHECK(numberOf(*box.catalogue, "SELECT series_count FROM study") == 1);
    CHECK(textOf(*box.catalogue, "SELECT study_instance_uid FROM study") == series.study_instance_uid);
    for (const auto& instance : series.instances) {
        const auto sent = madeFile(instance);
        CHECK(box.spooledDataset(instance.sop_instance_uid) == sent.dataset);
        // The base of the series and the difference together give what the instance itself says.
        const auto bytes = must(instance.file());
        const auto file = must(dicom::readFile(asBytes(bytes)));
        CHECK(factsOf(box, study, instance.sop_instance_uid) == extractFacts(file));
    }
}

TEST_CASE("the same UID with the same bytes is stored once and reopens nothing", "[agent][intake]") {
    Box box;
    const auto series = smallSeries(7, 2);
    const auto study = box.storeAll(series);
    endArrival(box, study);
    const auto bytes = box.spooledBytes();
    box.clock.advance(1000);
    for (int again = 0; again < 2; ++again)
        for (const auto& instance : series.instances) {
            const auto outcome = must(box.store(madeFile(instance)));
            CHECK(outcome.stored == Stored::Duplicate);
            CHECK(outcome.study == study);
        }
    CHECK(box.state(study) == "complete");
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 2);
    CHECK(numberOf(*box.catalogue, "SELECT last_instance_at_ms = first_instance_at_ms FROM study") == 1);
    CHECK(box.spooledBytes() == bytes);
    CHECK(refusals(box, "duplicate") == 4);
    CHECK(reasons(box) == "duplicate:same-bytes ");
}

TEST_CASE("the same UID with other bytes is a conflict: both are kept and a person decides",
          "[agent][intake]") {
    Box box;
    const auto first = smallSeries(7, 2);
    const auto other = smallSeries(7, 2, 1);
    REQUIRE(first.instances[0].sop_instance_uid == other.instances[0].sop_instance_uid);
    const auto study = box.storeAll(first);
    endArrival(box, study);
    const auto outcome = must(box.store(madeFile(other.instances[0])));
    CHECK(outcome.stored == Stored::Conflict);
    CHECK(box.state(study) == "receiving");  // it is judged anew, and held
    CHECK(reasons(box) == "conflict:other-bytes ");
    CHECK(textOf(*box.catalogue, "SELECT sop_instance_uid FROM refusal") ==
          first.instances[0].sop_instance_uid);
    CHECK(box.spooledDataset(first.instances[0].sop_instance_uid) == madeFile(first.instances[0]).dataset);
    const auto length = numberOf(
        *box.catalogue, "SELECT byte_length - meta_bytes FROM instance WHERE conflict_of IS NOT NULL");
    CHECK(length == static_cast<std::int64_t>(madeFile(other.instances[0]).dataset.size()));
    CHECK(must(box.catalogue->read([&](Database& db) { return openConflicts(db, study); })) == 1);
    CHECK(numberOf(*box.catalogue, "SELECT instance_count FROM study") == 2);
    CHECK(must(box.catalogue->read([&](Database& db) { return factsOfStudy(db, study); }))[0]
              .instances.size() == 2);

    SECTION("the other bytes once more are known by then") {
        CHECK(must(box.store(madeFile(other.instances[0]))).stored == Stored::Duplicate);
        CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 3);
    }
    SECTION("acknowledged, it no longer stands in the way") {
        const auto id = numberOf(*box.catalogue, "SELECT id FROM refusal WHERE kind = 'conflict'");
        must(acknowledgeEntry(*box.catalogue, id, {{"who", "A. Smith"}}, box.clock.nowMillis()));
        CHECK(must(box.catalogue->read([&](Database& db) { return openConflicts(db, study); })) == 0);
        CHECK(textOf(*box.catalogue, "SELECT who || event FROM audit ORDER BY id DESC LIMIT 1") ==
              "A. Smithacknowledged");
    }
    SECTION("the same data set in another transfer syntax is other content too") {
        auto file = madeFile(first.instances[1]);
        auto announced = box.announced(file);
        announced.transfer_syntax_uid = "1.2.826.0.1.3680043.2.1143.999";  // explicit little endian inside
        CHECK(must(box.store(announced, file.dataset)).stored == Stored::Conflict);
    }
}

TEST_CASE("the same study for two trials is two studies", "[agent][intake]") {
    Box box;
    const auto series = smallSeries(7, 2);
    const auto one = box.storeAll(series, "onc-demo");
    const auto two = box.storeAll(series, "cardio");
    CHECK(one != two);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM study WHERE instance_count = 2") == 2);
    CHECK(refusals(box, "duplicate") == 0);
}

TEST_CASE("UIDs other than those announced are refused with 0xA900", "[agent][intake]") {
    Box box;
    const auto file = madeFile(smallSeries(7, 1).instances[0]);
    auto announced = box.announced(file);
    SECTION("instance") {
        announced.sop_instance_uid += ".1";
    }
    SECTION("class") {
        announced.sop_class_uid = "1.2.840.10008.5.1.4.1.1.4";
    }
    const auto outcome = box.store(announced, file.dataset);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::DicomMismatch);
    CHECK(describe(outcome.error().code).dimse_status == 0xA900);  // PS3.4 Table B.2-1
    CHECK(reasons(box).starts_with("refused:"));
    CHECK(box.spooledBytes() == 0);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM study") == 0);
}

TEST_CASE("what cannot be read as a data set is refused with 0xC000 and leaves no byte", "[agent][intake]") {
    Box box;
    const auto file = madeFile(smallSeries(7, 1).instances[0]);
    std::string dataset = file.dataset;
    SECTION("noise") {
        for (std::size_t i = 0; i < dataset.size(); ++i) dataset[i] = static_cast<char>(i * 37 + 12);
    }
    SECTION("cut within the pixels") {
        dataset.resize(dataset.size() - 17);
    }
    SECTION("cut within the header") {
        dataset.resize(dataset.size() / 3);
    }
    SECTION("sequences within sequences without end") {
        std::string nest;
        for (int i = 0; i < 4000; ++i)
            nest += std::string("\x40\x00\x75\x02SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 20);
        dataset = nest;
    }
    const auto outcome = box.store(box.announced(file), dataset);
    REQUIRE_FALSE(outcome);
    CHECK((describe(outcome.error().code).dimse_status & 0xF000) == 0xC000);  // PS3.4 Table B.2-1
    CHECK(reasons(box).starts_with("refused:"));
    CHECK(box.spooledBytes() == 0);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM instance") == 0);
    CHECK(must(box.store(file)).stored == Stored::New);  // the next one is taken as if nothing had been
}

TEST_CASE("an empty data set does not match what was announced", "[agent][intake]") {
    Box box;
    const auto outcome = box.store(box.announced(madeFile(smallSeries(7, 1).instances[0])), "");
    REQUIRE_FALSE(outcome);
    CHECK(describe(outcome.error().code).dimse_status == 0xA900);  // PS3.4 Table B.2-1
    CHECK(box.spooledBytes() == 0);
}

TEST_CASE("stray bytes after the pixels are kept as sent", "[agent][intake]") {
    Box box;
    auto file = madeFile(smallSeries(7, 1).instances[0]);
    file.dataset += GENERATE(std::string("\xFC\xFF\xFC\xFFOB", 6), std::string(512, '\0'));
    CHECK(must(box.store(file)).stored == Stored::New);
    CHECK(box.spooledDataset(file.sop_instance_uid) == file.dataset);
}

TEST_CASE("an instance whose study or series has no UID is refused", "[agent][intake]") {
    Box box;
    auto file = madeFile(smallSeries(7, 1).instances[0]);
    const auto spoil = [&](std::string_view tag) {
        const auto at = file.dataset.find(tag);
        REQUIRE(at != std::string::npos);
        file.dataset[at + 8] = 'x';  // the value's first character
    };
    SECTION("study") {
        spoil(std::string_view("\x20\x00\x0D\x00UI", 6));
    }
    SECTION("series") {
        spoil(std::string_view("\x20\x00\x0E\x00UI", 6));
    }
    const auto outcome = box.store(file);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::NotDicom);
}

TEST_CASE("a sender that breaks off leaves nothing behind", "[agent][intake]") {
    Box box;
    const auto series = smallSeries(7, 2);
    box.storeAll(series);
    const auto before = box.spooledBytes();
    const auto file = madeFile(smallSeries(8, 1).instances[0]);
    {
        auto incoming = must(box.intake->begin(box.announced(file)));
        incoming->write(asBytes(file.dataset.substr(0, file.dataset.size() / 2)));
    }
    CHECK(box.spooledBytes() == before);
    CHECK(numberOf(*box.catalogue, "SELECT count(*) FROM study") == 1);
    CHECK(must(box.store(file)).stored == Stored::New);
    CHECK(box.spooledDataset(file.sop_instance_uid) == file.dataset);
    CHECK(box.spooledDataset(series.instances[1].sop_instance_uid) == madeFile(series.instances[1]).dataset);
}

TEST_CASE("a disk that is full to the reserve refuses before a byte is taken", "[agent][intake]") {
    Box box(std::uint64_t{1} << 60);
    const auto file = madeFile(smallSeries(7, 1).instances[0]);
    const auto begun = box.intake->begin(box.announced(file));
    REQUIRE_FALSE(begun);
    CHECK(begun.error().code == Errc::DiskFull);
    CHECK(describe(begun.error().code).dimse_status == 0xA700);  // PS3.4 Table B.2-1
    CHECK(reasons(box) == "refused:disk-full ");
    CHECK(std::filesystem::is_empty(box.spoolFolder()));
}

TEST_CASE("what a header says beyond UTF-8 and beyond all bounds does no harm", "[agent][intake]") {
    Box box;
    auto file = madeFile(smallSeries(7, 1).instances[0]);
    const auto at = file.dataset.find(std::string_view("\x10\x00\x10\x00PN", 6));
    REQUIRE(at != std::string::npos);
    for (int i = 0; i < 4; ++i)
        file.dataset[at + 8 + static_cast<std::size_t>(i)] = static_cast<char>(0xF0 + i);
    must(box.store(file));
    const auto label = textOf(*box.catalogue, "SELECT hex(patient_label) FROM study");
    CHECK(label.starts_with("C3B0C3B1C3B2C3B3"));  // ISO_IR 100: U+00F0 to U+00F3 as UTF-8
}
