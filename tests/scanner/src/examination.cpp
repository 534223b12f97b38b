#include "gantry/scanner/examination.hpp"

#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "ct_plan.hpp"
#include "seeded.hpp"

namespace gantry::scanner {

namespace {

std::string studyLabel(const Examination& examination) {
    return "examination/" + std::to_string(examination.number);
}

std::string seriesLabel(const Examination& examination, const SeriesIdentity& identity) {
    return studyLabel(examination) + "/" + identity.modality + "/" + std::to_string(identity.number);
}

/// C.7.1.1 patient, C.7.1.3 clinical trial subject, C.7.2.2 patient study.
void writePerson(Header& image, const Examination& examination) {
    const auto year = std::atoi(examination.date.substr(0, 4).c_str());
    const auto person = inventPatient(examination.seed, examination.patient, year);
    char age[16];
    std::snprintf(age, sizeof age, "%03dY", person.age_years);
    image.set("SpecificCharacterSet", "ISO_IR 100")
        .set("PatientName", person.name)
        .set("PatientID", person.patient_id)
        .set("PatientBirthDate", person.birth_date)
        .set("PatientSex", person.sex)
        .set("PatientAge", age)
        .set("PatientWeight", examination.weight_kg)
        .set("PatientSize", examination.height_m);
    if (examination.patient.subject.empty()) return;
    image.set("ClinicalTrialSubjectID", examination.patient.subject)
        .set("ClinicalTrialTimePointID", examination.patient.time_point);
}

void writeStudyModule(Header& image, const Examination& examination) {
    const Seeded seeded(examination.seed);
    const auto label = studyLabel(examination);
    image.set("StudyInstanceUID", seeded.uid(label))
        .set("StudyDate", examination.date)
        .set("StudyTime", timeOfDay(examination.start_s))
        .set("StudyID", seeded.digits(label + "/id", 6))
        .set("AccessionNumber", seeded.digits(label + "/accession", 8))
        .set("ReferringPhysicianName", inventStaff(examination.seed).referring);
}

void writeEquipmentModule(Header& image, const Examination& examination) {
    const auto site = inventSite(examination.seed);
    image.set("Manufacturer", examination.scanner.manufacturer)
        .set("ManufacturerModelName", examination.scanner.model)
        .set("SoftwareVersions", examination.scanner.software)
        .set("InstitutionName", site.institution)
        .set("StationName", site.station)
        .set("DeviceSerialNumber", site.device_serial)
        .set("OperatorsName", inventStaff(examination.seed).operators);
}

void writeSeriesModule(Header& image, const Examination& examination, const SeriesIdentity& identity) {
    const auto label = seriesLabel(examination, identity);
    image.set("Modality", identity.modality)
        .set("SeriesInstanceUID", Seeded(examination.seed).uid(label))
        .set("SeriesNumber", identity.number)
        .set("SeriesDescription", identity.description)
        .set("ProtocolName", identity.description)
        .set("SeriesDate", examination.date)
        .set("SeriesTime", timeOfDay(examination.start_s + identity.after_s));
}

void writeImageModule(Header& image, const Examination& examination, const SeriesIdentity& identity,
                      int index) {
    const auto at = timeOfDay(examination.start_s + identity.after_s + index * identity.seconds_each);
    const int place = identity.first_image + index;
    const auto label = seriesLabel(examination, identity) + "/" + std::to_string(place);
    image.set("SOPClassUID", identity.sop_class_uid)
        .set("SOPInstanceUID", Seeded(examination.seed).uid(label))
        .set("ImageType", identity.image_type)
        .set("InstanceNumber", place + 1)
        .set("AcquisitionNumber", 1)
        .set("AcquisitionDate", examination.date)
        .set("AcquisitionTime", at)
        .set("AcquisitionDateTime", examination.date + at)
        .set("ContentDate", examination.date)
        .set("ContentTime", at)
        .set("LossyImageCompression", "00")
        .set("BurnedInAnnotation", "NO");
}

/// C.7.6.2 image plane.
void writePlaneModule(Header& image, const ImageStack& stack, int index) {
    const auto along = [&](std::size_t axis) { return stack.first[axis] + index * stack.step[axis]; };
    image.set("ImagePositionPatient", {along(0), along(1), along(2)})
        .set("ImageOrientationPatient",
             {stack.row[0], stack.row[1], stack.row[2], stack.column[0], stack.column[1], stack.column[2]})
        .set("PixelSpacing", {stack.pixel_mm, stack.pixel_mm})
        .set("SliceThickness", stack.thickness_mm)
        .set("SliceLocation", along(2))
        .set("PatientPosition", "HFS");
}

}  // namespace

ScannerSpec machine(std::string_view vendor, std::string_view modality) {
    struct Row {
        std::string_view vendor, modality;
        ScannerSpec spec;
    };
    static const Row kRows[] = {
        {"Siemens", "MR", {"SIEMENS", "Prisma", "syngo MR E11"}},
        {"GE", "MR", {"GE MEDICAL SYSTEMS", "SIGNA Premier", "29\\LX\\MR Software release:RX29.1"}},
        {"Philips", "MR", {"Philips Medical Systems", "Ingenia", "5.6.1\\5.6.1.0"}},
        {"UIH", "MR", {"UIH", "uMR 790", "uMR V5.0"}},
        {"Canon", "MR", {"CANON_MEC", "Vantage Galan 3T", "V6.0"}},
        {"Siemens", "PT", {"SIEMENS", "Biograph64_Vision 600", "VG80A"}},
        {"GE", "PT", {"GE MEDICAL SYSTEMS", "Discovery MI", "pet_coreload.1"}},
        {"Philips", "PT", {"Philips Medical Systems", "Vereos PET/CT", "2.0"}},
        {"GE", "CT", {"GE MEDICAL SYSTEMS", "Revolution CT", "revo_ct_22bc.50"}},
    };
    for (const auto& row : kRows)
        if (row.vendor == vendor && row.modality == modality) return row.spec;
    return {};
}

ImageSeries& ImageSeries::setAll(std::string_view keyword, std::string_view value) {
    for (auto& image : images) image.set(keyword, value);
    return *this;
}

ImageSeries& ImageSeries::setAll(std::string_view keyword, double value) {
    return setAll(keyword, joined({value}));
}

ImageSeries& ImageSeries::each(const std::function<void(Header&, int)>& change) {
    int index = 0;
    for (auto& image : images) change(image, index++);
    return *this;
}

Header composeImage(const Examination& examination, const SeriesIdentity& identity, int index) {
    Header image;
    writePerson(image, examination);
    writeStudyModule(image, examination);
    writeEquipmentModule(image, examination);
    writeSeriesModule(image, examination, identity);
    writeImageModule(image, examination, identity, index);
    return image;
}

ImageSeries composeSeries(const Examination& examination, const SeriesIdentity& identity,
                          const ImageStack& stack) {
    const auto frame =
        Seeded(examination.seed).uid(studyLabel(examination) + "/frame-of-reference/" + identity.frame);
    ImageSeries series;
    for (int index = 0; index < stack.images; ++index) {
        auto& image = series.images.emplace_back(composeImage(examination, identity, index));
        image.set("FrameOfReferenceUID", frame).set("PositionReferenceIndicator", "");
        writePlaneModule(image, stack, index);
        addPixels(image, stack.rows, stack.columns);
    }
    return series;
}

ImageSeries repeatStack(const Examination& examination, const SeriesIdentity& identity,
                        const ImageStack& stack, int times, double seconds) {
    ImageSeries all;
    for (int time = 0; time < times; ++time) {
        auto part = identity;
        part.first_image = identity.first_image + time * stack.images;
        part.after_s += time * seconds;
        auto images = composeSeries(examination, part, stack).images;
        std::move(images.begin(), images.end(), std::back_inserter(all.images));
    }
    all.setAll("SeriesTime", timeOfDay(examination.start_s + identity.after_s));
    return all;
}

void addPixels(Header& image, int rows, int columns, int frames, int bits) {
    std::string bytes;
    for (int frame = 0; frame < frames; ++frame) {
        for (int y = 0; y < rows; ++y) {
            for (int x = 0; x < columns; ++x) {
                const int dx = 2 * x - columns + 1;
                const int dy = 2 * y - rows + 1;
                const bool inside = dx * dx + dy * dy < rows * columns / 2;
                const int value = inside ? (1 << (bits - 2)) + (x * 7 + y * 13 + frame * 5) % 16 : 0;
                bytes += static_cast<char>(value & 0xFF);
                if (bits > 8) bytes += static_cast<char>(value >> 8);
            }
        }
    }
    image.set("SamplesPerPixel", 1)
        .set("PhotometricInterpretation", "MONOCHROME2")
        .set("Rows", rows)
        .set("Columns", columns)
        .set("BitsAllocated", bits > 8 ? 16 : 8)
        .set("BitsStored", bits)
        .set("HighBit", bits - 1)
        .set("PixelRepresentation", 0.0)
        .set("PixelData", bytes);
}

std::vector<Instance> instancesOf(const ImageSeries& series, std::string_view transfer_syntax_uid) {
    std::vector<Instance> instances;
    for (const auto& image : series.images) {
        const auto make = [image, syntax = std::string(transfer_syntax_uid)] { return image.file(syntax); };
        instances.push_back({image.text("SOPClassUID"), image.text("SOPInstanceUID"),
                             std::string(transfer_syntax_uid),
                             std::atoi(image.text("InstanceNumber").c_str()), make});
    }
    return instances;
}

}  // namespace gantry::scanner
