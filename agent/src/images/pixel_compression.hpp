#pragma once
/// Compresses pixels without loss by gantry-worker and looks at what came of it (docs/formats/parcel.md,
/// "Compression"). Whoever sends a compressed file has the leak gate read it first.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "images/worker_request.hpp"

namespace gantry::agent {

struct CompressRequest {
    std::filesystem::path original;  ///< a whole PS3.10 file
    std::filesystem::path out;       ///< the compressed file, when there is one
};

struct CompressedFile {
    std::uint64_t bytes = 0;
    std::string sha256;  ///< hex
};

/// One answer for each request, in order; nullopt: the original stays as it is, and `out` is not there. Works
/// on all cores. What gantry-worker says is checked: the pixels are the same by its word, all else by
/// checkPixelsAlone(). A worker that is missing, dies, hangs or talks nonsense leaves the originals.
/// @errors Stopped; Io, DiskFull when the scratch folder could not be written
Result<std::vector<std::optional<CompressedFile>>> compressPixels(std::span<const CompressRequest> requests,
                                                                  const PixelWorker& worker,
                                                                  const std::stop_token& stop = {});

}  // namespace gantry::agent
