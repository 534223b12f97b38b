#pragma once
/// People who do not exist. Everything a scanner's header says of a patient, of the staff and of the place,
/// invented from a seed: the same seed gives the same person.

#include <cstdint>
#include <string>

namespace gantry::scanner {

/// What the caller wants said of the patient; empty fields are invented.
struct PatientSpec {
    std::string patient_id;  ///< (0010,0020)
    std::string subject;     ///< (0012,0040), written with the other clinical-trial attributes when not empty
    std::string time_point;  ///< (0012,0050), only beside a subject
};

/// Values as they go into the data set: ISO_IR 100 bytes, dates as YYYYMMDD.
struct InventedPatient {
    std::string name;  ///< "Family^Given^Middle"
    std::string birth_name;
    std::string mother_birth_name;
    std::string patient_id;
    std::string other_patient_id;
    std::string national_id;
    std::string birth_date;
    std::string sex;  ///< "F" or "M"
    int age_years = 0;
    int weight_kg = 0;
    int height_cm = 0;
    std::string street;
    std::string town;
    std::string telephone;
    std::string next_of_kin;  ///< "Family^Given"
    std::string occupation;
};

struct InventedStaff {
    std::string referring, referring_address, referring_telephone;
    std::string performing, reading, requesting, operators;
};

struct InventedSite {
    std::string institution, address, department, ward, station;
    std::string device_serial;
};

InventedPatient inventPatient(std::uint64_t seed, const PatientSpec& spec, int study_year);
InventedStaff inventStaff(std::uint64_t seed);
InventedSite inventSite(std::uint64_t seed);

}  // namespace gantry::scanner
