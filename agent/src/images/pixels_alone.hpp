#pragma once
/// What a compressed file may differ in from the one it was made of. Nothing is decoded here: that the pixels
/// are the same is gantry-worker's to prove, that nothing else changed and nothing was added is ours.

#include <filesystem>

#include "gantry/core/result.hpp"

namespace gantry::agent {

/// The rules of docs/formats/parcel.md, "Compression".
/// @errors BadFormat, with a clause that says what else differs; those of reading a file
Result<> checkPixelsAlone(const std::filesystem::path& original, const std::filesystem::path& compressed);

}  // namespace gantry::agent
