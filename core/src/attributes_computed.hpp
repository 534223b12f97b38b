#pragma once
/// The names "Gantry.…" of Attributes: one value from the places where DICOM and vendors keep it.

#include <string_view>

#include "gantry/core/attributes.hpp"

namespace gantry {

using ComputedAttribute = FrameValues (*)(Attributes& attributes);
/// Null when the name is none of them.
ComputedAttribute computedAttribute(std::string_view name);

}  // namespace gantry
