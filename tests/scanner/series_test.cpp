// What the scanner makes, judged by DCMTK's tools and by the reader that everything else uses.
#include <algorithm>
#include <fstream>
#include <set>

#include "gantry/core/dicom.hpp"
#include "gantry/scanner/scenario.hpp"
#include "process.hpp"
#include "search.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

namespace {

SeriesSpec small() {
    SeriesSpec spec;
    spec.seed = 42;
    spec.slices = 6;
    spec.rows = spec.columns = 32;
    return spec;
}

std::string joinedFiles(const Series& series) {
    std::string all;
    for (const auto& instance : series.instances) all += must(instance.file());
    return all;
}

std::vector<double> positionsOf(const Delivery& delivery) {
    std::vector<double> positions;
    for (const auto& wave : delivery.waves) {
        for (const auto& instance : wave.instances) {
            const auto bytes = must(instance.file());
            const auto file = must(dicom::readFile(asBytes(bytes)));
            const auto position = dicom::parseDecimals(file.dataset.text(dicom::makeTag(0x0020, 0x0032)));
            REQUIRE(position.size() == 3);
            positions.push_back(position[2].value());
        }
    }
    std::sort(positions.begin(), positions.end());
    return positions;
}

std::set<std::string> uidsOf(const Delivery& delivery) {
    std::set<std::string> uids;
    for (const auto& wave : delivery.waves)
        for (const auto& instance : wave.instances) uids.insert(instance.sop_instance_uid);
    return uids;
}

ScenarioSpec scenario(Scenario kind) {
    return {kind, small(), std::chrono::milliseconds(0)};
}

}  // namespace

TEST_CASE("a seed determines every byte", "[scanner]") {
    const auto once = joinedFiles(must(makeSeries(small())));
    CHECK(once == joinedFiles(must(makeSeries(small()))));
    auto other = small();
    other.seed = 43;
    CHECK(once != joinedFiles(must(makeSeries(other))));
}

TEST_CASE("instances are files that DCMTK reads without complaint", "[scanner]") {
    auto spec = small();
    spec.transfer_syntax_uid =
        GENERATE(std::string(kExplicitLittleEndian), std::string(kImplicitLittleEndian));
    const auto folder = temporaryDirectory();
    const auto path = folder.path() / "one.dcm";
    must(writeFileDurably(path, asBytes(must(must(makeSeries(spec)).instances.front().file()))));
    CHECK(must(runToEnd({"dcmftest", {path.string()}, {}, {}})) == 0);
    const auto log = folder.path() / "dump.txt";
    CHECK(must(runToEnd({"dcmdump", {"-q", "-E", "+uc", path.string()}, log, {}})) == 0);
    const auto dump = must(readFile(log));
    CHECK(dump.find("E: ") == dump.npos);
    CHECK(dump.find("W: ") == dump.npos);
}

TEST_CASE("every planted value stands in the bytes", "[scanner]") {
    const auto series = must(makeSeries(small()));
    const auto all = joinedFiles(series);
    CHECK(series.planted.size() > 50);
    for (const auto& value : series.planted) {
        CAPTURE(value.attribute, value.bytes);
        CHECK(value.bytes.size() >= 4);
        CHECK(all.find(value.bytes) != all.npos);
    }
}

TEST_CASE("every person name, address and number element is among the planted values", "[scanner]") {
    auto spec = small();
    spec.slices = 1;
    const auto series = must(makeSeries(spec));
    const auto bytes = must(series.instances.front().file());
    const auto file = must(dicom::readFile(asBytes(bytes)));
    const auto planted = [&](std::string_view value) {
        return std::any_of(series.planted.begin(), series.planted.end(),
                           [&](const PlantedValue& other) { return other.bytes == value; });
    };
    const std::function<void(const dicom::DataSet&)> walk = [&](const dicom::DataSet& dataset) {
        for (const auto& element : dataset.elements) {
            if (element.vr == dicom::Vr("PN")) {
                CAPTURE(dicom::nameOf(element.tag));
                CHECK(planted(dataset.text(element.tag)));
            }
            for (const auto& item : element.items) walk(item);
        }
    };
    walk(file.dataset);
    for (const auto* keyword :
         {"PatientID", "PatientBirthDate", "PatientAddress", "PatientTelephoneNumbers", "AccessionNumber",
          "StudyID", "InstitutionName", "StudyInstanceUID", "SOPInstanceUID"}) {
        CAPTURE(keyword);
        CHECK(planted(file.dataset.text(dicom::lookup(keyword)->tag)));
    }
}

TEST_CASE("scenarios are what their names say", "[scanner]") {
    const auto good = must(makeDelivery(scenario(Scenario::Good)));
    const auto good_positions = positionsOf(good);
    REQUIRE(good_positions.size() == 6);
    for (std::size_t i = 1; i < good_positions.size(); ++i)
        CHECK(good_positions[i] - good_positions[i - 1] == Approx(5.0));

    const auto missing = must(makeDelivery(scenario(Scenario::Missing)));
    const auto missing_uids = uidsOf(missing);
    const auto good_uids = uidsOf(good);
    CHECK(missing.instances() == 4);
    CHECK(missing.study_instance_uid == good.study_instance_uid);
    CHECK(std::includes(good_uids.begin(), good_uids.end(), missing_uids.begin(), missing_uids.end()));

    const auto thick_positions = positionsOf(must(makeDelivery(scenario(Scenario::Thick))));
    REQUIRE(thick_positions.size() == 4);
    CHECK(thick_positions[1] - thick_positions[0] == Approx(7.5));

    const auto duplicate = must(makeDelivery(scenario(Scenario::Duplicate)));
    const auto positions = positionsOf(duplicate);
    CHECK(uidsOf(duplicate).size() == 8);
    CHECK(std::set<double>(positions.begin(), positions.end()).size() == 6);

    const auto conflict = must(makeDelivery(scenario(Scenario::Conflict)));
    CHECK(conflict.instances() == 7);
    CHECK(uidsOf(conflict).size() == 6);

    const auto late = must(makeDelivery(scenario(Scenario::Late)));
    REQUIRE(late.waves.size() == 2);
    CHECK(late.waves.back().instances.size() == 5);

    const auto localizer = must(makeDelivery(scenario(Scenario::Localizer)));
    CHECK(localizer.instances() == 7);
}

TEST_CASE("a spec that makes no image is refused", "[scanner]") {
    auto spec = small();
    spec.rows = 0;
    CHECK(makeSeries(spec).error().code == Errc::InvalidArgument);
    spec = small();
    spec.thickness_mm = 0;
    CHECK(makeSeries(spec).error().code == Errc::InvalidArgument);
    spec = small();
    spec.left_out = {0, 1, 2, 3, 4, 5};
    CHECK(makeSeries(spec).error().code == Errc::InvalidArgument);
}
