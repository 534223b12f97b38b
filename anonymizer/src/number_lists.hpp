#pragma once
/// Long binary values that are neither pixels nor lookup tables: coordinates, indices, spectra, grids.

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// Whether a list of coordinates or samples holds as many finite numbers as its neighbours in `item` or the
/// image state, or is a list of indices below 2^28.
bool isListOfStatedLength(const dicom::Element& list, const dicom::DataSet& item,
                          const dicom::DataSet& image);

/// (0028,1221) to (0028,1224): discrete and linear segments that make as many entries as the descriptor
/// beside says (PS3.3 C.7.9.2).
bool isSegmentedTable(const dicom::Element& table, const dicom::DataSet& dataset);

}  // namespace gantry::anonymizer
