#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "gantry/anonymizer/table.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using dicom::Tag;

namespace {

std::string textOf(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::optional<std::string> outputOf(const std::string& command) {
    const auto close = [](std::FILE* pipe) { return pclose(pipe); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
    if (!pipe) return std::nullopt;
    std::string text;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;)
        text.append(buffer, n);
    return text;
}

}  // namespace

TEST_CASE("the table has the 656 rows of PS3.15 2026c Table E.1-1") {
    CHECK(profileTable().size() == 656);
    for (const auto& row : profileTable())
        if (row.mask == 0xFFFFFFFF) CHECK(profileRow(Tag{row.value}) == &row);
}

TEST_CASE("rows read as the standard prints them") {
    // Taken by hand from PS3.15 2026c Table E.1-1.
    struct Expected {
        std::uint32_t tag;
        const char* keyword;
        const char* basic;
        Column column;
        const char* option;
    };
    const auto row = GENERATE(
        Expected{0x00100010, "PatientName", "Z", Column::RetainUids, ""},
        Expected{0x00100020, "PatientID", "Z/D", Column::RetainPatientCharacteristics, ""},
        Expected{0x00100030, "PatientBirthDate", "Z", Column::RetainLongitudinalFullDates, ""},
        Expected{0x00100040, "PatientSex", "Z", Column::RetainPatientCharacteristics, "K"},
        Expected{0x00080050, "AccessionNumber", "Z", Column::RetainDeviceIdentity, ""},
        Expected{0x00080020, "StudyDate", "Z", Column::RetainLongitudinalModifiedDates, "C"},
        Expected{0x00080021, "SeriesDate", "X/D", Column::RetainLongitudinalFullDates, "K"},
        Expected{0x0008002A, "AcquisitionDateTime", "X/Z/D", Column::RetainLongitudinalModifiedDates, "C"},
        Expected{0x00080080, "InstitutionName", "X/Z/D", Column::RetainInstitutionIdentity, "K"},
        Expected{0x00081140, "ReferencedImageSequence", "X/Z/U*", Column::RetainUids, "K"},
        Expected{0x00181000, "DeviceSerialNumber", "X/Z/D", Column::RetainDeviceIdentity, "K"},
        Expected{0x00080055, "StationAETitle", "X", Column::RetainDeviceIdentity, "C"},
        Expected{0x0008103E, "SeriesDescription", "X", Column::CleanDescriptors, "C"},
        Expected{0x0040A730, "ContentSequence", "D", Column::CleanStructuredContent, "C"},
        Expected{0x60003000, "OverlayData", "X", Column::CleanGraphics, "C"},
        Expected{0x601E4000, "OverlayComments", "X", Column::CleanGraphics, "C"},
        Expected{0x50020005, "CurveData", "X", Column::CleanGraphics, "C"},
        Expected{0x00091001, "PrivateAttributes", "X", Column::RetainSafePrivate, "C"},
        Expected{0x60013000, "PrivateAttributes", "X", Column::RetainSafePrivate, "C"},
        Expected{0x0020000D, "StudyInstanceUID", "U", Column::RetainUids, "K"});
    CAPTURE(row.keyword);
    const auto* found = profileRow(Tag{row.tag});
    REQUIRE(found != nullptr);
    CHECK(found->keyword == row.keyword);
    CHECK(toString(found->basic) == row.basic);
    CHECK(toString(found->option(row.column)) == row.option);
}

TEST_CASE("what the table does not list has no row") {
    CHECK(profileRow(Tag{0x00280010}) == nullptr);  // Rows
    CHECK(profileRow(Tag{0x60000010}) == nullptr);  // OverlayRows
}

TEST_CASE("the committed table is what the generator makes of the standard's table") {
    const auto shared = test::sharedFolder();
    const std::filesystem::path folder = std::filesystem::path(GANTRY_SOURCE_DIR) / "anonymizer";
    if (!shared || !std::filesystem::exists(*shared / "facts/ps3_15_e1.csv"))
        return test::skipLoudly("facts/ps3_15_e1.csv is not here, so the table cannot be generated anew");
    const auto made = outputOf("python3 '" + (folder / "tools/make_e1_table.py").string() + "' '" +
                               (*shared / "facts/ps3_15_e1.csv").string() + "'");
    if (!made || made->empty())
        return test::skipLoudly("python3 is not here, so the table cannot be generated anew");
    CHECK(*made == textOf(folder / "data/ps3_15_e1.inc"));
}

TEST_CASE("the committed table of safe private attributes is what its generator makes") {
    const auto shared = test::sharedFolder();
    const std::filesystem::path folder = std::filesystem::path(GANTRY_SOURCE_DIR) / "anonymizer";
    if (!shared || !std::filesystem::exists(*shared / "facts/safe_private.csv"))
        return test::skipLoudly("facts/safe_private.csv is not here, so the table cannot be generated anew");
    const auto made = outputOf("python3 '" + (folder / "tools/make_safe_private.py").string() + "' '" +
                               (*shared / "facts/safe_private.csv").string() + "'");
    if (!made || made->empty())
        return test::skipLoudly("python3 is not here, so the table cannot be generated anew");
    CHECK(*made == textOf(folder / "data/safe_private.inc"));
}
