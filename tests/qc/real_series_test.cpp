#include <algorithm>
#include <catch2/catch.hpp>

#include "gantry/core/dicom.hpp"
#include "gantry/qc/geometry.hpp"
#include "pack_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

/// Facts of every DICOM file in a folder, one series.
InventedStudy studyOf(const std::filesystem::path& folder) {
    InventedStudy study;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with("I")) continue;
        const std::string bytes = must(readFile(entry.path()));
        dicom::ReadLimits limits;
        limits.stop_at_pixel_data = true;
        const auto file = must(dicom::readFile(asBytes(bytes), limits));
        const Facts facts = extractFacts(file);
        study.instance(facts.at("SeriesInstanceUID"), facts);
    }
    return study;
}

std::string found(const InventedStudy& study, const std::string& check, const std::string& limit) {
    const auto pack =
        packFromYaml(smallPack("      - {id: R, check: " + check + ", op: equals, value: " + limit +
                               ", severity: query, why: w, advice: a}"));
    return finding(qc::judge(pack, study.facts(), enrolled()), "R").found;
}

std::filesystem::path demoPack() {
    return std::filesystem::path(GANTRY_SOURCE_DIR) / "packs/onc-demo-ct.yaml";
}

}  // namespace

// Attributes as dcmdump prints them; positions of 28 slices from 696.21 mm to 831.21 mm in steps of 5 mm.
TEST_CASE("a real contiguous CT series measures as its headers say", "[real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real CT series");
    const auto study = studyOf(*shared / "data/dcm_qa_ct/philips_brain_5mm");
    REQUIRE(study.facts().series.size() == 1);
    CHECK(study.facts().series.front().instances.size() == 28);
    CHECK(found(study, "derived.n_slices", "0") == "28");
    CHECK(found(study, "derived.slice_thickness", "0 mm") == "5 mm");
    CHECK(found(study, "derived.slice_spacing", "0 mm") == "5 mm");
    CHECK(found(study, "derived.slice_gap", "1 mm") == "0 mm");
    CHECK(found(study, "derived.slices_missing", "1") == "0");
    CHECK(found(study, "derived.slices_duplicate", "1") == "0");
    CHECK(found(study, "derived.slices_irregular", "1") == "0");
    CHECK(found(study, "derived.coverage", "0 mm") == "140 mm");  // 831.21 - 696.21 + 5
    CHECK(found(study, "derived.fov_max", "0 mm") == "231 mm");   // 512 * 0.451171875
    CHECK(found(study, "KVP", "0") == "120 kV");
    CHECK(found(study, "ConvolutionKernel", "none") == "UB");
    CHECK(found(study, "derived.ever_lossy", "'true'") == "without loss");
}

TEST_CASE("the demonstration pack does not take a head scan for a scan of the trunk", "[real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real CT series");
    const auto study = studyOf(*shared / "data/dcm_qa_ct/philips_brain_5mm");
    const auto pack = packFromYaml(must(readFile(demoPack())));
    auto context = enrolled("BL");
    context.enrolment.reset();
    const Verdict verdict = qc::judge(pack, study.facts(), context);
    CHECK(verdict.outcome == Outcome::Fail);
    CHECK(finding(verdict, "ID-SUBJECT").result == RuleResult::Fail);
    CHECK(finding(verdict, "ID-ONE").result == RuleResult::Pass);
    CHECK(finding(verdict, "SERIES").result != RuleResult::Pass);
    for (const Finding& one : verdict.findings) CHECK(one.found.find("PLASTIC") == std::string::npos);
}

// 54 slices, gantry tilt -18.5 degrees by the header; 2.5 mm along the table are 2.5 * 0.9483237 = 2.3708 mm
// along the normal, and 53 steps of that plus one thickness of 2.5 mm are 128.153 mm.
TEST_CASE("a real tilted CT series is measured along its normal", "[real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real CT series");
    const auto study = studyOf(*shared / "data/dcm_qa_ct/philips_stereotaxis");
    CHECK(found(study, "derived.n_slices", "0") == "54");
    CHECK(found(study, "derived.slice_spacing", "0 mm") == "2.371 mm");
    CHECK(found(study, "derived.slice_gap", "1 mm") == "-0.129 mm");
    CHECK(found(study, "derived.obliquity", "0 deg") == "18.5°");
    CHECK(found(study, "derived.coverage", "0 mm") == "128.153 mm");
    CHECK(found(study, "derived.plane", "coronal") == "axial");
    CHECK(found(study, "derived.slices_missing", "1") == "0");
    CHECK(found(study, "GantryDetectorTilt", "0") == "-18.5°");
}

TEST_CASE("slices taken out of a real series are found missing at their places", "[real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real CT series");
    const auto whole = studyOf(*shared / "data/dcm_qa_ct/philips_brain_5mm");
    InventedStudy holed;
    for (const auto& instance : whole.facts().series.front().instances) {
        const std::string& position = instance.facts->at("ImagePositionPatient");
        if (position.ends_with("\\766.21") || position.ends_with("\\771.21")) continue;
        holed.instance("2.25.1", *instance.facts);
    }
    CHECK(found(holed, "derived.slices_missing", "0") == "2 at 766.21 to 771.21 mm");
}

TEST_CASE("no real object makes the verdict crash or pass what it cannot read", "[real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real objects");
    const auto pack = packFromYaml(must(readFile(demoPack())));
    int judged = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*shared / "data")) {
        std::error_code ignored;
        constexpr std::uintmax_t kSmallEnough = 2u << 20;
        if (!entry.is_regular_file(ignored) || entry.file_size(ignored) > kSmallEnough || judged == 600)
            continue;
        const auto bytes = readFile(entry.path());
        if (!bytes) continue;
        const auto file = dicom::readFile(asBytes(*bytes));
        if (!file) continue;
        InventedStudy study;
        study.instance("2.25.1", extractFacts(*file));
        CHECK(qc::judge(pack, study.facts(), enrolled("BL")).outcome != Outcome::Pass);
        ++judged;
    }
    CHECK(judged > 100);
}
