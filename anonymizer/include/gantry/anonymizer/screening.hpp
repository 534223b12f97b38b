#pragma once
/// Which objects have their pixels looked at for burnt-in text before the engine runs. Pure.

#include <vector>

#include "gantry/anonymizer/policy.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

/// Classes and devices known for burnt-in text, objects that say that they carry it, pictures of screens,
/// overlays inside pixel cells, and images that a region of the pack is meant for. False for objects without
/// pixels. The option CleanPixelData decides whether what is found is blanked or the object held.
bool mustLookAtPixels(const dicom::DataSet& dataset, const DeidPolicy& policy);

/// The regions of the pack that are meant for this image.
std::vector<PixelRegion> regionsFor(const dicom::DataSet& dataset, const DeidPolicy& policy);

/// Words that consoles put into ImageType of pictures of their screen.
bool isScreenCapture(const dicom::DataSet& dataset);

/// PS3.3 C.9.2: an overlay without Overlay Data lies in the pixel cells (retired, still met).
bool hasOverlayInPixels(const dicom::DataSet& dataset);

/// Modalities whose pixels are pictures of the patient as others see them: XC, GM, ES, DMS.
bool isPhotograph(const dicom::DataSet& dataset);

}  // namespace gantry::anonymizer
