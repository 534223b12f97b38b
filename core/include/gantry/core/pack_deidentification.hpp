#pragma once
/// What a pack says of de-identification, on its way from qc, which reads it, to the anonymizer, which does it.

#include <cstdint>
#include <string>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry {

/// A place that is always blanked, in images of this origin. Empty texts and zeros match all.
struct PackPixelRegion {
    std::string modality;                     ///< (0008,0060), whole
    std::string manufacturer;                 ///< (0008,0070), a part of it
    std::string model;                        ///< (0008,1090), a part of it
    int rows = 0, columns = 0;                ///< (0028,0010), (0028,0011)
    int x = 0, y = 0, width = 0, height = 0;  ///< pixels; from the left and from the top
};

enum class PackScreening : std::uint8_t { Risky, All };
enum class PackDocuments : std::uint8_t { Hold, Replace, Clean };

struct PackDeidentification {
    std::vector<std::string> options;  ///< of PS3.15 E.1, by the names in docs/formats/pack.md
    std::vector<dicom::Tag> keep;      ///< standard attributes, in the pack's order
    std::vector<dicom::Tag> remove;    ///< attributes that go at every depth, whatever the options say
    std::vector<std::string> words;    ///< upper case
    int age_cap_years = 89;            ///< 0: no cap
    std::string uid_root = "2.25";
    PackDocuments documents = PackDocuments::Hold;
    PackScreening screening = PackScreening::Risky;
    bool gate_reads_pixels = false;  ///< text that is left in pixels is read and shown to the leak gate
    std::vector<PackPixelRegion> pixel_regions;
};

}  // namespace gantry
