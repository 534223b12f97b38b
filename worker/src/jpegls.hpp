#pragma once
/// JPEG-LS without loss (ISO 14495-1), one grey frame at a time, by DCMTK.

#include <string>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"
#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// Every bit of the cells is kept, also those besides Bits Stored.
/// @param frame  PixelFormat::bytes() bytes, little endian, one sample of 8 or 16 bits a pixel
/// @errors BadFormat
Result<std::string> encodeJpegLs(Bytes frame, const PixelFormat& format);

/// @return PixelFormat::bytes() bytes, little endian
/// @errors BadFormat
Result<std::string> decodeJpegLs(const std::string& code_stream, const PixelFormat& format);

}  // namespace gantry::imaging
