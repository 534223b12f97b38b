#include <set>

#include "gantry/imaging/survey.hpp"
#include "images/measure_names.hpp"
#include "measured_study.hpp"

using namespace gantry;
using namespace gantry::agent;
using namespace gantry::test;
namespace fs = std::filesystem;

TEST_CASE("the worker and gantryd know the same measures", "[agent][images]") {
    const auto theirs = imaging::measureNames();
    CHECK(std::set<std::string_view>(theirs.begin(), theirs.end()) ==
          std::set<std::string_view>(kMeasureNames.begin(), kMeasureNames.end()));
}

TEST_CASE("a worker that is absent, dies, fails or talks nonsense is a reason and no more",
          "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    std::string script;
    std::string why;
    SECTION("dies") {
        script = "kill -SEGV $$";
        why = "broke";
    }
    SECTION("fails") {
        script = "exit 3";
        why = "gave up";
    }
    SECTION("nonsense") {
        script = "echo '{\"frames\": 1, \"measures\": []'";
        why = "no proper answer";
    }
    SECTION("endless") {
        script = "head -c 2000000 /dev/zero";
        why = "no proper answer";
    }
    SECTION("absent") {
        why = "not installed";
    }
    auto step = script.empty() ? m.step(m.shop.box.folder / "no-such-program") : m.step(m.program(script));
    CHECK(step.run(m.stop.get_token()));
    const auto images = m.images(study);
    REQUIRE(images.size() == 1);
    CHECK(images[0].measures.empty());
    CHECK(images[0].reasons.at("image.gnl_hu").starts_with("could not be measured: "));
    CHECK(images[0].reasons.at("image.gnl_hu").find(why) != std::string::npos);
    m.shop.settle();
    CHECK(m.shop.state(study) == "deidentifying");
}

TEST_CASE("a worker that hangs ends when gantryd stops", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    auto step = m.step(m.program("exec sleep 1000"));
    m.stop.request_stop();
    const auto worker = WorkerProcess(m.program("exec sleep 1000"), m.shop.box.folder);
    const auto asked =
        must(m.shop.box.catalogue->read([&](Database& db) { return seriesToMeasure(db, study); }));
    REQUIRE(asked.size() == 1);
    const auto measured = worker.measure(asked[0], m.shop.box.spool->folder(),
                                         m.shop.box.folder / "pictures" / "scratch", m.stop.get_token());
    REQUIRE_FALSE(measured);
    CHECK(measured.error().code == Errc::Stopped);
    CHECK(m.images(study).empty());
}

TEST_CASE("what a worker leaves beside its pictures is removed", "[agent][images]") {
    Measured m;
    const auto study = m.deliver();
    // The request names the folder: a link in it to a file of ours, a file with a name of its own.
    auto step = m.step(m.program(
        "out=$(sed 's/.*\"out\":\"\\([^\"]*\\)\".*/\\1/'); /bin/ln -s /etc/passwd $out/thumbnail.png; "
        "echo x > $out/other; echo p > $out/image.gnl_hu.png; "
        "echo '{\"frames\":1,\"pixels_sha256\":\"\",\"thumbnail\":\"thumbnail.png\","
        "\"measures\":{\"image.gnl_hu\":{\"value\":12,\"picture\":\"../../x\"},\"image.evil\":{\"value\":1}},"
        "\"reasons\":{}}'"));
    CHECK(step.run(m.stop.get_token()));
    std::set<std::string> names;
    for (const auto& entry :
         fs::recursive_directory_iterator(pictureFolder(m.shop.config.data_directory, study)))
        if (!entry.is_directory()) names.insert(entry.path().filename().string());
    CHECK(names == std::set<std::string>{"image.gnl_hu.png"});
    const auto images = m.images(study);
    REQUIRE(images.size() == 1);
    CHECK(images[0].measures.size() == 1);
    CHECK(images[0].measures.at("image.gnl_hu").value == 12);
    CHECK(images[0].measures.at("image.gnl_hu").has_picture);
}
