#pragma once

namespace gantry::imaging {

/// DCMTK keeps its codecs in a global list. Its log would quote what files say: it is turned off.
void registerCodecsOnce();

}  // namespace gantry::imaging
