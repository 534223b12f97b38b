// Burnt-in text: what the worker is asked, and how a doubtful image holds its study until a person says
// something.
#include "web/pixel_decisions.hpp"

#include <boost/json.hpp>

#include "images/pixel_cleaning.hpp"
#include "measured_study.hpp"
#include "text_pictures.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

namespace {

anonymizer::DeidPolicy cleaning() {
    anonymizer::DeidPolicy policy;
    policy.add(anonymizer::DeidOption::CleanPixelData);
    return policy;
}

std::optional<fs::path> ultrasound() {
    const auto shared = sharedFolder();
    if (!shared) return std::nullopt;
    const auto path = *shared / "data/deid-data/deid_data/data/ultrasounds/GREYSCALE_IMAGE.dcm";
    return fs::exists(path) ? std::optional(path) : std::nullopt;
}

InstanceId firstInstance(Catalogue& catalogue, StudyId study) {
    return must(catalogue.read([&](Database& db) { return instancesNotSent(db, study); })).front().id;
}

PixelAnswer doubt() {
    PixelAnswer answer;
    answer.outcome = PixelOutcome::Doubtful;
    answer.reason = "what looks like text covers more than 30 % of the image";
    answer.rows = answer.columns = 128;
    return answer;
}

/// Puts the frame in the place of an image's 16-bit pixels, which end its file.
void burnIn(scanner::Instance& instance, const imaging::Gray& frame) {
    instance.file = [former = instance.file, frame]() -> Result<std::string> {
        auto file = GANTRY_TRY(former());
        const auto start = file.size() - frame.pixels.size() * 2;
        for (std::size_t i = 0; i < frame.pixels.size(); ++i) {
            const auto value = frame.pixels[i] * 8;
            file[start + 2 * i] = static_cast<char>(value & 0xFF);
            file[start + 2 * i + 1] = static_cast<char>(value >> 8);
        }
        return file;
    };
}

}  // namespace

TEST_CASE("the worker blanks what shows text, and without the option that is held", "[agent][pixels]") {
    const auto path = ultrasound();
    if (!path) return skipLoudly("no ultrasound in the shared folder");
    const auto folder = temporaryDirectory();
    const PixelRequest request{{*path}, folder.path() / "out.dcm", folder.path() / "look.png"};
    const PixelWorker worker{fs::path(GANTRY_BIN_DIR) / "gantry-worker", folder.path()};
    const auto without = must(cleanPixels(std::span(&request, 1), {}, worker)).front();
    CHECK(without.outcome == PixelOutcome::Cannot);
    CHECK_FALSE(without.usable());
    CHECK_FALSE(fs::exists(request.out));
    const auto answer = must(cleanPixels(std::span(&request, 1), cleaning(), worker)).front();
    CHECK(answer.outcome == PixelOutcome::Blanked);
    CHECK(answer.usable());
    CHECK(answer.input.path == request.out);
    CHECK(answer.input.pixels == anonymizer::PixelState::Blanked);
    CHECK(answer.columns == 1024);
    CHECK(answer.has_picture);
    CHECK(answer.findings.size() > 5);
    const auto left = std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
    CHECK(left == 2);
}

TEST_CASE("a worker that is missing, dies or talks nonsense holds the image", "[agent][pixels]") {
    const auto path = ultrasound();
    if (!path) return skipLoudly("no ultrasound in the shared folder");
    const auto folder = temporaryDirectory();
    const std::vector<PixelRequest> requests{{{*path}, folder.path() / "a.dcm", {}},
                                             {{*path}, folder.path() / "b.dcm", {}}};
    const auto script = folder.path() / "worker.sh";
    for (const std::string_view text :
         {"", "exit 3", "kill -SEGV $$", "echo nonsense", "echo '{\"instances\":[]}'",
          "echo '{\"instances\":[{\"state\":\"blanked\",\"reason\":\"\",\"boxes\":[],\"frames\":1,"
          "\"picture\":true}]}'"}) {
        CAPTURE(text);
        if (!text.empty())
            must(writeFileDurably(script, asBytes("#!/bin/sh\n" + std::string(text) + "\n"), 0700));
        for (const auto& answer : must(cleanPixels(requests, cleaning(), {script, folder.path()}))) {
            CHECK(answer.outcome == PixelOutcome::Cannot);
            CHECK_FALSE(answer.usable());
            CHECK_FALSE(answer.reason.empty());
        }
    }
}

