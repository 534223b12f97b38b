#pragma once
/// The checks that gantry-worker measures.

#include "gantry/worker/client.hpp"

namespace gantry::agent {

using worker::isMeasureName;
using worker::kMeasureNames;

}  // namespace gantry::agent
