#include "content_classes.hpp"

#include <algorithm>
#include <iterator>

namespace gantry::anonymizer {
namespace {

// PS3.4 Table B.5-1.
constexpr SopClass kClasses[] = {
    {"1.2.840.10008.5.1.4.1.1.88.11", Family::Report, false},        // Basic Text SR
    {"1.2.840.10008.5.1.4.1.1.88.22", Family::Report, false},        // Enhanced SR
    {"1.2.840.10008.5.1.4.1.1.88.33", Family::Report, false},        // Comprehensive SR
    {"1.2.840.10008.5.1.4.1.1.88.34", Family::Report, false},        // Comprehensive 3D SR
    {"1.2.840.10008.5.1.4.1.1.88.35", Family::Report, false},        // Extensible SR
    {"1.2.840.10008.5.1.4.1.1.88.40", Family::Report, false},        // Procedure Log
    {"1.2.840.10008.5.1.4.1.1.88.50", Family::Report, false},        // Mammography CAD SR
    {"1.2.840.10008.5.1.4.1.1.88.59", Family::Report, false},        // Key Object Selection
    {"1.2.840.10008.5.1.4.1.1.88.65", Family::Report, false},        // Chest CAD SR
    {"1.2.840.10008.5.1.4.1.1.88.67", Family::Report, false},        // X-Ray Radiation Dose SR
    {"1.2.840.10008.5.1.4.1.1.88.68", Family::Report, false},        // Radiopharmaceutical Dose SR
    {"1.2.840.10008.5.1.4.1.1.88.69", Family::Report, false},        // Colon CAD SR
    {"1.2.840.10008.5.1.4.1.1.88.70", Family::Report, false},        // Implantation Plan SR
    {"1.2.840.10008.5.1.4.1.1.88.71", Family::Report, false},        // Acquisition Context SR
    {"1.2.840.10008.5.1.4.1.1.88.72", Family::Report, false},        // Simplified Adult Echo SR
    {"1.2.840.10008.5.1.4.1.1.88.73", Family::Report, false},        // Patient Radiation Dose SR
    {"1.2.840.10008.5.1.4.1.1.88.74", Family::Report, false},        // Planned Imaging Agent Admin. SR
    {"1.2.840.10008.5.1.4.1.1.88.75", Family::Report, false},        // Performed Imaging Agent Admin. SR
    {"1.2.840.10008.5.1.4.1.1.88.76", Family::Report, false},        // Enhanced X-Ray Radiation Dose SR
    {"1.2.840.10008.5.1.4.1.1.88.77", Family::Report, false},        // Waveform Annotation SR
    {"1.2.840.10008.5.1.4.1.1.79.1", Family::Report, false},         // Macular Grid Thickness SR
    {"1.2.840.10008.5.1.4.1.1.11.1", Family::Presentation, false},   // Grayscale Softcopy
    {"1.2.840.10008.5.1.4.1.1.11.2", Family::Presentation, false},   // Color Softcopy
    {"1.2.840.10008.5.1.4.1.1.11.3", Family::Presentation, false},   // Pseudo-Color Softcopy
    {"1.2.840.10008.5.1.4.1.1.11.4", Family::Presentation, false},   // Blending Softcopy
    {"1.2.840.10008.5.1.4.1.1.11.5", Family::Presentation, false},   // XA/XRF Grayscale Softcopy
    {"1.2.840.10008.5.1.4.1.1.11.8", Family::Presentation, false},   // Advanced Blending
    {"1.2.840.10008.5.1.4.1.1.11.12", Family::Presentation, false},  // Variable Modality LUT
    {"1.2.840.10008.5.1.4.1.1.9.1.1", Family::Waveform, false},      // 12-lead ECG
    {"1.2.840.10008.5.1.4.1.1.9.1.2", Family::Waveform, false},      // General ECG
    {"1.2.840.10008.5.1.4.1.1.9.1.3", Family::Waveform, false},      // Ambulatory ECG
    {"1.2.840.10008.5.1.4.1.1.9.1.4", Family::Waveform, false},      // General 32-bit ECG
    {"1.2.840.10008.5.1.4.1.1.9.2.1", Family::Waveform, false},      // Hemodynamic
    {"1.2.840.10008.5.1.4.1.1.9.3.1", Family::Waveform, false},      // Basic Cardiac EP
    {"1.2.840.10008.5.1.4.1.1.9.5.1", Family::Waveform, false},      // Arterial Pulse
    {"1.2.840.10008.5.1.4.1.1.9.6.1", Family::Waveform, false},      // Respiratory
    {"1.2.840.10008.5.1.4.1.1.9.6.2", Family::Waveform, false},      // Multi-channel Respiratory
    {"1.2.840.10008.5.1.4.1.1.9.7.1", Family::Waveform, false},      // Routine Scalp EEG
    {"1.2.840.10008.5.1.4.1.1.9.7.2", Family::Waveform, false},      // Electromyogram
    {"1.2.840.10008.5.1.4.1.1.9.7.3", Family::Waveform, false},      // Electrooculogram
    {"1.2.840.10008.5.1.4.1.1.9.7.4", Family::Waveform, false},      // Sleep EEG
    {"1.2.840.10008.5.1.4.1.1.9.8.1", Family::Waveform, false},      // Body Position
    {"1.2.840.10008.5.1.4.1.1.104.1", Family::Document, false},      // Encapsulated PDF
    {"1.2.840.10008.5.1.4.1.1.104.2", Family::Document, false},      // Encapsulated CDA
    {"1.2.840.10008.5.1.4.1.1.66.2", Family::Segmentation, false},   // Spatial Fiducials
    {"1.2.840.10008.5.1.4.1.1.66.3", Family::Segmentation, false},   // Deformable Spatial Registration
    {"1.2.840.10008.5.1.4.1.1.66.5", Family::Segmentation, false},   // Surface Segmentation
    {"1.2.840.10008.5.1.4.1.1.66.6", Family::Segmentation, false},   // Tractography Results
    {"1.2.840.10008.5.1.4.1.1.67", Family::Segmentation, false},     // Real World Value Mapping
    {"1.2.840.10008.5.1.4.1.1.481.4", Family::Radiotherapy, false},  // RT Beams Treatment Record
    {"1.2.840.10008.5.1.4.1.1.481.6", Family::Radiotherapy, false},  // RT Brachy Treatment Record
    {"1.2.840.10008.5.1.4.1.1.481.7", Family::Radiotherapy, false},  // RT Treatment Summary Record
    {"1.2.840.10008.5.1.4.1.1.481.8", Family::Radiotherapy, false},  // RT Ion Plan
    {"1.2.840.10008.5.1.4.1.1.481.9", Family::Radiotherapy, false},  // RT Ion Beams Treatment Record
};

struct Held {
    std::string_view uid;  ///< of a class; with a point at its end of all classes below
    std::string_view reason;
};
constexpr std::string_view kVoice = "a voice tells who speaks";
constexpr std::string_view kModel =
    "a three-dimensional model may show the patient, and its text cannot be cleaned";
constexpr std::string_view kSurface = "a scan of the body's surface shows the patient";
constexpr std::string_view kPhotograph = "a photograph or video may show the patient, a label or a screen";
constexpr std::string_view kRaw = "raw data is of the maker's own form and cannot be looked into";
constexpr std::string_view kVolumetric = "volumetric presentation states are not taken apart";
constexpr std::string_view kEye = "measurements of the eye are not taken apart";
constexpr std::string_view kWorkflow =
    "the object tells about the hospital's work or devices, not about images";
constexpr std::string_view kIntent = "radiotherapy objects of the second generation are not taken apart";
// In PS3.4 Table B.5-1 and not sent.
constexpr Held kHeld[] = {
    {"1.2.840.10008.5.1.4.1.1.9.4.1", kVoice},       // Basic Voice Audio
    {"1.2.840.10008.5.1.4.1.1.9.4.2", kVoice},       // General Audio
    {"1.2.840.10008.5.1.4.1.1.104.", kModel},        // STL, OBJ, MTL
    {"1.2.840.10008.5.1.4.1.1.68.", kSurface},       // Surface Scan Mesh, Point Cloud
    {"1.2.840.10008.5.1.4.1.1.66", kRaw},            // Raw Data
    {"1.2.840.10008.5.1.4.1.1.4.2", kRaw},           // MR Spectroscopy
    {"1.2.840.10008.5.1.4.1.1.11.", kVolumetric},    // Planar MPR, compositing, volume rendering
    {"1.2.840.10008.5.1.4.1.1.77.1.5.", kEye},       // Ophthalmic photography and tomography
    {"1.2.840.10008.5.1.4.1.1.77.1.", kPhotograph},  // VL endoscopy, microscopy, photography, slides
    {"1.2.840.10008.5.1.4.1.1.78.", kEye},           // Lensometry, refraction, keratometry
    {"1.2.840.10008.5.1.4.1.1.80.1", kEye},          // Visual field
    {"1.2.840.10008.5.1.4.1.1.81.1", kEye},          // Tomography's thickness map
    {"1.2.840.10008.5.1.4.1.1.82.1", kEye},          // Corneal topography
    {"1.2.840.10008.5.1.4.1.1.90.1", kWorkflow},     // Content Assessment Results
    {"1.2.840.10008.5.1.4.1.1.91.1", kPhotograph},   // Microscopy Bulk Simple Annotations
    {"1.2.840.10008.5.1.4.1.1.200.", kWorkflow},     // Protocols, inventories
    {"1.2.840.10008.5.1.4.1.1.201.", kWorkflow},
    {"1.2.840.10008.5.1.4.38.", kWorkflow},  // Hanging protocols
    {"1.2.840.10008.5.1.4.39.", kWorkflow},  // Colour palettes
    {"1.2.840.10008.5.1.4.43.", kWorkflow},  // Implant templates
    {"1.2.840.10008.5.1.4.44.", kWorkflow},
    {"1.2.840.10008.5.1.4.45.", kWorkflow},
    {"1.2.840.10008.5.1.4.34.", kIntent},       // Delivery instructions
    {"1.2.840.10008.5.1.4.1.1.481.", kIntent},  // RT Physician Intent and what followed
};

bool matches(const Held& held, std::string_view uid) {
    return held.uid.ends_with('.') ? uid.starts_with(held.uid) : uid == held.uid;
}

Error without(std::string_view what, std::string_view option) {
    return fail(Errc::Unsupported, std::string(what) + " only leave with the option " + std::string(option));
}

}  // namespace

const SopClass* contentClass(std::string_view sop_class_uid) {
    const auto* found = std::ranges::find(kClasses, sop_class_uid, &SopClass::uid);
    return found == std::end(kClasses) ? nullptr : found;
}

std::string_view heldReason(std::string_view sop_class_uid) {
    const auto* found = std::ranges::find_if(kHeld, [&](const Held& h) { return matches(h, sop_class_uid); });
    return found == std::end(kHeld) ? std::string_view{} : found->reason;
}

Result<> requireOptions(const SopClass& sop_class, const DeidPolicy& policy) {
    if (sop_class.family == Family::Report && !policy.has(DeidOption::CleanStructuredContent))
        return without("reports", "clean_structured_content");
    if (sop_class.family == Family::Presentation && !policy.has(DeidOption::CleanGraphics))
        return without("presentation states", "clean_graphics");
    if (sop_class.family == Family::Document && policy.documents == Documents::Hold)
        return fail(Errc::Unsupported, "documents are held at this site, as the protocol says");
    return {};
}

}  // namespace gantry::anonymizer