TEST_CASE("boxes are whole numbers in bounds", "[agent][pixels]") {
    CHECK(must(parseBoxes("")).empty());
    const auto boxes = must(parseBoxes("1,2,3,4 50,60,70,80"));
    REQUIRE(boxes.size() == 2);
    CHECK(boxes[1] == PixelBox{50, 60, 70, 80});
    CHECK(formatBoxes(boxes) == "1,2,3,4 50,60,70,80");
    for (const auto* text :
         {"1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,2,3,4", "1,2,0,4", "1,2,3,4x", "1,2,3,99999999999"})
        CHECK_FALSE(parseBoxes(text));
}

TEST_CASE("a doubtful image holds its study until a person says where it shows text", "[agent][pixels]") {
    Measured m;
    const auto study = m.deliver();
    m.shop.settle();
    m.shop.box.clock.advance(600'000);
    m.shop.judge();
    REQUIRE(m.shop.state(study) == "deidentifying");
    auto& catalogue = *m.shop.box.catalogue;
    const auto instance = firstInstance(catalogue, study);
    must(catalogue.write([&](Database& db) -> Result<> {
        GANTRY_CHECK(storeLook(db, study, instance, doubt(), 1));
        GANTRY_TRY(applyEvent(db, study, Event::Hold, Cause::because("One image may show text."), 1));
        return {};
    }));
    const auto row = [&] { return must(catalogue.read([&](Database& db) { return boardRow(db, study); })); };
    CHECK(row().open_doubts == 1);
    CHECK(allowedDecisions(row()).front() == "assign");
    const auto say = [&](const std::string& boxes, const std::string& of) {
        return sayWherePixelsShowText(catalogue, study, {{"instance", of}, {"boxes", boxes}, {"who", "Ada"}},
                                      2);
    };
    const auto number = std::to_string(instance);
    CHECK_FALSE(releaseStudy(catalogue, study, {{"who", "Ada"}, {"why", "hurry"}}, 2));
    CHECK(say("none", "999999").error().code == Errc::NotFound);
    CHECK(say("500,5,10,10", number).error().code == Errc::InvalidArgument);
    CHECK(say("ten", number).error().code == Errc::InvalidArgument);
    CHECK(m.shop.state(study) == "held");
    must(say("5,5,10,10", number));
    CHECK(m.shop.state(study) == "deidentifying");
    CHECK(say("none", number).error().code == Errc::Conflict);
    const auto words = must(catalogue.read([&](Database& db) { return wordsAbout(db, study); }));
    REQUIRE(words.size() == 1);
    CHECK(words.front().who == "Ada");
    CHECK(words.front().boxes == std::vector<PixelBox>{{5, 5, 10, 10}});
    const auto looks = must(catalogue.read([&](Database& db) { return looksOf(db, study); }));
    const auto json = looksJson(study, looks, words);
    CHECK(json.at(0).at("said").at("who").as_string() == "Ada");
    CHECK(json.at(0).at("picture").is_null());
}

TEST_CASE("the gate reads what is left in the pixels, also when a person said that there is nothing",
          "[agent][pixels]") {
    auto series = must(scanner::makeSeries(Measured::spec(3)));
    const auto name = series.patient.name;  // "Family^Given", as the console sends it
    imaging::Gray frame{128, 128, std::vector<std::uint8_t>(128 * 128, 20)};
    DrawnText text{name.substr(0, name.find('^')), 8, 60, 12, 200};
    drawText(frame, text);
    auto& instance = series.instances[kDemoSlices / 2];
    burnIn(instance, frame);
    Shop shop("0417-001,HN1," + series.patient.sex + ",BL\n");
    shop.change([](Trial& trial) {
        trial.policy.add(anonymizer::DeidOption::CleanPixelData);
        trial.policy.screening = anonymizer::Screening::All;
        trial.policy.gate_reads_pixels = true;
    });
    const auto study = shop.deliver(series);
    shop.settle();
    REQUIRE(shop.state(study) == "deidentifying");
    auto& catalogue = *shop.box.catalogue;
    const auto all = must(catalogue.read([&](Database& db) { return instancesNotSent(db, study); }));
    must(catalogue.write([&](Database& db) -> Result<> {
        for (const auto& one : all) GANTRY_CHECK(storeLook(db, study, one.id, doubt(), 1));
        GANTRY_TRY(applyEvent(db, study, Event::Hold, Cause::because("One image may show text."), 1));
        return {};
    }));
    for (const auto& one : all)
        must(sayWherePixelsShowText(
            catalogue, study, {{"instance", std::to_string(one.id)}, {"boxes", "none"}, {"who", "Ada"}}, 2));
    REQUIRE(shop.state(study) == "deidentifying");
    shop.dispatch();
    CHECK(shop.state(study) == "quarantined");
    CHECK(shop.reason(study).find("text in the picture") != std::string::npos);
    CHECK(shop.outbox().empty());
}
