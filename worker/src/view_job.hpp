#pragma once
/// gantry-worker --view: one frame for a person to look at (docs/formats/worker.md).

#include <string>

#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {

struct ViewJob {
    FileRange file;
    std::size_t frame = 0;
};

/// @errors BadFormat
Result<ViewJob> parseViewJob(std::string_view text);
/// @return one line of JSON that says how the bytes after it are to be read
/// @errors NotFound: there is no such frame; those of ImageFile
Result<std::string> runViewJob(const ViewJob& job);

}  // namespace gantry::imaging
