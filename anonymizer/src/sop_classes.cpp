#include "sop_classes.hpp"

#include <algorithm>
#include <string>

#include "content_classes.hpp"
#include "gantry/anonymizer/screening.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Tag;

// PS3.4 Table B.5-1.
constexpr SopClass kClasses[] = {
    {"1.2.840.10008.5.1.4.1.1.2", Family::Classic, false},           // CT Image
    {"1.2.840.10008.5.1.4.1.1.2.1", Family::Enhanced, false},        // Enhanced CT
    {"1.2.840.10008.5.1.4.1.1.2.2", Family::Enhanced, false},        // Legacy Converted Enhanced CT
    {"1.2.840.10008.5.1.4.1.1.4", Family::Classic, false},           // MR Image
    {"1.2.840.10008.5.1.4.1.1.4.1", Family::Enhanced, false},        // Enhanced MR
    {"1.2.840.10008.5.1.4.1.1.4.3", Family::Enhanced, false},        // Enhanced MR Color
    {"1.2.840.10008.5.1.4.1.1.4.4", Family::Enhanced, false},        // Legacy Converted Enhanced MR
    {"1.2.840.10008.5.1.4.1.1.128", Family::Pet, false},             // PET Image
    {"1.2.840.10008.5.1.4.1.1.128.1", Family::Enhanced, false},      // Legacy Converted Enhanced PET
    {"1.2.840.10008.5.1.4.1.1.130", Family::Enhanced, false},        // Enhanced PET
    {"1.2.840.10008.5.1.4.1.1.20", Family::Nuclear, false},          // Nuclear Medicine
    {"1.2.840.10008.5.1.4.1.1.5", Family::Nuclear, false},           // the same, retired
    {"1.2.840.10008.5.1.4.1.1.30", Family::Segmentation, false},     // Parametric Map
    {"1.2.840.10008.5.1.4.1.1.66.1", Family::Segmentation, false},   // Spatial Registration
    {"1.2.840.10008.5.1.4.1.1.66.4", Family::Segmentation, false},   // Segmentation
    {"1.2.840.10008.5.1.4.1.1.66.7", Family::Segmentation, false},   // Label Map Segmentation
    {"1.2.840.10008.5.1.4.1.1.66.8", Family::Segmentation, false},   // Height Map Segmentation
    {"1.2.840.10008.5.1.4.1.1.481.2", Family::Radiotherapy, false},  // RT Dose
    {"1.2.840.10008.5.1.4.1.1.481.3", Family::Radiotherapy, false},  // RT Structure Set
    {"1.2.840.10008.5.1.4.1.1.481.5", Family::Radiotherapy, false},  // RT Plan
    {"1.2.840.10008.5.1.4.1.1.481.1", Family::Radiotherapy, true},   // RT Image
    {"1.2.840.10008.5.1.4.1.1.1", Family::Classic, true},            // Computed Radiography
    {"1.2.840.10008.5.1.4.1.1.1.1", Family::Projection, true},       // Digital X-Ray, For Presentation
    {"1.2.840.10008.5.1.4.1.1.1.1.1", Family::Projection, true},     // Digital X-Ray, For Processing
    {"1.2.840.10008.5.1.4.1.1.1.2", Family::Projection, true},       // Mammography, For Presentation
    {"1.2.840.10008.5.1.4.1.1.1.2.1", Family::Projection, true},     // Mammography, For Processing
    {"1.2.840.10008.5.1.4.1.1.1.3", Family::Projection, true},       // Intra-Oral X-Ray, For Presentation
    {"1.2.840.10008.5.1.4.1.1.1.3.1", Family::Projection, true},     // Intra-Oral X-Ray, For Processing
    {"1.2.840.10008.5.1.4.1.1.3.1", Family::Ultrasound, true},       // Ultrasound Multi-frame
    {"1.2.840.10008.5.1.4.1.1.3", Family::Ultrasound, true},         // the same, retired
    {"1.2.840.10008.5.1.4.1.1.6.1", Family::Ultrasound, true},       // Ultrasound
    {"1.2.840.10008.5.1.4.1.1.6", Family::Ultrasound, true},         // the same, retired
    {"1.2.840.10008.5.1.4.1.1.6.2", Family::Enhanced, true},         // Enhanced US Volume
    {"1.2.840.10008.5.1.4.1.1.7", Family::Capture, true},            // Secondary Capture
    {"1.2.840.10008.5.1.4.1.1.7.1", Family::Capture, true},          // Multi-frame Single Bit SC
    {"1.2.840.10008.5.1.4.1.1.7.2", Family::Capture, true},          // Multi-frame Grayscale Byte SC
    {"1.2.840.10008.5.1.4.1.1.7.3", Family::Capture, true},          // Multi-frame Grayscale Word SC
    {"1.2.840.10008.5.1.4.1.1.7.4", Family::Capture, true},          // Multi-frame True Color SC
    {"1.2.840.10008.5.1.4.1.1.12.1", Family::Angiography, true},     // X-Ray Angiographic
    {"1.2.840.10008.5.1.4.1.1.12.1.1", Family::Enhanced, true},      // Enhanced XA
    {"1.2.840.10008.5.1.4.1.1.12.2", Family::Angiography, true},     // X-Ray Radiofluoroscopic
    {"1.2.840.10008.5.1.4.1.1.12.2.1", Family::Enhanced, true},      // Enhanced XRF
    {"1.2.840.10008.5.1.4.1.1.13.1.1", Family::Enhanced, true},      // X-Ray 3D Angiographic
    {"1.2.840.10008.5.1.4.1.1.13.1.2", Family::Enhanced, true},      // X-Ray 3D Craniofacial
    {"1.2.840.10008.5.1.4.1.1.13.1.3", Family::Enhanced, true},      // Breast Tomosynthesis
    {"1.2.840.10008.5.1.4.1.1.13.1.4", Family::Enhanced, true},      // Breast Projection, For Presentation
    {"1.2.840.10008.5.1.4.1.1.13.1.5", Family::Enhanced, true},      // Breast Projection, For Processing
    {"1.2.840.10008.5.1.4.1.1.14.1", Family::Enhanced, true},        // IVOCT, For Presentation
    {"1.2.840.10008.5.1.4.1.1.14.2", Family::Enhanced, true},        // IVOCT, For Processing
};

