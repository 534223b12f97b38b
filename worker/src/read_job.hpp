#pragma once
/// The request to read what text the pixels still show and the answer to it, docs/formats/worker.md.

#include <string>
#include <string_view>
#include <vector>

#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {

/// @errors BadFormat
Result<std::vector<FileRange>> parseReadJob(std::string_view json);
/// One answer for each file, in order, in JSON. It holds the texts: it goes to the leak gate and nowhere
/// else.
std::string runReadJob(const std::vector<FileRange>& files);

}  // namespace gantry::imaging
