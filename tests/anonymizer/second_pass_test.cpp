/// Our own output is known again by a keyed proof; a claim without one, or about other content, is worth
/// nothing.
#include <catch2/catch.hpp>

#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;

namespace {

Bench fullBench() {
    Bench bench;
    bench.policy.add(DeidOption::CleanDescriptors)
        .add(DeidOption::RetainSafePrivate)
        .add(DeidOption::RetainPatientCharacteristics);
    return bench;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    REQUIRE(from.size() == to.size());
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a second pass changes no byte and says so") {
    const auto encoding = GENERATE(Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig);
    const auto syntax = encoding == Encoding::ImplicitLittle   ? kImplicitLittle
                        : encoding == Encoding::ExplicitLittle ? kExplicitLittle
                                                               : kExplicitBig;
    auto bench = fullBench();
    const auto image = GENERATE(0, 1, 2);
    const auto made = image == 0   ? ctImage({.encoding = encoding})
                      : image == 1 ? mrImage({.encoding = encoding})
                                   : petImage({.encoding = encoding});
    const auto& first = bench.run(fileOf(made, syntax));
    CHECK_FALSE(first.report.already_deidentified);
    const auto& second = bench.run(first.output);
    CHECK(second.report.already_deidentified);
    CHECK(second.output == first.output);
    CHECK(second.report.sop_instance_uid == first.report.sop_instance_uid);
    CHECK(second.report.count(Done::UidMapped) == 0);
}

TEST_CASE("what others call de-identified is not believed") {
    auto bench = fullBench();
    const auto first = bench.run(fileOf(ctImage(), kExplicitLittle)).output;
    const auto again = [&](const std::string& bytes) -> const Ran& { return bench.run(bytes); };
    SECTION("another key") {
        bench.keys = must(DeidKeys::fromTrialKey(asBytes("another invented key of 32 bytes.")));
        CHECK_FALSE(again(first).report.already_deidentified);
    }
    SECTION("another subject") {
        bench.subject.subject_id = "SUBJ-002";
        CHECK_FALSE(again(first).report.already_deidentified);
    }
    SECTION("a changed value") {
        const auto& ran = again(replaced(first, "B30f", "B31f"));
        CHECK_FALSE(ran.report.already_deidentified);
        CHECK(ran.report.sop_instance_uid != bench.run(first).report.sop_instance_uid);
    }
    SECTION("the proof of one object in another") {
        const auto at = first.find("GANTRY ");
        const auto proof = first.substr(at, 7 + 32);
        auto image = ctImage();
        image.text({0x00120063}, "LO", "DICOM PS3.15 2026c Annex E, see code sequence\\" + proof);
        const auto& ran = again(fileOf(image, kExplicitLittle));
        CHECK_FALSE(ran.report.already_deidentified);
        CHECK(ran.file.dataset.text({0x00080020}) != "20260310");
    }
}

TEST_CASE("rules of a stricter policy hold for our own output too") {
    auto bench = fullBench();
    const auto first = bench.run(fileOf(ctImage(), kExplicitLittle)).output;
    bench.policy = DeidPolicy();
    const auto& second = bench.run(first);
    CHECK(second.report.already_deidentified);
    CHECK(second.file.dataset.find({0x00101030}) == nullptr);  // PatientWeight
    CHECK(second.file.dataset.find({0x00081030}) == nullptr);  // StudyDescription
    CHECK(second.file.dataset.text({0x00080020}).empty());
    CHECK(second.file.dataset.text({0x00280303}) == "REMOVED");
}
