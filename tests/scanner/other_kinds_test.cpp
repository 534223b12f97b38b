// Maps, captures, projections and loops as dcmdump reads them.
#include "dump_kit.hpp"
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/other_images.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

TEST_CASE("a map is derived and names its sources", "[scanner]") {
    const auto series = mrDwi({}, dwiEpi(), diffusionPoints({1000}, 3), DiffusionCoding::Standard);
    const auto map = adcMap({}, series, 5);
    REQUIRE(map.images.size() == 5);
    const auto dump = dumped(map.images.at(2));
    CHECK(dumpedValue(dump, "(0008,0008)") == "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\NORM\\DIS2D");
    CHECK(dumpedValue(dump, "(0008,1155)") == series.images.at(2).text("SOPInstanceUID"));
    CHECK(dumpedValue(dump, "(0020,000e)") != series.uid());
}

TEST_CASE("a capture says that text is burned in", "[scanner]") {
    const auto dump = dumped(secondaryCapture({}).images.front());
    CHECK(dumpedValue(dump, "(0008,0016)") == "=SecondaryCaptureImageStorage");
    CHECK(dumpedValue(dump, "(0028,0301)") == "YES");
    CHECK(dumpedValue(dump, "(0020,0032)").empty());
    CHECK(dumpedValue(dumped(densitometry({}).images.front()), "(0008,0060)") == "BMD");
}

TEST_CASE("mammography is two sides in two views", "[scanner]") {
    const auto all = mammography({});
    REQUIRE(all.size() == 4);
    const auto last = dumped(all.back().images.front());
    CHECK(dumpedValue(last, "(0020,0062)") == "L");
    CHECK(dumpedValue(last, "(0018,5101)") == "MLO");
    CHECK(dumpedValue(last, "(0018,11a0)") == "55");
    CHECK(dumpedValue(last, "(0040,0316)") == "0.014");  // 1.4 mGy in dGy
    MammogramView raw;
    raw.intent = "FOR PROCESSING";
    CHECK(dumpedValue(dumped(mammogram({}, raw).images.front()), "(0008,0016)") ==
          "=DigitalMammographyXRayImageStorageForProcessing");
}

TEST_CASE("loops and radiographs carry their timing and scale", "[scanner]") {
    const auto loop = dumped(ultrasoundLoop({}).images.front());
    CHECK(dumpedValue(loop, "(0028,0008)") == "60");
    CHECK(dumpedValue(loop, "(0018,1063)") == "16");
    CHECK(dumpedValue(loop, "(0028,0009)") == "(0018,1063)");
    CHECK(dumpedValue(loop, "(0018,6024)") == "3");
    UltrasoundLoop bare;
    bare.calibrated = false;
    CHECK(dumpedValue(dumped(ultrasoundLoop({}, bare).images.front()), "(0018,6024)").empty());
    const auto shot = dumped(radiograph({}).images.front());
    CHECK(dumpedValue(shot, "(0018,1164)") == "0.139\\0.139");
    CHECK(dumpedValue(shot, "(0018,1413)") == "0.4");
}
