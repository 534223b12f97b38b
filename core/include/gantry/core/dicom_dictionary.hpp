#pragma once
/// The whole of PS3.6, for those who go through it; dicom.hpp looks single attributes up.

#include <span>

#include "gantry/core/dicom.hpp"

namespace gantry::dicom {

/// Every row, ascending by tag, command and file meta elements and repeating groups included.
std::span<const DictionaryEntry> dictionary();

}  // namespace gantry::dicom