constexpr Tag kPixelDataProviderUrl{0x00287FE0};

Error unsupported(std::string reason) {
    return fail(Errc::Unsupported, std::move(reason));
}

/// What may show text leaves after a look at its pixels; with text in it only where the policy has it
/// blanked.
Result<> pixelsAreSafe(const DataSet& dataset, const DeidPolicy& policy, PixelState pixels) {
    if (pixels == PixelState::NotLookedAt && mustLookAtPixels(dataset, policy))
        return unsupported("the pixels may carry burnt-in text and were not looked at");
    if (pixels == PixelState::Blanked && !policy.has(DeidOption::CleanPixelData))
        return unsupported("text was blanked in the pixels, which the pack does not ask for");
    return {};
}

}  // namespace

const SopClass* sopClass(std::string_view uid) {
    const auto* found = std::ranges::find(kClasses, uid, &SopClass::uid);
    return found != std::end(kClasses) ? found : contentClass(uid);
}

Result<const SopClass*> admissible(const dicom::DicomFile& file, const DeidPolicy& policy,
                                   PixelState pixels) {
    const auto& dataset = file.dataset;
    const auto uid = dataset.text(dicom::tags::kSopClassUid);
    const auto* found = std::ranges::find(kClasses, uid, &SopClass::uid);
    if (found == std::end(kClasses)) {
        if (const auto* content = contentClass(uid)) return content;
        if (const auto reason = heldReason(uid); !reason.empty()) return unsupported(std::string(reason));
        return unsupported("objects of this SOP class cannot be de-identified yet" +
                           (dicom::isValidUid(uid) ? ": " + std::string(uid) : std::string()));
    }
    if (isPhotograph(dataset)) return unsupported("a photograph of the patient");
    GANTRY_CHECK(pixelsAreSafe(dataset, policy, pixels));
    // Beside pixels the URL is one more attribute that does not leave.
    if (dataset.find(kPixelDataProviderUrl) && !dataset.find(dicom::tags::kPixelData))
        return unsupported("the pixels lie elsewhere, behind a URL");
    return found;
}

}  // namespace gantry::anonymizer
