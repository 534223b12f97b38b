#include "synthetic.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gantry::test {
namespace {

using dicom::Encoding;
using dicom::Tag;
using dicom::Vr;

const dicom::DictionaryEntry& entryOf(std::string_view keyword) {
    const auto* entry = dicom::lookup(keyword);
    if (entry == nullptr) throw std::runtime_error("no attribute " + std::string(keyword));
    return *entry;
}

Vr vrOf(const dicom::DictionaryEntry& entry) {
    return {entry.vr[0], entry.vr[1]};
}

template <class T>
void append(std::string& out, double value, bool big) {
    const auto number = static_cast<T>(value);
    char raw[sizeof(T)];
    std::memcpy(raw, &number, sizeof(T));
    if (big) std::reverse(raw, raw + sizeof(T));
    out.append(raw, sizeof(T));
}

}  // namespace

SetBuilder& SetBuilder::text(Tag tag, Vr vr, std::string_view value) {
    return bytes(tag, vr, value);
}

SetBuilder& SetBuilder::text(std::string_view keyword, std::string_view value) {
    const auto& entry = entryOf(keyword);
    return text(entry.tag, vrOf(entry), value);
}

SetBuilder& SetBuilder::number(std::string_view keyword, std::vector<double> values) {
    const auto& entry = entryOf(keyword);
    const auto vr = vrOf(entry);
    const bool big = encoding_ == Encoding::ExplicitBig;
    std::string out;
    for (const double value : values) {
        if (vr == Vr("US")) append<std::uint16_t>(out, value, big);
        if (vr == Vr("SS")) append<std::int16_t>(out, value, big);
        if (vr == Vr("UL")) append<std::uint32_t>(out, value, big);
        if (vr == Vr("SL")) append<std::int32_t>(out, value, big);
        if (vr == Vr("FL")) append<float>(out, value, big);
        if (vr == Vr("FD")) append<double>(out, value, big);
    }
    return bytes(entry.tag, vr, out);
}

SetBuilder& SetBuilder::bytes(Tag tag, Vr vr, std::string_view value) {
    std::string out;
    dicom::Writer(out, encoding_).text(tag, vr, value);
    parts_[tag] = std::move(out);
    return *this;
}

SetBuilder& SetBuilder::sequence(Tag tag, const std::vector<SetBuilder>& items) {
    std::string out;
    dicom::Writer writer(out, encoding_);
    writer.beginSequence(tag);
    for (const auto& item : items) {
        writer.beginItem();
        out += item.encoded();
        writer.endItem();
    }
    writer.endSequence();
    parts_[tag] = std::move(out);
    return *this;
}

SetBuilder& SetBuilder::sequence(std::string_view keyword, const std::vector<SetBuilder>& items) {
    return sequence(entryOf(keyword).tag, items);
}

SetBuilder& SetBuilder::raw(Tag tag, std::string encoded) {
    parts_[tag] = std::move(encoded);
    return *this;
}

SetBuilder& SetBuilder::remove(std::string_view keyword) {
    parts_.erase(entryOf(keyword).tag);
    return *this;
}

std::string SetBuilder::encoded() const {
    std::string out;
    for (const auto& [tag, part] : parts_) out += part;
    return out;
}

std::string fileOf(const SetBuilder& dataset, std::string_view transfer_syntax, const std::string& preamble,
                   const std::string& trailing) {
    auto file =
        dicom::fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4.5.6.7.8.9", transfer_syntax, "CT_MAIN_ROOM");
    std::copy_n(preamble.begin(), std::min<std::size_t>(preamble.size(), 128), file.begin());
    return file + dataset.encoded() + trailing;
}

std::string pixelsOf(const ImageOptions& options) {
    std::string pixels;
    for (unsigned i = 0; i < options.rows * options.columns; ++i)
        append<std::uint16_t>(pixels, (i * 37u + static_cast<unsigned>(options.instance)) % 2048,
                              options.encoding == Encoding::ExplicitBig);
    return pixels;
}

