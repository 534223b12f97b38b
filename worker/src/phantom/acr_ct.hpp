#pragma once
/// The ACR's CT phantom (Gammex 464): four modules of 40 mm, found by what they show, and the tests on them.
///
/// Phantom coordinates are mm from its axis as module 1 is printed in the ACR's instructions, seen from the
/// foot: x to the right, y down, bone upper right, air lower right.

#include <optional>
#include <vector>

#include "phantom/outline.hpp"
#include "phantom/result.hpp"
#include "phantom/study.hpp"

namespace gantry::imaging::phantom {

inline constexpr double kAcrCtRadius = 100, kAcrCtModule = 40;

struct AcrCt {
    const Images* images = nullptr;
    std::vector<std::optional<Outline>>
        outlines;           ///< of each image; nullopt where the phantom is not cut whole
    double angle = 0;       ///< turned clockwise by so much in the images, radians
    bool mirrored = false;  ///< seen from the head
    double centre_mm = 0;   ///< position of the middle of module 1
    int direction = 1;      ///< 1: modules follow each other with rising position

    Point toImage(std::size_t image, Point phantom) const;
    Point polarToImage(std::size_t image, double distance, double degrees) const;
    const Frame& frame(std::size_t image) const { return images->frames[image]; }
    /// Images whose middle lies within `reach` mm of the middle of module 1 to 4, the closest first.
    std::vector<std::size_t> inModule(int module, double reach) const;
};

/// @return nullopt when the stack does not show module 1 with its air and its bone
std::optional<AcrCt> findAcrCt(const Images& images);

Findings acrCtNumbers(const AcrCt& phantom);
Findings acrCtSliceWidth(const AcrCt& phantom, std::optional<double> nominal_mm);
Findings acrCtContrast(const AcrCt& phantom);
Findings acrCtUniformity(const AcrCt& phantom);
Findings acrCtBeads(const AcrCt& phantom);
Findings acrCtSharpness(const AcrCt& phantom);
Findings acrCtBars(const AcrCt& phantom);

/// Gray for CT, HU.
Window ctWindow(double level, double width);

}  // namespace gantry::imaging::phantom
