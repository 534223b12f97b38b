#pragma once
/// What a pack says of de-identification, as the engine's policy: the one place, for gantryd, gantryctl and
/// gantry-central.

#include <span>

#include "gantry/anonymizer/policy.hpp"
#include "gantry/core/pack_deidentification.hpp"

namespace gantry::anonymizer {

/// @param read  standard attributes that the pack's rules read: they stay where Table E.1-1 does not speak of
/// them
/// @errors what parsePolicy() and validate() say, naming the pack's section
Result<DeidPolicy> policyOf(const PackDeidentification& said, std::span<const dicom::Tag> read);

}  // namespace gantry::anonymizer
