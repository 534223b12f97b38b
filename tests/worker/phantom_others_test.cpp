// CT, uniform bottles, ice water and PET against reference objects whose truth is known.
#include <catch2/catch.hpp>
#include <cmath>

#include "phantom_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;
using scanner::PhantomSetup;

TEST_CASE("the ACR's CT phantom reads what was built, turned and reversed", "[phantom][ct]") {
    PhantomSetup setup;
    setup.matrix = 384;
    setup.noise_hu = 5;
    setup.hu_offset = 4;
    setup.cupping_hu = 3;
    setup.blur_mm = 0.9;
    setup.thickness_mm = 6;
    setup.roll_deg = 5;
    setup.shift_x_mm = -8;
    setup.reversed = GENERATE(false, true);
    CAPTURE(setup.reversed);
    const auto read = readPhantom("acr-ct-464", setup);
    CHECK(read.reading.kind() == "acr_ct_464");
    for (const auto* material : {"air", "polyethylene", "acrylic", "bone", "water"}) {
        CAPTURE(material);
        CHECK(std::abs(read.off(std::string("acr464.hu.") + material)) < 0.5);
    }
    CHECK(std::abs(read.off("acr464.slice_thickness")) < 0.3);
    CHECK(read.reading.value("acr464.slice_thickness_error") == Approx(1).margin(0.3));
    CHECK(std::abs(read.off("acr464.bead_distance")) < 0.3);
    CHECK(std::abs(read.off("acr464.uniformity")) < 0.5);
    CHECK(read.reading.value("acr464.noise") == Approx(5).epsilon(0.05));
    CHECK(read.reading.value("acr464.cnr") == Approx(read.truth.at("acr464.cnr")).margin(0.12));
    CHECK(read.reading.value("acr464.mtf50") == Approx(read.truth.at("acr464.mtf50")).epsilon(0.04));
    CHECK(read.reading.value("acr464.resolved_lp_cm") >= 5);
}

TEST_CASE("a module that was not scanned costs its own tests", "[phantom][ct]") {
    const auto folder = temporaryDirectory();
    PhantomSetup setup;
    setup.matrix = 256;
    auto study = scanner::phantomKindNamed("acr-ct-464")->make({}, setup);
    auto& images = study.series.front().images;
    images.resize(22);  // up to the middle of module 3
    const auto reading = readFiles(writePhantom(study, folder.path()));
    CHECK(reading.value("acr464.hu.bone") == Approx(910).margin(0.5));
    CHECK(reading.why("acr464.bars") == "Module 4 is not in the images.");
}

TEST_CASE("water reads its number, its noise, its unevenness and its rings", "[phantom][ct]") {
    PhantomSetup setup;
    setup.noise_hu = 4;
    setup.hu_offset = -3;
    setup.ring_hu = 6;
    setup.shift_y_mm = 10;
    auto read = readPhantom("ct-water", setup);
    CHECK(read.reading.kind() == "ct_water");
    CHECK(std::abs(read.off("ct.water_mean")) < 0.5);
    CHECK(read.reading.value("ct.water_sd") == Approx(4).epsilon(0.05));
    CHECK(read.reading.value("ct.ring_hu") == Approx(6).margin(1.5));
    setup.ring_hu = 0;
    setup.cupping_hu = 5;
    read = readPhantom("ct-water", setup);
    CHECK(std::abs(read.off("ct.edge_minus_centre_max")) < 0.5);
    CHECK(read.reading.value("ct.ring_hu") < 1);
}

TEST_CASE("a bottle scanned twice reads its SNR by each method", "[phantom][mr]") {
    PhantomSetup setup;
    setup.snr = 80;
    const auto read = readPhantom("mr-uniform", setup);
    CHECK(read.reading.kind() == "mr_uniform");
    CHECK(read.reading.value("mr.snr_nema1") == Approx(80).epsilon(0.03));
    CHECK(read.reading.value("mr.snr_nema4") == Approx(80).epsilon(0.08));
    CHECK(read.reading.value("mr.snr_local") == Approx(80).epsilon(0.05));
    CHECK(read.reading.value("mr.piu") > 99);
}

