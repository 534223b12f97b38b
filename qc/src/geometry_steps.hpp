#pragma once
/// Steps between positions.

#include "gantry/qc/geometry.hpp"

namespace gantry::qc {

/// Fills spacing, holes and irregular steps from the stack's distinct positions.
void judgeSteps(Stack& stack);

}  // namespace gantry::qc
