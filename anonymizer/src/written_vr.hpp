#pragma once
/// The VR that a value is read and written by.

#include <optional>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// The first one the dictionary lists.
dicom::Vr firstVr(const dicom::DictionaryEntry& known);

/// As sent where the dictionary lists it; the dictionary's where the two are of one kind (text and text, UN
/// and what it hides); nullopt for an attribute the dictionary does not know, and where they are of different
/// kinds.
std::optional<dicom::Vr> writtenVr(const dicom::Element& element);

/// Implicit VR leaves open which of several a value has; explicit VR has to say it (PS3.5 A.1, A.2, 8.1.2).
/// @param vr    what writtenVr() gave
/// @param item  where the element stands
/// @param root  the data set around it
dicom::Vr settledVr(const dicom::Element& element, dicom::Vr vr, const dicom::DataSet& item,
                    const dicom::DataSet& root);

}  // namespace gantry::anonymizer
