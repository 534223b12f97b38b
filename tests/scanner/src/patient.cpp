#include "gantry/scanner/patient.hpp"

#include <array>
#include <cstdio>
#include <string_view>

#include "seeded.hpp"

namespace gantry::scanner {

namespace {

using Choices = std::array<std::string_view, 12>;

// ISO_IR 100 bytes: "\xf6" is o with diaeresis, "\xe9" e with acute, "\xfc" u with diaeresis, "\xf8" o with
// stroke.
constexpr Choices kFamilies = {"Brandolfsen",   "Quillmere",    "Tverrbakk",    "Osterhagel",
                               "Lindqvarn",     "Vermeulink",   "Gr\xf6nwaldt", "Dup\xe9roux",
                               "M\xfchlenrath", "S\xf8rbakken", "Pellingham",   "Kowaltzky"};
constexpr Choices kWomen = {"Marguerita", "Aurelinde",  "Sigrunella", "Philomene", "Tamsinette", "Rosalynde",
                            "Ottoline",   "Brunhildis", "Evangelia",  "Henriette", "Isaveline",  "Clothilde"};
constexpr Choices kMen = {"Bartholomy", "Archimbald", "Thorgeirr",  "Leopoldus", "Ignatius",  "Fredegard",
                          "Cornelis",   "Balthasar",  "Eustachius", "Wilhelmus", "Ambrosius", "Gottfried"};
constexpr Choices kMiddle = {"Xaveria", "Quirine",  "Jocunde",  "Zelmira", "Wynfrith", "Ulrike",
                             "Yolanda", "Kunibert", "Odalrich", "Valerie", "Nepomuk",  "Theodora"};
constexpr Choices kStreets = {"Alderweg",
                              "Birkenhain",
                              "Cordwainer Row",
                              "Dovecote Lane",
                              "Eschersheim",
                              "Fuhlsbr\xfc"
                              "ck",
                              "Gasometer St",
                              "Hollerpfad",
                              "Ilsegang",
                              "Juniper Close",
                              "Kalkofen",
                              "Lavendelsteg"};
constexpr Choices kTowns = {"Oberwinkelheim", "Brackendale", "Vossenbergen",  "Tannenm\xfchl",
                            "Nether Quill",   "Saint-Orval", "Hallingsfjord", "Puddlemarsh",
                            "Krumbeck",       "Zweilinden",  "Montferrine",   "Estherwick"};
constexpr Choices kHospitals = {
    "Sankt Walburga Klinikum",          "Brackendale General Infirmary", "Hopital Saint-Orval",
    "Vossenbergen University Hospital", "Marienstift Krumbeck",          "Royal Estherwick Hospital",
    "Klinik am Lavendelsteg",           "Hallingsfjord Sykehus",         "Puddlemarsh Memorial",
    "Zweilinden Diakonissenhaus",       "Clinique Montferrine",          "Tannenhof Radiologie"};
constexpr Choices kOccupations = {"Lighthouse keeper", "Organ builder", "Beekeeper",    "Tram driver",
                                  "Glazier",           "Notary",        "Violin maker", "Ferrywoman",
                                  "Typesetter",        "Cartographer",  "Cooper",       "Clockmaker"};

std::string text(const Seeded& seeded, std::string_view label, const Choices& choices) {
    return std::string(seeded.pick(label, choices));
}

std::string staffName(const Seeded& seeded, const std::string& role, std::string_view title) {
    const auto& given = seeded.between(role + ".sex", 0, 1) ? kWomen : kMen;
    return text(seeded, role + ".family", kFamilies) + "^" + text(seeded, role + ".given", given) + "^^" +
           std::string(title);
}

std::string streetAddress(const Seeded& seeded, const std::string& role) {
    return text(seeded, role + ".street", kStreets) + " " +
           std::to_string(seeded.between(role + ".house", 11, 199));
}

std::string townAddress(const Seeded& seeded, const std::string& role) {
    return seeded.digits(role + ".postcode", 5) + " " + text(seeded, role + ".town", kTowns);
}

std::string telephone(const Seeded& seeded, const std::string& role) {
    return "+49 " + seeded.digits(role + ".area", 4) + " " + seeded.digits(role + ".line", 7);
}

std::string date(int year, int month, int day) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%04d%02d%02d", year, month, day);
    return buffer;
}

void inventBody(const Seeded& seeded, InventedPatient& patient, int study_year) {
    patient.age_years = seeded.between("age", 38, 84);
    patient.birth_date = date(study_year - patient.age_years - 1, 12, seeded.between("birth.day", 10, 28));
    patient.weight_kg = seeded.between("weight", 52, 98);
    patient.height_cm = seeded.between("height", 154, 191);
}

}  // namespace

InventedPatient inventPatient(std::uint64_t seed, const PatientSpec& spec, int study_year) {
    const Seeded seeded(seed);
    const bool woman = seeded.between("sex", 0, 1) == 1;
    const auto family = text(seeded, "family", kFamilies);
    InventedPatient patient;
    patient.sex = woman ? "F" : "M";
    patient.name =
        family + "^" + text(seeded, "given", woman ? kWomen : kMen) + "^" + text(seeded, "middle", kMiddle);
    patient.birth_name =
        text(seeded, "birth.family", kFamilies) + "^" + text(seeded, "given", woman ? kWomen : kMen);
    patient.mother_birth_name =
        text(seeded, "mother.family", kFamilies) + "^" + text(seeded, "mother.given", kWomen);
    patient.next_of_kin = family + "^" + text(seeded, "kin.given", woman ? kMen : kWomen);
    patient.patient_id = spec.patient_id.empty() ? "HN" + seeded.digits("patient.id", 8) : spec.patient_id;
    patient.other_patient_id = "PVS-" + seeded.digits("patient.other", 9);
    patient.national_id = "KV" + seeded.digits("patient.national", 10);
    patient.street = streetAddress(seeded, "home");
    patient.town = townAddress(seeded, "home");
    patient.telephone = telephone(seeded, "home");
    patient.occupation = text(seeded, "occupation", kOccupations);
    inventBody(seeded, patient, study_year);
    return patient;
}

InventedStaff inventStaff(std::uint64_t seed) {
    const Seeded seeded(seed);
    InventedStaff staff;
    staff.referring = staffName(seeded, "referring", "Dr.");
    staff.referring_address = streetAddress(seeded, "practice") + ", " + townAddress(seeded, "practice");
    staff.referring_telephone = telephone(seeded, "practice");
    staff.performing = staffName(seeded, "performing", "Dr.");
    staff.reading = staffName(seeded, "reading", "Prof.");
    staff.requesting = staffName(seeded, "requesting", "Dr.");
    staff.operators = staffName(seeded, "operator", "MTRA");
    return staff;
}

InventedSite inventSite(std::uint64_t seed) {
    const Seeded seeded(seed);
    InventedSite site;
    site.institution = text(seeded, "hospital", kHospitals);
    site.address = streetAddress(seeded, "hospital") + ", " + townAddress(seeded, "hospital");
    site.department = "Radiologie Haus " + seeded.digits("house", 3);
    site.ward = "Station Ost " + seeded.digits("ward", 3);
    site.station = "CTAWP" + seeded.digits("station", 5);
    site.device_serial = seeded.digits("serial", 6);
    return site;
}

}  // namespace gantry::scanner