TEST_CASE("one scan alone gives no SNR by difference", "[phantom][mr]") {
    const auto folder = temporaryDirectory();
    PhantomSetup setup;
    setup.snr = 80;
    auto study = scanner::phantomKindNamed("mr-uniform")->make({}, setup);
    study.series.resize(1);
    const auto reading = readFiles(writePhantom(study, folder.path()));
    CHECK(std::isnan(reading.value("mr.snr_nema1")));
    CHECK(reading.value("mr.snr_nema4") == Approx(80).epsilon(0.08));
}

TEST_CASE("ice water reads its diffusion, wherever a maker keeps the b-value", "[phantom][mr]") {
    PhantomSetup setup;
    setup.snr = 80;
    setup.adc_error = 0.03;
    setup.vendor = GENERATE("siemens", "ge", "philips", "siemens-enhanced");
    CAPTURE(setup.vendor);
    const auto read = readPhantom("dwi-ice", setup);
    CHECK(read.reading.kind() == "dwi_ice");
    CHECK(read.reading.value("dwi.adc_centre") == Approx(1.133e-3).epsilon(0.005));
    CHECK(read.reading.value("dwi.b_dependence") < 1.5);
    CHECK(read.reading.value("dwi.snr_b0") == Approx(80).epsilon(0.15));
    CHECK(read.reading.value("dwi.repeats") == 4);
    CHECK(read.reading.value("dwi.intra_exam_wcv") < 0.5);
}

TEST_CASE("a PET cylinder reads its calibration and its unevenness", "[phantom][pet]") {
    PhantomSetup setup;
    setup.noise = 0.06;
    setup.suv_error = -0.07;
    setup.axial_slope = 0.05;
    const auto read = readPhantom("pet-uniform", setup);
    CHECK(read.reading.kind() == "pet_uniform");
    CHECK(std::abs(read.off("pet.suv_mean")) < 0.01);
    CHECK(read.reading.value("pet.voxel_cov") == Approx(6).epsilon(0.05));
    // The slope is of the whole scan; a sixth of it lies beyond what is measured.
    CHECK(read.reading.value("pet.axial_slope") == Approx(5 * 0.82).margin(0.4));
    CHECK(read.reading.value("pet.axial_suv_range.min") < read.reading.value("pet.axial_suv_range.max"));
}

TEST_CASE("what the site typed goes before what the header says, decay included", "[phantom][pet]") {
    PhantomSetup setup;
    setup.noise = 0.03;
    // 5000 Bq/ml in 1000 ml when the scan begins at 10:05, measured one half-life (109.77 min) before; 2 MBq stayed
    // in the syringe.
    const auto read = readPhantom("pet-uniform", setup,
                                  {{"activity_mbq", "12"},
                                   {"residual_mbq", "2"},
                                   {"assay_time", "20260415081514"},
                                   {"volume_ml", "1000"}});
    CHECK(read.reading.value("pet.suv_mean") == Approx(1).margin(0.01));
}

TEST_CASE("values that are no activity give no SUV, and uniformity all the same", "[phantom][pet]") {
    const auto folder = temporaryDirectory();
    auto study = scanner::phantomKindNamed("pet-uniform")->make({}, {});
    study.series.front().setAll("Units", "PROPCNTS");
    const auto reading = readFiles(writePhantom(study, folder.path()));
    CHECK(std::isnan(reading.value("pet.suv_mean")));
    CHECK(reading.why("pet.uptake") == "SUV cannot be told. Values are in PROPCNTS, which is neither activity nor SUV.");
    CHECK(reading.value("pet.voxel_cov") < 1);
}

TEST_CASE("the NEMA phantom reads the recovery of every sphere, however it was put in", "[phantom][pet]") {
    PhantomSetup setup;
    setup.blur_mm = 6;
    setup.shift_x_mm = 6;
    setup.roll_deg = GENERATE(0.0, 25.0);
    setup.reversed = setup.roll_deg > 0;
    CAPTURE(setup.roll_deg);
    const auto read = readPhantom("nema-iq", setup);
    CHECK(read.reading.kind() == "nema_iq");
    for (const auto* sphere : {"37", "28", "22", "17", "13", "10"}) {
        CAPTURE(sphere);
        CHECK(std::abs(read.off(std::string("pet.rc_max.") + sphere)) < 0.02);
        CHECK(std::abs(read.off(std::string("pet.rc_a50.") + sphere)) < 0.02);
    }
    CHECK(read.reading.value("pet.sphere_background_ratio") == Approx(10).margin(0.1));
    CHECK(std::abs(read.off("pet.background_suv_bias")) < 1);
}
