#pragma once
/// Names and texts that facts give to elements.

#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/dicom.hpp"

namespace gantry {

/// Keyword, or "(gggg,ee):creator" of a private element with its creator in `dataset`.
std::string factName(const dicom::DataSet& dataset, const dicom::Element& element);

/// UTF-8 text of an element that is no sequence. Bulk data and what is longer than kMaxFactLength is
/// "present", nullopt when it is private. `name` tells the value representation of private elements that
/// implicit VR leaves unknown.
std::optional<std::string> factText(const dicom::DataSet& dataset, const dicom::Element& element,
                                    std::string_view name, std::string_view character_set);

}  // namespace gantry
