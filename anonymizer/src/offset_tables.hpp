#pragma once
/// Offset tables of encapsulated pixel data: numbers that must be what they say (PS3.5 A.4, PS3.3
/// C.7.6.3.1.8).

#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// Whether each entry of the basic offset table is the beginning of a fragment, in ascending order.
/// @param table  content of the first item
/// @param items  all items, with their headers, as dicom::Element has them
bool isBasicOffsetTable(Bytes table, Bytes items);

/// The same for (7FE0,0001) Extended Offset Table and (7FE0,0002) Extended Offset Table Lengths.
bool isExtendedTable(const dicom::Element& table, const dicom::Element& pixels);

}  // namespace gantry::anonymizer
