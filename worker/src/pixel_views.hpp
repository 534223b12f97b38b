#pragma once
/// Pictures of a frame in which text is looked for: letters may differ from what is around them in brightness
/// or in one colour only.

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

/// What all frames together show: the brightest, the darkest and the mean that each pixel is. Brightness
/// only.
class Projection {
public:
    void add(const Gray& brightness);
    std::vector<Gray> views() const;

private:
    Gray brightest_, darkest_;
    std::vector<std::uint32_t> sums_;
    std::uint32_t count_ = 0;
};

/// Brightness alone, one window for all frames, so that they can be put together.
/// @errors as viewsOf()
class BrightnessOf {
public:
    static Result<BrightnessOf> make(const ImageFile& file);
    Result<Gray> operator()(std::size_t frame) const;

private:
    explicit BrightnessOf(const ImageFile& file) : file_(file) {}
    const ImageFile& file_;
    double low_ = 0, high_ = 255;
};

}  // namespace gantry::imaging
