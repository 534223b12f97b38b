#include <sys/stat.h>

#include <algorithm>

#include "images/measure_names.hpp"
#include "measured_study.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

TEST_CASE("pixels are measured after the verdict on the headers, which does not wait", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    CHECK(m.shop.state(study) == "checked");
    CHECK(m.images(study).empty());
    CHECK(m.shop.verdicts(study) == 1);
    auto step = m.step();
    CHECK(step.run(m.stop.get_token()));
    const auto images = m.images(study);
    REQUIRE(images.size() == 1);
    CHECK(images[0].series_instance_uid == m.series.series_instance_uid);
    CHECK(images[0].measures.at("image.undecodable").value == 0);
    CHECK(images[0].measures.at("image.blank_frames").value == 0);
    CHECK(images[0].reasons.contains("image.ghost_percent"));
    CHECK(images[0].identical_to.empty());
    for (const auto name : kMeasureNames) {
        CAPTURE(name);
        const std::string key(name);
        CHECK(images[0].measures.contains(key) != images[0].reasons.contains(key));
    }
    CHECK_FALSE(step.run(m.stop.get_token()));  // nothing is due any more
    const auto thumbnail = must(m.shop.box.catalogue->read([&](Database& db) {
        return pictureFile(db, m.shop.config.data_directory, study, m.series.series_instance_uid,
                           "thumbnail");
    }));
    CHECK(must(readFile(thumbnail)).substr(1, 3) == "PNG");
    struct stat info {};
    REQUIRE(::stat(thumbnail.c_str(), &info) == 0);
    CHECK((info.st_mode & 077) == 0);
}

TEST_CASE("a study is judged again once its pixels were measured, and an equal verdict keeps its number",
          "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    auto step = m.step();
    step.run(m.stop.get_token());
    CHECK(m.shop.state(study) == "complete");
    SECTION("the same") {
        m.shop.judge();
        CHECK(m.shop.verdicts(study) == 1);
    }
    SECTION("another") {
        change(*m.shop.box.catalogue, "UPDATE finding SET found = 'something else' WHERE position = 0");
        m.shop.judge();
        CHECK(m.shop.verdicts(study) == 2);
    }
    CHECK(m.shop.state(study) == "checked");
    CHECK_FALSE(step.run(m.stop.get_token()));
}

TEST_CASE("a blank image comes into the verdict with its picture", "[agent][images]") {
    Measured m;
    // PS3.5 Table 7.1-1: tag, OW, two bytes reserved, four of length; then the pixels.
    auto& one = m.series.instances.at(kDemoSlices / 2);
    one.file = [made = one.file]() -> Result<std::string> {
        auto file = GANTRY_TRY(made());
        const auto at = file.find(std::string_view("\xE0\x7F\x10\x00OW\x00\x00", 8));
        if (at == std::string::npos) return fail(Errc::NotFound, "pixel data");
        std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at) + 12, 128 * 128 * 2, '\0');
        return file;
    };
    const auto study = m.deliver();
    CHECK(m.shop.verdicts(study) == 1);
    auto step = m.step();
    step.run(m.stop.get_token());
    m.shop.judge();
    CHECK(m.shop.verdicts(study) == 2);
    const auto verdict =
        must(m.shop.box.catalogue->read([&](Database& db) { return latestVerdict(db, study); }));
    REQUIRE(verdict);
    const auto& findings = verdict->verdict.findings;
    const auto blank = std::ranges::find(findings, "image.blank_frames", &Finding::picture);
    REQUIRE(blank != findings.end());
    CHECK(blank->result == RuleResult::Fail);
    CHECK(blank->found == "1");
    const auto picture = must(m.shop.box.catalogue->read([&](Database& db) {
        return pictureFile(db, m.shop.config.data_directory, study, blank->series_instance_uid,
                           blank->picture);
    }));
    CHECK(fs::exists(picture));
}

