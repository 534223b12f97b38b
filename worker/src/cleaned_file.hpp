#pragma once
/// Writes the file with its pixels blanked; everything that is not about the pixels stays byte for byte.

#include <filesystem>

#include "gantry/imaging/image_file.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

/// Native pixels are blanked in place, JPEG of 8 bits block by block, other compressions are decoded and
/// written native: PhotometricInterpretation and PlanarConfiguration say how, LossyImageCompression keeps
/// telling what the pixels went through.
/// @param clear_unused  also clears the bits of each cell that are no part of the pixel
/// @errors as ImageFile::stored(); Unsupported for native pixels of 4 GiB and more; Io, DiskFull
Result<> writeCleaned(const ImageFile& file, const Mask& blank, bool clear_unused,
                      const std::filesystem::path& out);

}  // namespace gantry::imaging
