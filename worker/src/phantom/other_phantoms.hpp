#pragma once
/// Phantoms of one material, and the PET image quality phantom: whether images show one, and the tests.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "phantom/outline.hpp"
#include "phantom/result.hpp"
#include "phantom/study.hpp"

namespace gantry::imaging::phantom {

/// What a person typed in a form, by name: activities in MBq, volumes in ml, times as YYYYMMDDHHMMSS.
using Form = std::map<std::string, std::string, std::less<>>;

// CT water cylinder.
struct CtWater {
    const Images* images = nullptr;
    std::vector<std::size_t> water;  ///< images that show nothing but water, the middle one first
    std::vector<std::optional<Outline>> outlines;
    double radius = 0;  ///< of the water, inside the wall
};
std::optional<CtWater> findCtWater(const Images& images);
Findings ctWaterNumbers(const CtWater& phantom);
Findings ctWaterRings(const CtWater& phantom);

// A bottle for MR, round or not.
struct MrBottle {
    std::size_t image = 0;  ///< the middle one
    Blob blob;
    double inside = 0;
};
std::optional<MrBottle> findMrBottle(const Images& images);
/// Of the same place: those of `images` that show it again, and those of further series.
Findings mrNoise(const Images& images, const MrBottle& bottle, const std::vector<const Frame*>& repeats);
Findings mrUniformity(const Images& images, const MrBottle& bottle);

// Ice water for diffusion: every frame of a series with its b-value.
struct IceWater {
    const Images* images = nullptr;
    std::vector<std::vector<std::size_t>> slices;  ///< images of one position each, positions ascending
    std::size_t centre = 0;                        ///< which slice is closest to the isocentre
    std::vector<Point> tube;                       ///< of each slice
    double radius = 0;                             ///< mm, of the tube
};
std::optional<IceWater> findIceWater(const Images& images);
Findings iceDiffusion(const IceWater& phantom);
Findings iceRepeats(const IceWater& phantom);

// PET cylinder.
struct PetCylinder {
    const Images* images = nullptr;
    std::size_t first = 0, last = 0;  ///< images that show all of its cross section
    Circle circle;                    ///< of the middle one
    std::vector<Point> centres;       ///< of each image from first to last
    double mean = 0;                  ///< of the volume that is measured
};
std::optional<PetCylinder> findPetCylinder(const Images& images);
Findings petUptake(const PetCylinder& phantom, const SeriesFacts& facts, const Form& form);
Findings petUniformity(const PetCylinder& phantom);
Findings petClock(const Form& form);

// NEMA image quality phantom.
struct NemaIq {
    const Images* images = nullptr;
    struct Sphere {
        double diameter;
        Point at;
        double along = 0;  ///< mm
    };
    std::vector<Sphere> spheres;  ///< largest first: 37, 28, 22, 17, 13, 10 mm
    Point lung;
    std::size_t plane = 0;  ///< the image nearest to the spheres
    double background = 0;
    double split = 0;  ///< what is body
};
std::optional<NemaIq> findNemaIq(const Images& images);
Findings nemaRecovery(const NemaIq& phantom, const SeriesFacts& facts, const Form& form);
Findings nemaBackground(const NemaIq& phantom, const SeriesFacts& facts, const Form& form);

}  // namespace gantry::imaging::phantom
