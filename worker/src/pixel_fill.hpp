#pragma once
/// Blanks pixels in the bytes of a frame.

#include <array>
#include <cstdint>
#include <string>

#include "gantry/imaging/image_file.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

/// How the bytes at hand lie.
struct Layout {
    PixelFormat format;
    std::string photometric;  ///< of these bytes
    bool interleaved = true;
    bool big_endian = false;
    bool pairs = false;  ///< native YBR_FULL_422: two pixels in four bytes
};
Layout storedLayout(const ImageFile& file, std::size_t frame);

/// Words that stand for the background in these pixels: black as people see it, and for gray the darkest
/// value that this frame has, so that windows found from the values stay as they were.
std::array<std::uint32_t, 3> backgroundOf(const ImageFile& file, const std::string& stored, std::size_t frame,
                                          const Mask& blank);

/// @param bytes  of one frame; as long as the layout says, or nothing beyond is touched
void blankPixels(std::string& bytes, const Layout& layout, const Mask& blank,
                 const std::array<std::uint32_t, 3>& background);

/// Bits of the cells that are no part of the pixel, where old overlays lie (PS3.5 8.1.1).
void clearUnusedBits(std::string& bytes, const Layout& layout);

}  // namespace gantry::imaging
