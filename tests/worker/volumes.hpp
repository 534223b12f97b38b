#pragma once
/// Made-up volumes with known damage.

#include <functional>
#include <random>

#include "gantry/imaging/survey.hpp"

namespace gantry::test {

/// Frames in memory, one millimetre apart, axial.
class Volume final : public imaging::FrameSource {
public:
    using Value = std::function<double(int slice, int row, int column)>;
    Volume(int slices, int side, double pixel_mm, const Value& value);
    const std::vector<imaging::FrameHeader>& headers() const override { return about; }
    Result<imaging::Frame> frame(std::size_t index) override;

    std::vector<imaging::Frame> frames;
    std::vector<imaging::FrameHeader> about;
};

/// Distance of a pixel from the centre of the image, pixels.
double fromCentre(int side, int row, int column);

/// CT of a soft-tissue disc of 40 HU, `radius` pixels, in air, with Gaussian noise; each slice has a hole of
/// its own, so that neighbours are alike and the rest less so.
Volume ctDisc(int slices, double radius, double noise_hu, double air_hu = -1000);

/// MR of a square of half the matrix with signal 1000 in air without signal, magnitude of complex noise.
Volume mrSquare(int slices, double noise, double ghost_share = 0);

}  // namespace gantry::test
