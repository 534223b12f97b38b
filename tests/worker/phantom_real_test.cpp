// Real sets against readings that are not ours: ../shared/facts/acr_reference.json holds those of hazen, of pylinac and of
// a third method. A reading counts where two methods agree.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "gantry/core/files.hpp"
#include "phantom_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;
namespace json = boost::json;

namespace {

/// Mean of the two readings that are closest to each other; nullopt when they are further apart than `agree`.
std::optional<double> agreed(std::vector<double> readings, double agree) {
    std::ranges::sort(readings);
    std::optional<double> best;
    double closest = agree;
    for (std::size_t i = 1; i < readings.size(); ++i)
        if (readings[i] - readings[i - 1] <= closest) {
            closest = readings[i] - readings[i - 1];
            best = (readings[i] + readings[i - 1]) / 2;
        }
    return best;
}

std::vector<double> readingsOf(const json::object& methods) {
    std::vector<double> out;
    for (const auto& [method, value] : methods)
        if (value.is_number()) out.push_back(value.to_number<double>());
    return out;
}

/// The n-th of lists of readings; pylinac leaves out the diameters of slice 1.
std::vector<double> readingsOf(const json::object& methods, std::size_t index, std::size_t full) {
    std::vector<double> out;
    for (const auto& [method, value] : methods) {
        if (!value.is_array()) continue;
        const auto& list = value.as_array();
        const std::size_t left_out = full - list.size();
        if (index >= left_out && index - left_out < list.size()) out.push_back(list[index - left_out].to_number<double>());
    }
    return out;
}

}  // namespace

TEST_CASE("real ACR MRI sets read as other methods agree", "[phantom][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no ../shared: real ACR sets");
    const auto text = must(readFile(*shared / "facts" / "acr_reference.json", 1 << 20));
    const auto reference = json::parse(text);
    for (const auto& [set, methods] : reference.at("sets").as_object()) {
        const auto reading = readFolder(*shared / "data/hazen/tests/data/acr" / std::string(set));
        INFO("set " << std::string(set));
        const auto compare = [&](const std::string& metric, const std::vector<double>& readings, double agree, double most) {
            CAPTURE(metric, readings, reading.value(metric));
            CHECK_FALSE(std::isnan(reading.value(metric)));
            if (const auto truth = agreed(readings, agree)) CHECK(std::abs(reading.value(metric) - *truth) <= most);
        };
        const auto& all = methods.as_object();
        compare("acr_mri.piu", readingsOf(all.at("PIU").as_object()), 0.5, 0.5);
        compare("acr_mri.psg", readingsOf(all.at("PSG").as_object()), 0.1, 0.1);
        compare("acr_mri.slice_thickness", readingsOf(all.at("slice_thickness").as_object()), 0.4, 0.4);
        const auto& bars = all.at("bar_difference").as_object();
        compare("acr_mri.bar_difference_1", readingsOf(bars, 0, 2), 0.3, 0.7);
        compare("acr_mri.bar_difference_11", readingsOf(bars, 1, 2), 0.3, 0.7);
        const auto& widths = all.at("diameters").as_object();
        std::size_t index = 0;
        for (const auto* width : {"1_h", "1_v", "5_h", "5_v", "5_d1", "5_d2"}) {
            auto readings = readingsOf(widths, index++, 6);
            // Profiles that run through the slot of the wedges end 16 mm short, whoever reads them.
            std::erase_if(readings, [](double width_mm) { return width_mm < 180; });
            // hazen reads whole pixels of 0.98 mm: where it is one of the two, they are sure to half a pixel.
            const double hazen = widths.at("hazen").as_array().at(index - 1).to_number<double>();
            const auto truth = agreed(readings, 0.5);
            const bool whole_pixels = truth && std::abs(*truth - hazen) <= 0.25;
            compare(std::string("acr_mri.diameter_") + width, readings, 0.5, whole_pixels ? 1.0 : 0.5);
        }
    }
}

TEST_CASE("a real NEMA set has the ratio that is read by hand", "[phantom][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no ../shared: the real NEMA set");
    const auto reading = readFolder(*shared / "data/pynemaiqpet/data/pet_recon_1");
    // By hand, with numpy: 16705 in the middle of the 37 mm sphere, 1703 in the background.
    CHECK(reading.value("pet.sphere_background_ratio") == Approx(16705.0 / 1703).margin(0.3));
    CHECK(reading.value("pet.lung_residual") < 2);
}

TEST_CASE("real water reads zero", "[phantom][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no ../shared: real CT of water");
    const auto reading = readFolder(*shared / "data/ctqa-brikwerk/test/data");
    CHECK(std::abs(reading.value("ct.water_mean")) < 5);
    CHECK(reading.value("ct.edge_minus_centre_max") < 5);
}

TEST_CASE("a real cylinder without a unit says so", "[phantom][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no ../shared: the real PET cylinder");
    const auto reading = readFolder(*shared / "data/linaqa/TestFiles/TomoUniformity");
    CHECK(reading.why("pet.uptake").find("PROPCNTS") != std::string::npos);
    CHECK(reading.value("pet.voxel_cov") > 0);
}
