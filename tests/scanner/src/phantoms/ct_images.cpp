#include "phantoms/ct_images.hpp"

#include <algorithm>
#include <cmath>

#include "phantoms/writing.hpp"

namespace gantry::scanner {

namespace {

constexpr double kRingRadius = 30, kRingHalfWidth = 1;

void spoil(DrawnSlice& slice, const PhantomSetup& setup, double radius, std::mt19937_64& random) {
    blur(slice, setup.blur_mm);
    std::size_t i = 0;
    for (int r = 0; r < slice.grid.rows; ++r)
        for (int c = 0; c < slice.grid.columns; ++c) {
            const auto p = slice.grid.at(r, c);
            const double away = std::hypot(p[0] - setup.shift_x_mm, p[1] - setup.shift_y_mm);
            auto& value = slice.values[i++];
            value += setup.hu_offset;
            if (away < radius) value -= setup.cupping_hu * (1 - away * away / (radius * radius));
            if (std::abs(away - kRingRadius) < kRingHalfWidth) value += setup.ring_hu;
        }
    addGaussianNoise(slice, setup.noise_hu, random);
}

}  // namespace

ImageSeries ctImages(const Examination& examination, const PhantomSetup& setup, const CtPhantomScan& scan,
                     const Scene& scene) {
    std::mt19937_64 random(setup.noise_seed);
    const Placement placement(setup);
    const SliceProfile profile{setup.thickness_mm > 0 ? setup.thickness_mm : scan.thickness_mm,
                               setup.softness};
    std::vector<DrawnSlice> slices;
    for (double z = scan.first_z_mm; z <= scan.last_z_mm + 1e-6; z += scan.thickness_mm) {
        const double at = z + setup.position_error_mm;
        const auto grid = axialGrid(setup.matrix > 0 ? setup.matrix : scan.matrix,
                                    setup.fov_mm > 0 ? setup.fov_mm : scan.fov_mm, setup.reversed ? -at : at);
        slices.push_back(draw(scene, grid, placement, profile));
        spoil(slices.back(), setup, scan.radius_mm, random);
    }
    if (setup.reversed) std::ranges::reverse(slices);
    CtScan ct;
    ct.description = scan.description;
    ct.stack = stackOf(setup, slices, scan.thickness_mm);
    auto series = ctSeries(examination, ct);
    return series.each([&](Header& image, int place) {
        writePixels(image, slices[static_cast<std::size_t>(place)], {1, -1024, 12, false});
    });
}

double cuppingOf(double cupping, double radius_mm, double distance_mm, double edge_disc_mm,
                 double centre_disc_mm) {
    const double edge = distance_mm * distance_mm + edge_disc_mm * edge_disc_mm / 2;
    return cupping * (edge - centre_disc_mm * centre_disc_mm / 2) / (radius_mm * radius_mm);
}

}  // namespace gantry::scanner
