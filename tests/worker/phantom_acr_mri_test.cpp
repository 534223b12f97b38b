// The ACR's MRI phantom: reference objects whose truth is known, as they lie and as scanners err.
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>

#include "phantom_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;
using scanner::PhantomSetup;

namespace {

/// Within what the product promises.
void checkAll(const ReadPhantom& read) {
    for (const auto& [metric, truth] : read.truth) {
        const double most = metric.starts_with("acr_mri.piu")   ? 0.5
                            : metric.starts_with("acr_mri.psg") ? 0.1
                            : metric.starts_with("acr_mri.")    ? 0.3
                                                                : 1e300;
        CAPTURE(metric, truth, read.reading.value(metric));
        CHECK(std::abs(read.reading.value(metric) - truth) <= most);
    }
}

/// A setup with every fault at once, as far as they do not hide each other.
PhantomSetup faulty() {
    PhantomSetup setup;
    setup.snr = 100;
    setup.position_error_mm = 1.3;
    setup.spacing_error_mm = 0.05;
    setup.thickness_mm = 5.6;
    setup.softness = 0.2;
    setup.bias = 0.1;
    setup.ghost = 0.03;
    setup.scale_x = setup.scale_y = 1.008;
    setup.scale_z = 0.992;
    return setup;
}

}  // namespace

TEST_CASE("a perfect ACR MRI set reads what was built", "[phantom][acr]") {
    const auto read = readPhantom("acr-mri", {});
    CHECK(read.reading.kind() == "acr_mri");
    checkAll(read);
    CHECK(read.reading.value("acr_mri.resolved_mm") == Approx(0.9));
    CHECK(read.reading.value("acr_mri.spokes") == 40);
}

TEST_CASE("an ACR MRI set with every fault reads each of them", "[phantom][acr]") {
    auto setup = faulty();
    setup.roll_deg = -4.5;
    setup.shift_x_mm = 9;
    setup.shift_y_mm = -7;
    const auto read = readPhantom("acr-mri", setup);
    checkAll(read);
    CHECK(read.truth.at("acr_mri.bar_difference_1") > 2);
    CHECK(read.truth.at("acr_mri.psg") > 1);
}

TEST_CASE("bars tell which way a slice is off", "[phantom][acr]") {
    PhantomSetup setup;
    setup.position_error_mm = -2;  // towards the feet: the right bar is shorter
    setup.snr = 100;
    const auto read = readPhantom("acr-mri", setup);
    CHECK(read.reading.value("acr_mri.bar_difference_1") == Approx(-4).margin(0.3));
    CHECK(read.reading.value("acr_mri.bar_difference_11") == Approx(-4).margin(0.3));
}

TEST_CASE("it does not matter how the phantom lies or which way it was put in", "[phantom][acr]") {
    struct Lie {
        std::string says;
        double roll_deg;
        bool reversed;
        std::string plane;
    };
    const auto lie = GENERATE(values<Lie>({{"upside down", 180, false, "axial"},
                                           {"on its side, seen from behind", 93, true, "axial"},
                                           {"along another axis of the scanner", 3, false, "coronal"}}));
    CAPTURE(lie.says);
    auto setup = faulty();
    setup.scale_x = setup.scale_y = setup.scale_z = 1;
    setup.roll_deg = lie.roll_deg;
    setup.reversed = lie.reversed;
    setup.plane = lie.plane;
    checkAll(readPhantom("acr-mri", setup));
}

TEST_CASE("every maker's files are read", "[phantom][acr]") {
    auto setup = faulty();
    setup.vendor = GENERATE("ge", "philips", "siemens-enhanced", "philips-enhanced");
    CAPTURE(setup.vendor);
    checkAll(readPhantom("acr-mri", setup));
}

TEST_CASE("the medium phantom is known by its size", "[phantom][acr]") {
    const auto read = readPhantom("acr-mri-medium", faulty());
    checkAll(read);
    for (const auto& analysis : read.reading.analyses)
        if (analysis.variant != "along") CHECK(analysis.variant == "medium");
}

TEST_CASE("a matrix of 128 and noise as strong as a twentieth still give a result", "[phantom][acr]") {
    PhantomSetup setup;
    setup.matrix = 128;
    setup.snr = 20;
    const auto read = readPhantom("acr-mri", setup);
    CHECK(read.reading.value("acr_mri.diameter_error_max") < 0.5);
    CHECK(read.reading.value("acr_mri.slice_thickness") == Approx(5).margin(0.5));
    // Holes of one millimetre cannot be seen in pixels of two, and the pre-score says so.
    CHECK(read.reading.value("acr_mri.resolved_mm") > 1.05);
}

TEST_CASE("each test stands alone: a missing slice and a broken file cost only what needs them", "[phantom][acr]") {
    const auto folder = temporaryDirectory();
    auto study = scanner::phantomKindNamed("acr-mri")->make({}, {});
    auto files = writePhantom(study, folder.path());
    // The first file is the localizer; then slice 1 and so on.
    REQUIRE(files.size() == 12);
    std::filesystem::remove(files[7]);  // slice 7
    std::ofstream(files[3], std::ios::binary | std::ios::in).seekp(200).write("\xFF\xFF\xFF\xFF\xFF\xFF", 6);
    std::filesystem::resize_file(files[3], 3000);  // slice 3
    files.erase(files.begin() + 7);
    const auto reading = readFiles(files);
    CHECK(reading.kind() == "acr_mri");
    CHECK(reading.why("acr_mri.uniformity") == "Slice 7 is not there or shows no round outline.");
    CHECK(std::isnan(reading.value("acr_mri.piu")));
    CHECK(reading.value("acr_mri.slice_thickness") == Approx(5).margin(0.3));
    CHECK(reading.value("acr_mri.bar_difference_11") == Approx(0).margin(0.3));
    CHECK(reading.value("acr_mri.spokes") == 40);
    CHECK(reading.why("acr_mri.geometry").empty());
}

TEST_CASE("files in any order, and slices 1 to 5 alone", "[phantom][acr]") {
    const auto folder = temporaryDirectory();
    auto setup = faulty();
    setup.scale_x = setup.scale_y = 1;
    auto study = scanner::phantomKindNamed("acr-mri")->make({}, setup);
    const auto files = writePhantom(study, folder.path());
    const auto reading = readFiles({files[5], files[2], files[4], files[1], files[3]});
    CHECK(reading.value("acr_mri.bar_difference_1") == Approx(study.truth.at("acr_mri.bar_difference_1")).margin(0.3));
    CHECK(reading.value("acr_mri.slice_thickness") == Approx(5.6).margin(0.3));
    CHECK(reading.why("acr_mri.ghosting") == "Slice 7 is not there or shows no round outline.");
}
