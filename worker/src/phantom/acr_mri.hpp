#pragma once
/// The ACR's MRI phantoms: how one lies in a stack of cross sections, and the tests on it.
///
/// Phantom coordinates are mm from the phantom's axis as slice 1 is printed in the ACR's guidance: x to the
/// right, y down, the wedges on top, the resolution insert below.

#include <array>
#include <optional>
#include <vector>

#include "phantom/outline.hpp"
#include "phantom/result.hpp"
#include "phantom/study.hpp"

namespace gantry::imaging::phantom {

/// What differs between the sizes. Large: 190 mm wide, 148 mm long. Medium: 165 mm, 134 mm.
/// [ACR Large and Medium Phantom Test Guidance, 10/2022]
struct AcrSize {
    std::string_view name;
    double radius, length;
    double wedge_tip_y;     ///< where the bars of a slice that lies right end
    double insert_x;        ///< half length of the slice thickness insert
    double uniform_region;  ///< radius of the region for uniformity: 200 and 160 cm2
    double vial;            ///< x and y of the vial
};
inline constexpr AcrSize kAcrLarge{"large", 95, 148, -63, 88.8, 79.788, -45};
inline constexpr AcrSize kAcrMedium{"medium", 82.5, 134, -50.5, 76.5, 71.365, -37};

inline constexpr int kAcrSlices = 11;
inline constexpr double kAcrStep = 10;  ///< mm from slice to slice

/// A stack that shows the phantom.
struct AcrMri {
    const Images* images = nullptr;
    AcrSize size{};
    double angle = 0;       ///< the phantom is turned clockwise by so much in the images, radians
    bool mirrored = false;  ///< seen from its other end
    double match = 0;       ///< how well the slices look as they should, at most 1
    std::array<std::optional<std::size_t>, kAcrSlices + 1> slice;  ///< slice number to index into images
    std::vector<std::optional<Outline>> outlines;                  ///< of each image

    /// The place in an image, of a slice that has an outline.
    Point toImage(std::size_t image, Point phantom) const;
    /// The direction in the image of a direction in the phantom, radians.
    double toImage(double direction) const;
    const Frame& frame(std::size_t image) const { return images->frames[image]; }
    /// The image of a slice number if it is there and shows the phantom.
    std::optional<std::size_t> shown(int number) const;
};

/// @return nullopt when the stack does not show the phantom
std::optional<AcrMri> findAcrMri(const Images& images);

/// Gray that shows all of the phantom, and one that shows `share` of that range.
Window windowOf(const Outline& outline, double share = 1.2);

// One function a test. Each says by itself why it cannot be done.
Findings acrGeometry(const AcrMri& phantom);
/// @param nominal_mm  what the header says
Findings acrThickness(const AcrMri& phantom, std::optional<double> nominal_mm);
Findings acrPosition(const AcrMri& phantom);
Findings acrUniformity(const AcrMri& phantom);
Findings acrGhosting(const AcrMri& phantom);
Findings acrResolution(const AcrMri& phantom);
Findings acrContrast(const AcrMri& phantom);
Findings acrNoise(const AcrMri& phantom);
/// On a section along the phantom's axis.
Findings acrLength(const Images& images, const AcrSize& size);

/// The thickness insert's middle line in slice 1, which the phantom's angle is refined by.
struct InsertEdges {
    Point middle;       ///< in the image
    double angle = 0;   ///< of its long side, radians
    double height = 0;  ///< mm
};
std::optional<InsertEdges> findInsert(const AcrMri& phantom, std::size_t image);

/// Both ramps of the insert in images so noisy that one alone bends: fitted together to the pixels
/// themselves, as magnitudes of signal and noise. The upper ramp first.
struct NoisyRamp {
    double width = 0, uncertainty = 0;  ///< full width at half maximum, mm
    double left = 0;                    ///< where it begins, mm along the insert from its middle
};
std::optional<std::array<NoisyRamp, 2>> fitNoisyRamps(const Plane& plane, const InsertEdges& insert,
                                                      double reach, double noise);

}  // namespace gantry::imaging::phantom
