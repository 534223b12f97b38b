#include "content_concepts.hpp"

#include <algorithm>
#include <iterator>

namespace gantry::anonymizer {
namespace {

constexpr dicom::Tag kConceptName{0x0040A043};
constexpr dicom::Tag kCodeValue{0x00080100};
constexpr dicom::Tag kCodingSchemeDesignator{0x00080102};

struct Concept {
    std::string_view scheme;
    std::string_view value;
    Tells tells;
};
// PS3.16 Annex D and the templates of Annex A (TID 1001 to 1020, 1501, 4019, 10001 and following).
constexpr Concept kConcepts[] = {
    {"DCM", "111001", Tells::Product},            // Algorithm Name
    {"DCM", "111002", Tells::Label},              // Algorithm Parameters
    {"DCM", "111003", Tells::Product},            // Algorithm Version
    {"DCM", "112039", Tells::Label},              // Tracking Identifier
    {"DCM", "113605", Tells::Label},              // Irradiation Event Label
    {"DCM", "113832", Tells::Label},              // Identification of the X-Ray Source
    {"DCM", "125203", Tells::Label},              // Acquisition Protocol
    {"DCM", "121014", Tells::Product},            // Device Observer Manufacturer
    {"DCM", "121015", Tells::Product},            // Device Observer Model Name
    {"DCM", "113878", Tells::Product},            // Device Manufacturer
    {"DCM", "113879", Tells::Product},            // Device Model Name
    {"DCM", "121012", Tells::Device},             // Device Observer UID
    {"DCM", "121013", Tells::Device},             // Device Observer Name
    {"DCM", "121016", Tells::Device},             // Device Observer Serial Number
    {"DCM", "113877", Tells::Device},             // Device Name
    {"DCM", "113880", Tells::Device},             // Device Serial Number
    {"DCM", "110119", Tells::Device},             // Station AE Title
    {"DCM", "121017", Tells::Person},             // Device Observer Physical Location During Observation
    {"DCM", "121008", Tells::Person},             // Person Observer Name
    {"DCM", "121009", Tells::Person},             // Person Observer's Organization Name
    {"DCM", "113870", Tells::Person},             // Person Name
    {"DCM", "113871", Tells::Person},             // Person ID
    {"DCM", "113872", Tells::Person},             // Person ID Issuer
    {"DCM", "113873", Tells::Person},             // Organization Name
    {"DCM", "121020", Tells::Person},             // Placer Number
    {"DCM", "121021", Tells::Person},             // Filler Number
    {"DCM", "121022", Tells::Person},             // Accession Number
    {"DCM", "121040", Tells::Person},             // Specimen Accession Number
    {"DCM", "121041", Tells::Person},             // Specimen Identifier
    {"DCM", "121029", Tells::SubjectName},        // Subject Name
    {"DCM", "121036", Tells::Person},             // Mother of fetus
    {"DCM", "121030", Tells::SubjectId},          // Subject ID
    {"DCM", "121031", Tells::BirthDate},          // Subject Birth Date
    {"DCM", "121032", Tells::Characteristic},     // Subject Sex
    {"DCM", "121033", Tells::Characteristic},     // Subject Age
    {"SCT", "424144002", Tells::Characteristic},  // Current chronological age
    {"SCT", "184099003", Tells::BirthDate},       // Date of birth
    {"SCT", "371484003", Tells::SubjectName},     // Patient name
    {"SCT", "432213005", Tells::BirthDate},       // Date of birth of subject
    {"SCT", "50373000", Tells::Characteristic},   // Body height
    {"SCT", "27113001", Tells::Characteristic},   // Body weight
    {"SCT", "60621009", Tells::Characteristic},   // Body mass index
    {"SCT", "301898006", Tells::Characteristic},  // Body surface area
    {"SRT", "F-008EC", Tells::Characteristic},    // Age
    {"SRT", "F-03FE6", Tells::Characteristic},    // Body height
    {"SRT", "F-01860", Tells::Characteristic},    // Body surface area
    {"SRT", "F-01C00", Tells::Characteristic},    // Body weight
    {"LN", "8302-2", Tells::Characteristic},      // Body height
    {"LN", "29463-7", Tells::Characteristic},     // Body weight
    {"LN", "30525-0", Tells::Characteristic},     // Age
    {"LN", "46098-0", Tells::Characteristic},     // Sex
    {"LN", "21112-8", Tells::BirthDate},          // Birth date
};

}  // namespace

Tells conceptTells(const dicom::DataSet& item) {
    const auto* name = item.find(kConceptName);
    if (!name || name->items.empty()) return Tells::Nothing;
    const auto scheme = name->items.front().text(kCodingSchemeDesignator);
    const auto value = name->items.front().text(kCodeValue);
    const auto* found = std::ranges::find_if(
        kConcepts, [&](const Concept& row) { return row.scheme == scheme && row.value == value; });
    return found == std::end(kConcepts) ? Tells::Nothing : found->tells;
}

}  // namespace gantry::anonymizer
