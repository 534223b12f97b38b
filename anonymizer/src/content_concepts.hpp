#pragma once
/// What concept names of content items (PS3.16) mean for the values beside them.

#include <string_view>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// What the value of a content item tells.
enum class Tells : unsigned char {
    Nothing,         ///< text goes, all else stays by its own rules
    Label,           ///< text that may stay when it is plain: tracking identifiers, algorithms, protocols
    Product,         ///< manufacturer, model, algorithm
    Device,          ///< serial number, name of a device: with Retain Device Identity
    Characteristic,  ///< age, sex, size, weight: with Retain Patient Characteristics
    SubjectName,
    SubjectId,
    BirthDate,
    Person,  ///< names and numbers of persons, places, orders: never
};

/// By the first code of ConceptNameCodeSequence of `item`.
Tells conceptTells(const dicom::DataSet& item);

}  // namespace gantry::anonymizer
