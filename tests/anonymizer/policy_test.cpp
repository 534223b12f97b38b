#include "gantry/anonymizer/policy.hpp"

#include <catch2/catch.hpp>

#include "support.hpp"

using namespace gantry;
using namespace gantry::anonymizer;

namespace {

dicom::Tag tagOf(std::string_view keyword) {
    const auto* entry = dicom::lookup(keyword);
    REQUIRE(entry != nullptr);
    return entry->tag;
}

DeidPolicy policyOf(std::vector<std::string> names) {
    return test::must(parsePolicy(names));
}

}  // namespace

TEST_CASE("options are read from a pack's names") {
    const auto policy =
        policyOf({"basic_profile", "retain_longitudinal_modified_dates", "retain_device_identity"});
    CHECK(policy.has(DeidOption::RetainDeviceIdentity));
    CHECK(policy.has(DeidOption::RetainLongitudinalModifiedDates));
    CHECK_FALSE(policy.has(DeidOption::RetainUids));
    CHECK(policyNames(policy) == std::vector<std::string>{"basic_profile", "retain_device_identity",
                                                          "retain_longitudinal_modified_dates"});
}

TEST_CASE("no option is ignored in silence") {
    const auto errorOf = [](std::vector<std::string> names) {
        const auto policy = parsePolicy(names);
        REQUIRE_FALSE(policy);
        return policy.error();
    };
    for (const auto& row : deidOptions()) {
        CAPTURE(row.name);
        const auto policy = parsePolicy(std::vector<std::string>{std::string(row.name)});
        CHECK(policy.has_value() == row.supported);
        if (!policy) CHECK(policy.error().code == Errc::Unsupported);
    }
    CHECK(errorOf({"retain_evrything"}).code == Errc::InvalidArgument);
    CHECK(errorOf({"retain_longitudinal_full_dates", "retain_longitudinal_modified_dates"}).code ==
          Errc::InvalidArgument);
}

TEST_CASE("codes and meanings are those of CID 7050") {
    // PS3.16 2026c CID 7050 De-identification Method.
    const std::pair<std::string_view, std::string_view> expected[] = {
        {"retain_safe_private", "113111"},
        {"retain_uids", "113110"},
        {"retain_device_identity", "113109"},
        {"retain_institution_identity", "113112"},
        {"retain_patient_characteristics", "113108"},
        {"retain_longitudinal_full_dates", "113106"},
        {"retain_longitudinal_modified_dates", "113107"},
        {"clean_descriptors", "113105"},
        {"clean_structured_content", "113104"},
        {"clean_graphics", "113103"},
        {"clean_pixel_data", "113101"},
        {"clean_recognizable_visual_features", "113102"}};
    REQUIRE(deidOptions().size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        CHECK(deidOptions()[i].name == expected[i].first);
        CHECK(deidOptions()[i].code == expected[i].second);
    }
}

TEST_CASE("the Basic Profile alone does what Table E.1-1 says") {
    for (const auto& row : profileTable()) {
        if (row.mask != 0xFFFFFFFF || (row.value >> 16) <= 6) continue;
        CAPTURE(row.keyword);
        CHECK(actionFor(dicom::Tag{row.value}, {}).action == row.basic);
    }
}

TEST_CASE("options change what their columns name and nothing else") {
    const auto policy = policyOf({"retain_longitudinal_modified_dates", "retain_device_identity"});
    const auto actionOf = [&](std::string_view keyword) { return actionFor(tagOf(keyword), policy).action; };
    CHECK(actionOf("StudyDate") == Action::C);
    CHECK(actionOf("AcquisitionDateTime") == Action::C);
    CHECK(actionOf("StudyTime") == Action::K);
    CHECK(actionOf("TimezoneOffsetFromUTC") == Action::K);
    CHECK(actionOf("DeviceSerialNumber") == Action::K);
    CHECK(actionOf("StationName") == Action::K);
    CHECK(actionOf("DateOfLastCalibration") == Action::C);  // a device's date moves with the dates
    CHECK(actionOf("StationAETitle") == Action::X);         // to be cleaned: removed, which is stricter
    CHECK(actionOf("PatientBirthDate") == Action::Z);
    CHECK(actionOf("PatientAge") == Action::X);
    CHECK(actionOf("InstitutionName") == Action::XZD);
    CHECK(actionOf("CertifiedTimestamp") == Action::X);  // bytes cannot be moved
}

TEST_CASE("what is in no table stays only when the image needs it") {
    const auto actionOf = [](std::string_view keyword) { return actionFor(tagOf(keyword), {}).action; };
    for (const auto* keyword : {"Rows",
                                "PixelSpacing",
                                "ImageType",
                                "KVP",
                                "Modality",
                                "ConvolutionKernel",
                                "Units",
                                "RadiopharmaceuticalInformationSequence",
                                "RadionuclideTotalDose",
                                "PixelData",
                                "PerFrameFunctionalGroupsSequence",
                                "ContourData",
                                "PresentationLUTShape",
                                "ViewName",
                                "BeamName",
                                "OphthalmicAxialLength",
                                "VectorGridData",
                                "SpectroscopyData",
                                "EntranceDoseInmGy",
                                "NumericValue",
                                "MeasuredLateralDimension",
                                "WholeSlideMicroscopyImageFrameTypeSequence",
                                "TotalTimeOfFluoroscopy",
                                "RequestedProcedureCodeSequence",
                                "ControlPointSequence",
                                "ChannelSensitivity",
                                "ImagePosition"})
        CHECK(std::pair(keyword, actionOf(keyword)) == std::pair(keyword, Action::K));
    for (const auto* keyword :
         {"SOPClassUID", "ReferencedSOPClassUID", "SOPInstanceUIDOfConcatenationSource"})
        CHECK(std::pair(keyword, actionOf(keyword)) == std::pair(keyword, Action::U));
    for (const auto* keyword :
         {"TextValue", "DocumentTitle", "RetrieveURL", "ICCProfile", "WaveformData", "PatientBodyMassIndex",
          "RequestedProcedurePriority", "EvaluatorName", "BillingItemSequence", "HL7InstanceIdentifier",
          "ScopeOfInventorySequence", "PrivateDataElementCharacteristicsSequence", "VisitStatusID",
          "IssuerOfPatientIDQualifiersSequence", "OtherStudyNumbers", "MACAlgorithm"})
        CHECK(std::pair(keyword, actionOf(keyword)) == std::pair(keyword, Action::X));
}

TEST_CASE("private, unknown and structural attributes go") {
    CHECK(actionFor(dicom::Tag{0x00291010}, {}).origin == Origin::Private);
    CHECK(actionFor(dicom::Tag{0x00291010}, {}).action == Action::X);
    CHECK(actionFor(dicom::Tag{0x00287FFE}, {}).origin == Origin::NotListed);
    CHECK(actionFor(dicom::Tag{0x00287FFE}, {}).action == Action::X);
    for (const std::uint32_t tag :
         {0x00080000u, 0x00020016u, 0x60000010u, 0x60000022u, 0x50003000u, 0x7F000010u})
        CHECK(actionFor(dicom::Tag{tag}, {}).origin == Origin::Structure);
    CHECK(actionFor(dicom::tags::kPixelData, {}).action == Action::K);
}
