#pragma once
/// Compresses the pixels of a file without loss, and proves it: docs/formats/parcel.md, "Compression".

#include <filesystem>

#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {

/// Writes `out`, a copy of `original` with its pixels in JPEG-LS; each frame was decoded again and compared.
/// Memory holds a frame or two, not the file.
/// @errors Unsupported, with a clause that says why, for what is to stay as it is: pixels of another kind, a
///         frame that did not come back the same, nothing gained; those of ImageFile::open(); DiskFull, Io.
///         After an error `out` is not there.
Result<> writeCompressed(const FileRange& original, const std::filesystem::path& out);

}  // namespace gantry::imaging
