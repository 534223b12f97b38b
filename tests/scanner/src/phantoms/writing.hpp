#pragma once
/// Drawn slices as series of each maker's habits.

#include <string_view>
#include <vector>

#include "gantry/scanner/mr.hpp"
#include "phantoms/rendering.hpp"

namespace gantry::scanner {

/// The machine that the setup's vendor makes for this modality.
ScannerSpec machineOf(const PhantomSetup& setup, std::string_view modality);

/// How values become stored ones: value = stored * slope + intercept.
struct Coding {
    double slope = 1, intercept = 0;
    int bits = 16;
    bool is_signed = false;
};
/// Puts the values into the image, its matrix and, when slope and intercept are not 1 and 0, its rescale.
void writePixels(Header& image, const DrawnSlice& slice, const Coding& coding);

/// One MR image a slice, water (1 in the scene) stored as this maker does. The stack of `scan` is
/// overwritten. Repeats of one position follow each other in the order given; `images` of the stack are those
/// of one repeat.
ImageSeries mrImages(const Examination& examination, const PhantomSetup& setup, MrScan scan,
                     const std::vector<DrawnSlice>& slices);
/// Where a stack of slices lies as the setup's plane says it.
ImageStack stackOf(const PhantomSetup& setup, const std::vector<DrawnSlice>& slices, double thickness_mm);
/// Makes one enhanced object of it for the vendors that write such.
ImageSeries asWritten(const PhantomSetup& setup, ImageSeries series);
/// ID and name of a phantom, when the setup wants them.
void nameSeries(ImageSeries& series, const Examination& examination, const PhantomSetup& setup,
                std::string_view id, std::string_view name);

}  // namespace gantry::scanner
