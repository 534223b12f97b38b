#pragma once
/// How a person's choice of a slot is remembered: for the same scanner and the same protocol.

#include <string>

#include "gantry/qc/judge.hpp"

namespace gantry::qc {

/// Values of the pack's scanners.key (Manufacturer and ManufacturerModelName when it has none) and
/// ProtocolName (0018,1030); "" when one of them is absent, or not the same in all images: then nothing can
/// be remembered.
std::string placementMemoryKey(const Pack& pack, const SeriesFacts& series);

}  // namespace gantry::qc
