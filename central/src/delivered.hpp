#pragma once
/// What the index and the opened manifests say was delivered, study by study.

#include "index.hpp"
#include "reconcile.hpp"

namespace gantry::central {

/// Oldest first. A manifest that was deleted with its withdrawn parcel leaves the verdict "".
Result<std::vector<DeliveredStudy>> deliveredStudies(Index& index, const std::filesystem::path& directory);
/// "20261124" of a time, UTC.
std::string dayOf(UnixMillis at);

}  // namespace gantry::central
