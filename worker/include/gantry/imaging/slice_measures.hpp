#pragma once
/// What one frame shows. Pure functions; a nullopt means that the frame does not show it.

#include <array>
#include <optional>

#include "gantry/imaging/frame.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

struct Moments {
    double mean = 0;
    double sd = 0;
    float highest = 0;
    std::size_t at_highest = 0;  ///< pixels equal to the highest value
    bool two_values_at_most = false;
};
Moments momentsOf(const Frame& frame);

/// Normalised correlation of two frames of one size, -1..1; nullopt when one is constant.
std::optional<double> correlation(const Frame& a, const Moments& of_a, const Frame& b, const Moments& of_b);

/// Mean of the pixels of a mask; nullopt when there are fewer than `least`.
std::optional<double> meanOf(const Frame& frame, const Mask& mask, std::size_t least = 1);
/// Median of the pixels of a mask that are images (not padding).
std::optional<double> medianOf(const Frame& frame, const Mask& mask, std::size_t least = 1);

/// Share (0..1) of the body's mean by which air beside the body in its rows differs from air in its columns:
/// ghosts lie along the phase direction only (the idea of the ACR's percent signal ghosting).
std::optional<double> ghostShare(const Frame& frame, const Mask& body, const Mask& air);

/// Noise by the difference of two Laplacians [Immerkaer 1996], over all pixels whose neighbours are not all
/// equal: air that a scanner has set to zero says nothing.
std::optional<double> immerkaerSigma(const Frame& frame);
/// Noise of magnitude images by the spread of air: 1/0.655 of its SD (Rayleigh). Nullopt when more than half
/// of it has one and the same value, as where scanners blank the background.
std::optional<double> airSigma(const Frame& frame, const Mask& air);

/// Histogram of the SD in windows of 6 mm whose mean is 0 to 100 HU.
struct LocalSd {
    static constexpr double kBinHu = 0.25;
    static constexpr std::size_t kBins = 800;
    std::array<double, kBins> histogram{};
    void add(const Frame& frame);
    /// The most frequent SD [Christianson 2015], HU; nullopt with fewer than 500 windows.
    std::optional<double> mode() const;
};

/// Share (0..1) of the ring 0.47 to 0.48 of the matrix around its centre that is body.
double bodyOnRing(const Mask& body);
/// Share (0..1) of the image's edges that is body; `use` names top, bottom, left, right.
double bodyOnEdges(const Mask& body, const std::array<bool, 4>& use);

/// Pixels of the air for CT: away from the body and inside the circle of reconstruction.
Mask ctAir(const Mask& body);

}  // namespace gantry::imaging
