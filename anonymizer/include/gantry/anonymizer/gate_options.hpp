#pragma once
/// What a policy lets stand in an output, told to the gate as plain data. The only place where the two meet.

#include "gantry/anonymizer/leak_gate.hpp"
#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

GateOptions gateOptions(const DeidPolicy& policy);

}  // namespace gantry::anonymizer
