#pragma once
/// Pictures of a frame in which text is looked for: letters may differ from what is around them in brightness
/// or in one colour only.

#include <functional>
#include <vector>

#include "gantry/imaging/gray.hpp"
#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {

/// @param wide  the frame's range without what a few pixels reach beyond, and the whole range when that is
/// far
///              wider: letters over a radiograph, and letters that are far brighter than everything
/// The first is the brightness; a colour image has its channels and its colourfulness besides.
/// @errors as ImageFile::stored(); Unsupported for pixels that are no picture (bitmaps, floating point)
Result<std::vector<Gray>> viewsOf(const ImageFile& file, std::size_t frame);

/// Brightness of each pixel: stored values of a gray image, 0 to 255 of a coloured one.
/// @errors as viewsOf()
Result<std::vector<float>> brightnessOf(const ImageFile& file, std::size_t frame);

/// What all frames together show: the brightest, the darkest and the mean that each pixel is.
class Projection {
public:
    void add(const std::vector<float>& brightness);
    std::vector<Gray> views(const PixelFormat& format) const;

private:
    std::vector<float> brightest_, darkest_;
    std::vector<double> sums_;
    double count_ = 0;
};

/// Each picture in which text could be: of the middle frame first, of the first and the last, and of what all
/// frames together show.
/// @errors as viewsOf()
Result<> eachView(const ImageFile& file, const std::function<void(const Gray&)>& look);

}  // namespace gantry::imaging
