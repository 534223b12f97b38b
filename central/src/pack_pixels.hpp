#pragma once
/// Measures of pixels for those who try a pack on images they have: gantry-worker is asked, as at a site.

#include <vector>

#include "gantry/qc/judge.hpp"
#include "pack_folder.hpp"

namespace gantry::central {

/// One for each series of the study. What could not be measured, be it that gantry-worker is not there, has
/// its reason. A folder knows nothing of the scanner's earlier series.
/// @errors Io, DiskFull when no folder for the worker can be made
Result<std::vector<qc::SeriesImages>> measurePixels(const FolderStudy& study);

}  // namespace gantry::central
