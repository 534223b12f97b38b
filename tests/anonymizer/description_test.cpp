/// Clean Descriptors (PS3.15 E.3.4): technical words stay, the rest is cut.
#include <catch2/catch.hpp>

#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;

namespace {

std::string cleaned(std::string_view sent, const std::vector<std::string>& words = {}) {
    Bench bench;
    bench.policy.add(DeidOption::CleanDescriptors);
    bench.policy.words = words;
    auto image = ctImage();
    image.text("SeriesDescription", sent);
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    return std::string(ran.file.dataset.text({0x0008103E}));
}

}  // namespace

TEST_CASE("descriptions of technical words stay as they are") {
    for (const std::string_view text :
         {"Thorax venous 5.0 B30f", "T2w FLAIR axial", "AX T1 POST GAD", "PET WB FDG ctac",
          "ABDOMEN/PELVIS W CONTRAST", "DWI b1000 ADC", "L-Spine LAT 2 views", "MPR cor 3.0mm"})
        CHECK(cleaned(text) == text);
}

TEST_CASE("what makers write of technique stays as it is") {
    const std::pair<const char*, const char*> values[] = {
        {"AttenuationCorrectionMethod", "measured,, 0.096000 cm-1,"},
        {"ReconstructionMethod", "PSF+TOF 3i21s"},
        {"ScatterCorrectionMethod", "SS-SIMUL"},
        {"CorrectedImage", "DECY\\ATTN\\SCAT\\DTIM\\RAN\\RADL\\DCAL\\SLSENS\\NORM"},
        {"ConvolutionKernel", "XYZ Gauss5.00"},
        {"SequenceName", "*tir2d1_16"},
        {"ReceiveCoilName", "8HRBRAIN"},
        {"ImageType", "DERIVED\\SECONDARY\\MPR\\CSA 3D EDITOR"},
        {"ScanOptions", "FAST_GEMS\\FLOWCOMP_GEMS"},
        {"Manufacturer", "Carestream Health"},
        {"SoftwareVersions", "24\\LX\\MR Software release:DV24.0_R01_1344.a"}};
    for (const auto& [keyword, value] : values) {
        CAPTURE(keyword, value);
        Bench bench;
        auto image = petImage();
        image.text(keyword, value);
        const auto tag = dicom::lookup(std::string_view(keyword))->tag;
        CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.text(tag) == value);
    }
}

TEST_CASE("numbers of somebody's own go in whatever shape, with words around them") {
    for (const std::string_view mark : {"K7 F9 Z3 C1", "X492Y003Z", "H7K9T5M4", "FFE7D3C8", "57AC0C3D",
                                        "MKB44ADC", "8930 1012", "(160) 577-6869"}) {
        CAPTURE(mark);
        CHECK(cleaned("HEAD " + std::string(mark) + " 5mm") == "HEAD 5mm");
        Bench bench;
        auto image = petImage();
        for (const auto* keyword : {"ManufacturerModelName", "SoftwareVersions", "ReconstructionMethod"})
            image.text(keyword, mark);
        const auto& ran = bench.run(fileOf(image, kExplicitLittle));
        CHECK(ran.output.find(mark) == std::string::npos);
    }
    for (const std::string_view usual : {"T1 T2 B0 B1 HEAD", "3x3x5 HEAD", "tfl3d1 HEAD"})
        CHECK(cleaned(usual) == usual);
}

TEST_CASE("numbers with a point stay in technical text, dates with points do not") {
    for (const auto* value : {"measured 10.03.1961", "measured 1961.0310", "measured 4711.081512"}) {
        CAPTURE(value);
        Bench bench;
        auto image = petImage();
        image.text("AttenuationCorrectionMethod", value);
        CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.text({0x00541101}) == "measured");
    }
}

TEST_CASE("words that are joined by capitals are words") {
    CHECK(cleaned("ChestWall AbdRoutine") == "ChestWall AbdRoutine");
    CHECK(cleaned("Chest ChestMustermann") == "Chest");
    CHECK(cleaned("Chest MustermannChest") == "Chest");
}

TEST_CASE("what could name somebody is cut out of descriptions") {
    CHECK(cleaned("Thorax Mustermann") == "Thorax");
    CHECK(cleaned("for Dr. Kowalczyk CT Abdomen") == "for CT Abdomen");
    CHECK(cleaned("MRT Kopf 14.03.1957 axial").find("1957") == std::string::npos);
    CHECK(cleaned("Chest 19570314 PA") == "Chest PA");
    CHECK(cleaned("Chest 2024 PA") == "Chest PA");
    CHECK(cleaned("call 555 0199 Head") == "Head");
    CHECK(cleaned("Head A7-B3C-91") == "Head");
    CHECK(cleaned("Head 1.2.840.113619.2.55.3.4") == "Head");
    CHECK(cleaned("Head J O H N") == "Head");
    CHECK(cleaned("Head M\xFCller") == "Head");
    CHECK(cleaned("Head J\xF6rg") == "Head");
    CHECK(cleaned("\x1B$B%d%^%@").empty());
    CHECK(cleaned("Mustermann").empty());
    // JIS X 0208 between escapes (PS3.5 H.3.2): its bytes look like ASCII, here like a word of the
    // vocabulary.
    CHECK(cleaned("Chest \x1B$BHEAD\x1B(B PA") == "Chest PA");
    CHECK(cleaned("\x1B$)C\xB1\xE8 Chest") == "Chest");
}

TEST_CASE("the patient's own words go even if they are technical, and the pack's words stay") {
    Bench bench;
    bench.policy.add(DeidOption::CleanDescriptors);
    bench.policy.words = {"TRIALX", "BRINKMANN"};
    auto image = ctImage();
    image.text("PatientName", "Hand^Brinkmann").text("PatientID", "4711");
    image.text("SeriesDescription", "HAND left TRIALX Brinkmann 4711 Head");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.text({0x0008103E}) == "left TRIALX Head");
}

TEST_CASE("a description of which nothing is left is treated as without the option") {
    Bench bench;
    bench.policy.add(DeidOption::CleanDescriptors);
    auto image = ctImage();
    image.text("StudyDescription", "Mustermann").text("ContrastBolusAgent", "Mustermann");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x00081030}) == nullptr);    // Type 3
    REQUIRE(ran.file.dataset.find({0x00180010}) != nullptr);  // Type 2
    CHECK(ran.file.dataset.text({0x00180010}).empty());
}

TEST_CASE("an attribute that the pack names stays with its technical words") {
    Bench bench;
    bench.policy.keep = {{0x00189917}};  // InstructionDescription
    auto image = ctImage();
    image.text("InstructionDescription", "breathing for Mustermann");
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.text({0x00189917}) == "breathing for");
    bench.policy.keep = {dicom::tags::kPatientName};
    CHECK(bench.tryRun(fileOf(image, kExplicitLittle)).error().code == Errc::InvalidArgument);
    bench.policy.keep = {{0x00291010}};
    CHECK(bench.tryRun(fileOf(image, kExplicitLittle)).error().code == Errc::InvalidArgument);
}
