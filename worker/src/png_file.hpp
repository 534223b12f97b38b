#pragma once
/// The one place that meets libpng.

#include <string>

#include "gantry/core/result.hpp"
#include "gantry/imaging/gray.hpp"

namespace gantry::imaging {

/// A PNG of 8 bits a sample without any text chunk. @errors Internal
Result<std::string> encodePng(const Gray& gray);
Result<std::string> encodePng(const Coloured& picture);

}  // namespace gantry::imaging