namespace {

SetBuilder codeItem(Encoding encoding, std::string_view value, std::string_view scheme,
                    std::string_view meaning) {
    SetBuilder item(encoding);
    item.text("CodeValue", value).text("CodingSchemeDesignator", scheme).text("CodeMeaning", meaning);
    return item;
}

SetBuilder commonImage(const ImageOptions& options) {
    const auto number = std::to_string(options.instance);
    SetBuilder set(options.encoding);
    set.text("SOPInstanceUID", options.study_uid + ".1." + number)
        .text("StudyInstanceUID", options.study_uid)
        .text("SeriesInstanceUID", options.study_uid + ".1")
        .text("FrameOfReferenceUID", options.study_uid + ".77")
        .text("StudyDate", options.study_date)
        .text("SeriesDate", options.study_date)
        .text("AcquisitionDate", options.study_date)
        .text("ContentDate", options.study_date)
        .text("StudyTime", "101112")
        .text("SeriesTime", "101415.5")
        .text("AcquisitionTime", "101530.250000")
        .text("ContentTime", "101531")
        .text("AccessionNumber", "ACC7715523")
        .text("Manufacturer", "SIEMENS")
        .text("InstitutionName", "Westermarck Kreiskrankenhaus")
        .text("InstitutionAddress", "Lindenallee 17, 99999 Westermarck")
        .text("ReferringPhysicianName", "Hagedorn^Ottilie^^Dr.")
        .text("StationName", "CTAWP60001")
        .text("StudyDescription", "CT Thorax Brinkmann")
        .text("SeriesDescription", "Abd venous")
        .text("PerformingPhysicianName", "Quast^Emil")
        .text("OperatorsName", "Zimper^Tanja")
        .text("ManufacturerModelName", "SOMATOM Definition AS")
        .text("PatientName", "Brinkmann^Adelheid^Maria")
        .text("PatientID", "KH00481516")
        .text("PatientBirthDate", "19511124")
        .text("PatientSex", "F")
        .text("PatientAge", "074Y")
        .text("PatientSize", "1.68")
        .text("PatientWeight", "71.5")
        .text("PatientAddress", "Am Mühlbach 4, 99998 Altenhude")
        .text("PatientTelephoneNumbers", "+49 555 0199123")
        .text("PatientComments", "calls herself Heidi, neighbour of Dr. Hagedorn")
        .text("BodyPartExamined", "CHEST")
        .text("DeviceSerialNumber", "60001")
        .text("SoftwareVersions", "syngo CT VA50A")
        .text("ProtocolName", "Thorax Brinkmann")
        .text("PatientPosition", "HFS")
        .text("StudyID", "771552")
        .text("SeriesNumber", "2")
        .text("AcquisitionNumber", "1")
        .text("InstanceNumber", number)
        .text("ImagePositionPatient", "-170.5\\-170.5\\" + number)
        .text("ImageOrientationPatient", "1\\0\\0\\0\\1\\0")
        .text("PositionReferenceIndicator", "")
        .text("SliceLocation", number)
        .number("SamplesPerPixel", {1})
        .text("PhotometricInterpretation", "MONOCHROME2")
        .number("Rows", {static_cast<double>(options.rows)})
        .number("Columns", {static_cast<double>(options.columns)})
        .text("PixelSpacing", "0.7\\0.7")
        .number("BitsAllocated", {16})
        .number("BitsStored", {12})
        .number("HighBit", {11})
        .number("PixelRepresentation", {0})
        .text("RescaleIntercept", "-1024")
        .text("RescaleSlope", "1")
        .text("WindowCenter", "40\\-600")
        .text("WindowWidth", "400\\1200")
        .bytes(dicom::tags::kPixelData, "OW", pixelsOf(options));
    SetBuilder referenced(options.encoding);
    referenced.text("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
        .text("ReferencedSOPInstanceUID", options.study_uid + ".1.1");
    set.sequence("ReferencedImageSequence", {referenced});
    return set;
}

}  // namespace

SetBuilder ctImage(const ImageOptions& options) {
    auto set = commonImage(options);
    set.text("ImageType", "ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI")
        .text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
        .text("Modality", "CT")
        .text("ContrastBolusAgent", "Ultravist 370 for Brinkmann")
        .text("SliceThickness", "5")
        .text("KVP", "120")
        .text("DataCollectionDiameter", "500")
        .text("ReconstructionDiameter", "341")
        .text("GantryDetectorTilt", "0")
        .text("TableHeight", "151")
        .text("RotationDirection", "CW")
        .text("ExposureTime", "500")
        .text("XRayTubeCurrent", "186")
        .text("Exposure", "93")
        .text("FilterType", "FLAT")
        .text("ConvolutionKernel", "B30f")
        .text("RescaleType", "HU")
        .number("CTDIvol", {7.25})
        .text("DateOfLastCalibration", "20260309");
    return set;
}

SetBuilder mrImage(const ImageOptions& options) {
    auto set = commonImage(options);
    set.text("ImageType", "ORIGINAL\\PRIMARY\\M\\ND\\NORM")
        .text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4")
        .text("Modality", "MR")
        .text("ManufacturerModelName", "MAGNETOM Skyra")
        .text("ScanningSequence", "SE")
        .text("SequenceVariant", "SK\\SP")
        .text("ScanOptions", "FS")
        .text("MRAcquisitionType", "2D")
        .text("SequenceName", "*se2d1")
        .text("SliceThickness", "3")
        .text("RepetitionTime", "500")
        .text("EchoTime", "12")
        .text("ImagingFrequency", "123.2")
        .text("ImagedNucleus", "1H")
        .text("MagneticFieldStrength", "3")
        .text("FlipAngle", "90")
        .text("TransmitCoilName", "Body")
        .number("AcquisitionMatrix", {0, 256, 256, 0})
        .text("InPlanePhaseEncodingDirection", "ROW");
    return set;
}

SetBuilder petImage(const ImageOptions& options) {
    auto set = commonImage(options);
    const auto e = options.encoding;
    SetBuilder drug(e);
    drug.text("Radiopharmaceutical", "FDG")
        .text("RadiopharmaceuticalRoute", "Intravenous route")
        .text("RadiopharmaceuticalStartTime", "091500")
        .text("RadiopharmaceuticalStartDateTime", options.study_date + "091500.000000+0100")
        .text("RadionuclideTotalDose", "371000000")
        .text("RadionuclideHalfLife", "6586.2")
        .text("RadionuclidePositronFraction", "0.97")
        .sequence("RadionuclideCodeSequence", {codeItem(e, "C-111A1", "SRT", "^18^Fluorine for Brinkmann")})
        .sequence("RadiopharmaceuticalCodeSequence",
                  {codeItem(e, "C-B1031", "SRT", "Fluorodeoxyglucose F^18^")});
    set.text("ImageType", "ORIGINAL\\PRIMARY")
        .text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.128")
        .text("Modality", "PT")
        .text("ManufacturerModelName", "Biograph64")
        .text("Units", "BQML")
        .text("CountsSource", "EMISSION")
        .text("SeriesType", "WHOLE BODY\\IMAGE")
        .text("DecayCorrection", "START")
        .text("CorrectedImage", "DECY\\ATTN\\SCAT\\DTIM\\RANSNG\\NORM")
        .text("AttenuationCorrectionMethod", "measured")
        .text("FrameReferenceTime", "1500")
        .text("ActualFrameDuration", "120000")
        .number("NumberOfSlices", {74})
        .number("ImageIndex", {1})
        .sequence("RadiopharmaceuticalInformationSequence", {drug});
    return set;
}

}  // namespace gantry::test