TEST_CASE("sending waits for the measures, but not for ever", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    m.shop.settle();
    CHECK(m.shop.state(study) == "checked");
    SECTION("they come") {
        auto step = m.step();
        step.run(m.stop.get_token());
        m.shop.judge();
    }
    SECTION("they do not") {
        m.shop.box.clock.advance(600'000);
        m.shop.judge();
    }
    CHECK(m.shop.state(study) == "deidentifying");
}

TEST_CASE("an image that comes later makes its series due again", "[agent][images]") {
    Measured m;
    auto late = m.series;
    late.instances.resize(1);
    m.series.instances.erase(m.series.instances.begin());
    const auto study = m.deliver();
    auto step = m.step();
    CHECK(step.run(m.stop.get_token()));
    const auto frames = [&] { return numberOf(*m.shop.box.catalogue, "SELECT frames FROM series_image"); };
    CHECK(frames() == kDemoSlices - 1);
    CHECK(m.shop.deliver(late) == study);
    CHECK_FALSE(step.run(m.stop.get_token()));  // it is receiving
    m.shop.box.clock.advance(m.shop.config.completion.after_release.count());
    m.shop.judge();
    CHECK(step.run(m.stop.get_token()));
    CHECK(frames() == kDemoSlices);
}

TEST_CASE("equal pixels under another UID are told", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    auto step = m.step();
    step.run(m.stop.get_token());
    change(*m.shop.box.catalogue,
           "INSERT INTO series (study_id, series_instance_uid, modality, description, facts_base) SELECT "
           "study_id, "
           "'1.2.3.4', modality, description, facts_base FROM series; INSERT INTO series_image SELECT "
           "(SELECT max(id) "
           "FROM series), instance_count, scanner_key, frames, pixels_sha256, 0, '' FROM series_image;");
    const auto images = m.images(study);
    REQUIRE(images.size() == 2);
    CHECK(images[1].series_instance_uid == "1.2.3.4");
    CHECK(images[1].identical_to == m.series.series_instance_uid);
    CHECK(images[0].identical_to == "1.2.3.4");
    CHECK_FALSE(images[0].in_other_study);
}

TEST_CASE("pixels that came before in another study of the trial are told", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    auto step = m.step();
    step.run(m.stop.get_token());
    CHECK(m.images(study).at(0).identical_to.empty());
    const std::string kColumns =
        "state, reason, subject_id, visit_id, patient_label, patient_id, accession_number, study_date, "
        "study_description, modality, source, instance_count, series_count, first_instance_at_ms, "
        "last_instance_at_ms, changed_at_ms";
    const auto other = [&](const std::string& uid, const std::string& trial) {
        change(
            *m.shop.box.catalogue,
            "INSERT INTO study (trial_id, study_instance_uid, " + kColumns + ") SELECT " + trial + ", '" +
                uid + "', " + kColumns +
                " FROM study WHERE id = 1; "
                "INSERT INTO series (study_id, series_instance_uid, modality, description, facts_base) "
                "SELECT (SELECT max(id) FROM study), '" +
                uid +
                ".1', modality, description, facts_base FROM series WHERE id = 1; INSERT INTO series_image "
                "SELECT (SELECT max(id) FROM series), instance_count, scanner_key, frames, pixels_sha256, 0, "
                "'' "
                "FROM series_image WHERE series_id = 1;");
    };
    other("1.2.5", "'another trial'");
    CHECK(m.images(study).at(0).identical_to.empty());  // nothing of one trial is visible to another
    other("1.2.6", "trial_id");
    CHECK(m.images(study).at(0).identical_to == "1.2.6.1");
    CHECK(m.images(study).at(0).in_other_study);
}

TEST_CASE("twenty accepted series of a scanner and slot tell what is usual", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    auto step = m.step();
    step.run(m.stop.get_token());
    const auto slot = must(m.shop.box.catalogue->read([&](Database& db) { return latestVerdict(db, study); }))
                          ->verdict.series.at(0)
                          .slot_id;
    REQUIRE_FALSE(slot.empty());
    // Values 1 to 20: median 10.5; deviations 0.5, 0.5, 1.5, 1.5, ... 9.5: median 5.
    const auto history = [&](int from, int to) {
        change(
            *m.shop.box.catalogue,
            "INSERT INTO study (id, trial_id, study_instance_uid, state, reason, patient_label, patient_id, "
            "accession_number, study_date, study_description, modality, source, instance_count, "
            "series_count, "
            "first_instance_at_ms, last_instance_at_ms, changed_at_ms) SELECT 1000, trial_id, '9.9', "
            "'purged', '', "
            "'', '', '', '', '', '', '', 0, 0, 0, 0, 0 FROM study WHERE id = 1 AND NOT EXISTS (SELECT 1 FROM "
            "study "
            "WHERE id = 1000)");
        for (int i = from; i <= to; ++i) {
            const auto n = std::to_string(i);
            change(*m.shop.box.catalogue,
                   "INSERT INTO series (id, study_id, series_instance_uid, modality, "
                   "description, facts_base) VALUES (1000 + " +
                       n + ", 1000, '9." + n +
                       "', 'CT', '', '{}'); INSERT INTO image_history SELECT scanner_key, "
                       "'onc-demo', '" +
                       slot + "', 'image.blank_frames', 1000 + " + n + ", " + n +
                       ", 0 FROM series_image WHERE series_id = 1");
        }
    };
    history(1, 19);
    CHECK_FALSE(m.images(study).at(0).measures.at("image.blank_frames").median);
    history(20, 20);
    const auto usual = m.images(study).at(0).measures.at("image.blank_frames");
    CHECK(usual.median == Approx(10.5));
    CHECK(usual.mad == Approx(5));
}

TEST_CASE("what was sent enters the history; its pictures go with the images", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    auto step = m.step();
    step.run(m.stop.get_token());
    const auto entries = [&] {
        return numberOf(*m.shop.box.catalogue, "SELECT count(*) FROM image_history");
    };
    CHECK(entries() == 0);
    m.shop.settle();
    m.shop.dispatch();
    step.run(m.stop.get_token());
    CHECK(entries() > 0);
    CHECK(fs::exists(pictureFolder(m.shop.config.data_directory, study)));
    m.shop.confirmParcels();
    m.shop.box.clock.advance(100ll * 86'400'000);
    Retention(m.shop.workshop, m.shop.box.spool->folder()).run();
    CHECK(m.shop.state(study) == "purged");
    CHECK_FALSE(fs::exists(pictureFolder(m.shop.config.data_directory, study)));
}
