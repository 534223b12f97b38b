#pragma once
/// Storage classes without pixels of their own: reports, presentation states, waveforms, documents, surfaces,
/// treatment records. And why the others of PS3.4 Table B.5-1 are held.

#include <string_view>

#include "gantry/anonymizer/policy.hpp"
#include "gantry/core/dicom.hpp"
#include "sop_classes.hpp"

namespace gantry::anonymizer {

/// nullptr for classes that are not of this kind.
const SopClass* contentClass(std::string_view sop_class_uid);

/// Why objects of a known storage class stay at the site; "" for classes that nobody decided about.
std::string_view heldReason(std::string_view sop_class_uid);

/// Some classes are void without an option: a report whose content tree is removed says nothing.
/// @errors Unsupported, with the reason a person needs
Result<> requireOptions(const SopClass& sop_class, const DeidPolicy& policy);

}  // namespace gantry::anonymizer
