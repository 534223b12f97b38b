#pragma once
/// Slices of a scene as a scanner with its faults delivers them, before they are put into a file.

#include <random>
#include <vector>

#include "gantry/scanner/phantoms.hpp"
#include "phantoms/solids.hpp"

namespace gantry::scanner {

/// Where an image lies, in the scanner's own axes: x to the right of the image, y down, z away from slice 1.
struct Grid {
    Vector first{};  ///< centre of the first pixel, mm
    Vector row{1, 0, 0}, column{0, 1, 0}, normal{0, 0, 1};
    int rows = 256, columns = 256;
    double pixel_mm = 1;
    Vector at(int row, int column) const;
};

/// Slice at `z_mm` of a field of view around the scanner's centre.
Grid axialGrid(int matrix, double fov_mm, double z_mm);

/// One image; values in units of the scene.
struct DrawnSlice {
    Grid grid;
    std::vector<double> values;
};

/// From the scanner's axes to the phantom's, as the setup puts it.
class Placement {
public:
    explicit Placement(const PhantomSetup& setup);
    Vector toPhantom(const Vector& scanner) const;  ///< of a point
    Vector turned(const Vector& scanner) const;  ///< of a direction, not of unit length where scales differ

private:
    Vector rows_[3];
    Vector shift_;
    Vector scale_;
};

DrawnSlice draw(const Scene& scene, const Grid& grid, const Placement& placement,
                const SliceProfile& profile);
/// Gaussian, full width at half maximum.
void blur(DrawnSlice& slice, double fwhm_mm);
/// Multiplies by 1 - bias * (r / radius)^2, r from the place where the signal is highest.
void addBias(DrawnSlice& slice, const PhantomSetup& setup, double radius_mm);
/// Adds `share` where a disc of that radius would lie that is moved by half the field of view, outside
/// `inside`.
void addGhost(DrawnSlice& slice, const PhantomSetup& setup, double radius_mm);
/// Magnitude of the signal with complex Gaussian noise of `sigma` in both parts.
void addRicianNoise(DrawnSlice& slice, double sigma, std::mt19937_64& random);
void addGaussianNoise(DrawnSlice& slice, double sigma, std::mt19937_64& random);

/// Mean of a magnitude image where the signal is `signal`: Rice's distribution.
double riceMean(double signal, double sigma);
/// PIU by the ACR's rule of a field made by addBias, regions of `region_mm` and 5.64 mm radius around the
/// phantom's centre, percent.
double piuOf(const PhantomSetup& setup, double radius_mm, double region_mm);
/// Mean of the same field over the region.
double meanOfField(const PhantomSetup& setup, double radius_mm, double region_mm);

}  // namespace gantry::scanner
