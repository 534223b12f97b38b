#pragma once
/// Which objects the engine can make safe. Everything else is refused, so that it is held.

#include <string_view>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

enum class Family : unsigned char {
    Classic,  ///< CT, MR, CR and other single images without a family of their own
    Pet,
    Enhanced,
    Segmentation,
    Radiotherapy,
    Report,        ///< structured reports, key object selections
    Presentation,  ///< presentation states
    Waveform,
    Document,    ///< encapsulated documents
    Projection,  ///< DX and mammography
    Ultrasound,
    Capture,      ///< secondary captures
    Angiography,  ///< XA and fluoroscopy
    Nuclear,
};

struct SopClass {
    std::string_view uid;
    Family family;
    bool may_show_text;  ///< pixels often carry text: they are looked at
};

/// nullptr for classes whose objects are never sent.
const SopClass* sopClass(std::string_view uid);

/// @errors Unsupported, with the reason a person needs, for SOP classes that are not listed, pixels that are
/// or may be burnt over with text, screen captures, overlays inside pixels (these three only where the pixels
/// were not looked at), photographs, and pixels that lie elsewhere
Result<const SopClass*> admissible(const dicom::DicomFile& file, const DeidPolicy& policy, PixelState pixels);

}  // namespace gantry::anonymizer
