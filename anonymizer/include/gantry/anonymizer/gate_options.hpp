#pragma once
/// What a policy lets stand in an output, told to the gate as plain data. The only place where the two meet.

#include "gantry/anonymizer/leak_gate.hpp"
#include "gantry/anonymizer/mapping.hpp"
#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

GateOptions gateOptions(const DeidPolicy& policy);
/// The same, and by how much this subject's dates are moved.
GateOptions gateOptions(const DeidPolicy& policy, const DeidKeys& keys, std::string_view subject_id);

}  // namespace gantry::anonymizer
