#include <cmath>
#include <random>

#include "gantry/imaging/series_source.hpp"
#include "support.hpp"
#include "volumes.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

constexpr int kSide = 96;
constexpr int kSlices = 120;
constexpr double kStep = 5;    // mm, of pixels and slices
constexpr double kLiver = 11;  // kBq/ml: 2.2 times 5
constexpr double kTissue = 3;

/// What lies at a place of an invented trunk from pelvis to neck; its right lung begins on a dome.
enum class Inside { Air, Tissue, Lung, Liver, Heart, Bladder };
Inside at(double x, double y, double z, double dome_mm) {
    const double base = dome_mm - (std::pow(x + 95, 2) + std::pow(y, 2)) / 150;
    if (std::pow(x / 190, 2) + std::pow(y / 125, 2) > 1) return Inside::Air;
    if (std::hypot(x, y, z - 45) < 32) return Inside::Bladder;
    const bool chest = std::abs(y) < 65 && z < 520;
    if (chest && std::hypot(x - 30, y, z - dome_mm - 45) < 45) return Inside::Heart;
    if (chest && x > -145 && x < -30 && z > base) return Inside::Lung;
    if (chest && x > 75 && x < 145 && z > dome_mm - 60) return Inside::Lung;
    const bool right_lobe = x > -165 && x < 20 && std::abs(y) < 85 && z <= base && z > dome_mm - 150;
    return right_lobe ? Inside::Liver : Inside::Tissue;
}

Volume trunk(double dome_mm, const std::function<double(Inside)>& value, double noise_share,
             double noise = 0) {
    std::mt19937 seeded(5);
    std::normal_distribution<double> gauss(0, 1);
    Volume volume(kSlices, kSide, kStep, [&](int s, int r, int c) {
        const double here = value(at(-237.5 + kStep * c, -237.5 + kStep * r, kStep * s, dome_mm));
        return here * (1 + noise_share * gauss(seeded)) + noise * gauss(seeded);
    });
    for (int s = 0; s < kSlices; ++s)
        volume.about[static_cast<std::size_t>(s)].plane->position = {-237.5, -237.5, kStep * s};
    return volume;
}

Volume pet(double dome_mm, double liver = kLiver, double noise_share = 0.1) {
    return trunk(
        dome_mm,
        [liver](Inside what) {
            switch (what) {
                case Inside::Liver:
                    return liver;
                case Inside::Lung:
                    return 2.0;
                case Inside::Heart:
                    return 9.0;
                case Inside::Bladder:
                    return 80.0;
                case Inside::Tissue:
                    return kTissue;
                case Inside::Air:
                    break;
            }
            return 0.0;
        },
        noise_share);
}

Volume ct(double dome_mm) {
    return trunk(
        dome_mm,
        [](Inside what) { return what == Inside::Air    ? -1000.0
                                 : what == Inside::Lung ? -850.0
                                                        : 40.0; }, 0,
        15);
}

/// A part of a volume's slices.
Volume cut(Volume volume, std::size_t first, std::size_t last) {
    volume.frames = {volume.frames.begin() + static_cast<std::ptrdiff_t>(first),
                     volume.frames.begin() + static_cast<std::ptrdiff_t>(last)};
    volume.about = {volume.about.begin() + static_cast<std::ptrdiff_t>(first),
                    volume.about.begin() + static_cast<std::ptrdiff_t>(last)};
    return volume;
}

void findsNoLiver(Volume volume) {
    const auto found = survey(volume, "PT");
    for (const auto* check : {"image.liver_mean", "image.liver_cov", "image.liver_dome"}) {
        CHECK_FALSE(found.measures.contains(check));
        CHECK(found.reasons.at(check) == "the liver was not found for certain");
    }
}

}  // namespace

TEST_CASE("mean and noise of the liver are those that were put in", "[worker][liver]") {
    for (const double noise : {0.05, 0.15}) {
        auto volume = pet(330, kLiver, noise);
        const auto found = survey(volume, "PT");
        CAPTURE(noise);
        REQUIRE(found.measures.contains("image.liver_mean"));
        CHECK(found.measures.at("image.liver_mean").value == Approx(kLiver).epsilon(0.03));
        CHECK(found.measures.at("image.liver_cov").value == Approx(noise).epsilon(0.15));
        const auto place = found.measures.at("image.liver_mean").place;
        REQUIRE(place);
        // In the right lobe: its box is right of the midline, its slice between the liver's ends.
        CHECK(place->box->last_column < kSide / 2);
        CHECK(place->frame > (330 - 150) / 5);
        CHECK(place->frame < 330 / 5);
    }
}

TEST_CASE("PET and CT find the dome where it is", "[worker][liver]") {
    for (const double dome : {300.0, 342.0}) {
        CAPTURE(dome);
        auto of_pet = pet(dome);
        auto of_ct = ct(dome);
        CHECK(survey(of_pet, "PT").measures.at("image.liver_dome").value == Approx(dome).margin(4));
        CHECK(survey(of_ct, "CT").measures.at("image.liver_dome").value == Approx(dome).margin(4));
    }
}

TEST_CASE("the order and direction in which slices come do not matter", "[worker][liver]") {
    auto volume = pet(330);
    std::ranges::reverse(volume.frames);
    std::ranges::reverse(volume.about);
    CHECK(survey(volume, "PT").measures.at("image.liver_dome").value == Approx(330).margin(4));
}

TEST_CASE("what is no liver for certain is not taken for one", "[worker][liver]") {
    SECTION("no more uptake than around it") {
        findsNoLiver(pet(330, kTissue));
    }
    SECTION("cut off at its upper end") {
        findsNoLiver(cut(pet(330), 0, 62));
    }
    SECTION("a scan of the pelvis") {
        findsNoLiver(cut(pet(330), 0, 34));
    }
    SECTION("an even cylinder") {
        Volume cylinder(60, kSide, kStep,
                        [](int, int r, int c) { return fromCentre(kSide, r, c) < 20 ? 10.0 : 0.0; });
        findsNoLiver(std::move(cylinder));
    }
    SECTION("a hot ball of its size in the middle") {
        Volume ball(100, kSide, kStep, [](int s, int r, int c) {
            return std::hypot(fromCentre(kSide, r, c), s - 50) < 14 ? 10.0
                   : fromCentre(kSide, r, c) < 35                   ? 2.0
                                                                    : 0.0;
        });
        findsNoLiver(std::move(ball));
    }
}

TEST_CASE("a CT that does not hold the base of the lung has no dome", "[worker][liver]") {
    for (auto volume : {cut(ct(330), 68, 110), cut(ct(330), 0, 50)}) {
        const auto found = survey(volume, "CT");
        CHECK_FALSE(found.measures.contains("image.liver_dome"));
        CHECK(found.reasons.contains("image.liver_dome"));
    }
}

TEST_CASE("no phantom is taken for a patient with a liver", "[worker][liver][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real PET");
    int series = 0;
    for (const auto* folder : {"data/linaqa/TestFiles", "data/pynemaiqpet/data"}) {
        std::vector<FileRange> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(*shared / folder))
            if (entry.is_regular_file()) files.push_back({entry.path(), 0, std::nullopt});
        SeriesSource source(files);
        const auto found = survey(source, "PT");
        CAPTURE(folder, found.frames);
        CHECK(found.frames > 10);
        CHECK_FALSE(found.measures.contains("image.liver_mean"));
        ++series;
    }
    CHECK(series == 2);
}
