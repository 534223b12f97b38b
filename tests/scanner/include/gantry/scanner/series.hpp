#pragma once
/// Synthetic CT series with the headers of a clinical scanner. A spec and its seed determine every UID and
/// byte, so making a series twice and sending both is what a resend from a console is.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/scanner/patient.hpp"

namespace gantry::scanner {

inline constexpr std::string_view kCtImageStorage = "1.2.840.10008.5.1.4.1.1.2";  // PS3.4 B.5
inline constexpr std::string_view kImplicitLittleEndian = "1.2.840.10008.1.2";    // PS3.5 A.1
inline constexpr std::string_view kExplicitLittleEndian = "1.2.840.10008.1.2.1";  // PS3.5 A.2

struct ScannerSpec {
    std::string manufacturer = "SIEMENS";
    std::string model = "SOMATOM Definition AS+";
    std::string software = "syngo CT VA48A";
};

struct CtTechnique {
    std::string series_description = "CAP venous 5.0 Br40";
    std::string kernel = "Br40d";  ///< the vendor's word, (0018,1210)
    std::string image_type = "ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI";
    std::string contrast_agent = "Ultravist 370";  ///< empty: none given
    int contrast_delay_s = 70;                     ///< start of injection to first slice
    int kvp = 120;
};

struct SeriesSpec {
    std::uint64_t seed = 1;  ///< person, place, study and noise
    PatientSpec patient;
    std::string study_date = "";  ///< YYYYMMDD; empty: chosen by the seed
    int study_number = 1;         ///< another number is another study of the same person
    int series_number = 3;
    ScannerSpec scanner;
    CtTechnique technique;
    int slices = 120;           ///< at 5 mm: 600 mm of chest, abdomen and pelvis
    double thickness_mm = 5.0;  ///< also the distance between slices
    int rows = 512;
    int columns = 512;
    double field_of_view_mm = 500.0;
    std::vector<int> left_out;  ///< zero-based slices that are not part of what is sent
    std::vector<int> doubled;   ///< zero-based slices that come once more under another UID
    int pixel_variant = 0;      ///< another number gives other pixels under the same UIDs
    std::string transfer_syntax_uid{
        kExplicitLittleEndian};  ///< uncompressed little endian, explicit or implicit
};

/// What a value in the header gives away.
enum class Gives { Person, Place, Identifier, Date, Device, Uid };

/// One invented value that stands in the header and must not leave the site as it is (dates and UIDs may
/// leave changed, devices where the pack keeps them).
struct PlantedValue {
    Gives kind;
    std::string attribute;  ///< "PatientName", or "(0029,1010)" for a private element
    std::string bytes;      ///< as they stand in the data set, without padding; of names also each component
};

struct Instance {
    std::string sop_class_uid;
    std::string sop_instance_uid;
    std::string transfer_syntax_uid;
    int instance_number = 0;
    /// The whole PS3.10 file, made when called and the same each time. Thread-safe.
    std::function<Result<std::string>()> file;
};

struct Series {
    InventedPatient patient;
    std::string study_instance_uid;
    std::string series_instance_uid;
    std::vector<Instance> instances;    ///< in the order a console sends them
    std::vector<PlantedValue> planted;  ///< of all instances, each value once
};

/// @errors InvalidArgument for sizes that make no image
Result<Series> makeSeries(const SeriesSpec& spec);

/// A spec for the localizer radiograph that a CT study begins with.
SeriesSpec localizerOf(const SeriesSpec& spec);

}  // namespace gantry::scanner
