#pragma once
/// Blanks blocks of a JPEG image without decoding the rest; the one place that meets libjpeg.

#include <string>

#include "gantry/core/result.hpp"
#include "gantry/imaging/frame.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

/// Blocks of 8 by 8 samples (with chroma subsampling: of as many pixels as they stand for) that touch the
/// mask become background; the coefficients of all others stay bit for bit. Comments and application segments
/// are left out, bytes behind the end too. Sequential and progressive Huffman streams of 8 bits.
/// @errors BadFormat for what libjpeg does not read, for other sizes than `format` says, and for 12 bits
Result<std::string> blankJpegBlocks(const std::string& jpeg, const PixelFormat& format, const Mask& blank);

}  // namespace gantry::imaging
