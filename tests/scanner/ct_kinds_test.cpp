// CT series as dcmdump reads them.
#include "dump_kit.hpp"
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/damage.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

TEST_CASE("dcmdump reads in a CT what was asked for", "[scanner]") {
    CtScan scan;
    scan.kernel = "Bl57d";
    scan.contrast_agent = "Agent 350";
    const auto syntax = GENERATE(std::string(kExplicitLittleEndian), std::string(kImplicitLittleEndian));
    const auto dump = dumped(ctSeries({}, scan).images.at(1), syntax);
    CHECK(dumpedValue(dump, "(0008,0060)") == "CT");
    CHECK(dumpedValue(dump, "(0018,0060)") == "120");
    CHECK(dumpedValue(dump, "(0018,1210)") == "Bl57d");
    CHECK(dumpedValue(dump, "(0020,0032)") == "-120\\-120\\5");
    CHECK(dumpedValue(dump, "(0028,0010)") == "16");
    CHECK(dumpedValue(dump, "(0018,9345)") == "9");
    CHECK(dumpedValue(dump, "(0008,0032)") == "100100.100000");  // 10:00 and 60 s, second image
    CHECK(dumpedValue(dump, "(0018,1042)") == "095950.000000");  // 70 s before the first image
}

TEST_CASE("a tilted gantry turns the images and not the table", "[scanner]") {
    CtScan scan;
    scan.tilt_deg = 18.5;
    const auto series = ctSeries({}, scan);
    const auto dump = dumped(series.images.at(2));
    CHECK(dumpedValue(dump, "(0018,1120)") == "18.5");
    CHECK(dumpedValue(dump, "(0020,0037)") == "1\\0\\0\\0\\0.9483236552\\0.3173046564");  // cos, sin of 18.5
    CHECK(dumpedValue(dump, "(0020,0032)") == "-120\\-120\\10");
}

TEST_CASE("stations share the frame of reference and some positions", "[scanner]") {
    const auto stations = ctStations({}, {}, 2);
    REQUIRE(stations.size() == 2);
    const auto last = dumped(stations[0].images.at(4));
    const auto second = dumped(stations[1].images.at(1));
    CHECK(dumpedValue(last, "(0020,0032)") == dumpedValue(second, "(0020,0032)"));
    CHECK(dumpedValue(last, "(0020,0052)") == dumpedValue(second, "(0020,0052)"));
    CHECK(dumpedValue(last, "(0020,000e)") != dumpedValue(second, "(0020,000e)"));
    CHECK(dumpedValue(dumped(ctLocalizer({}).images.front()), "(0008,0008)") ==
          "ORIGINAL\\PRIMARY\\LOCALIZER");
}

TEST_CASE("each damage shows where it was done, and only there", "[scanner]") {
    auto series = ctSeries({});
    shiftImage(series, 2, {0, 0, 1.5});
    turnImage(series, 3, {0, 1, 0}, {0, 0, -1});
    resizeImage(series, 4, 16, 24);
    setInOne(series, 1, "KVP", "a lot");
    duplicateImage(series, 0);
    markLossy(series, 8);
    removeEverywhere(series, "ConvolutionKernel");
    REQUIRE(series.images.size() == 6);
    const auto value = [&](std::size_t place, std::string_view tag) {
        return dumpedValue(dumped(series.images.at(place)), tag);
    };
    CHECK(value(0, "(0018,0060)") == "120");
    CHECK(value(1, "(0018,0060)") == "a lot");
    CHECK(value(2, "(0020,0032)") == "-120\\-120\\11.5");
    CHECK(value(3, "(0020,0037)") == "0\\1\\0\\0\\0\\-1");
    CHECK(value(4, "(0028,0011)") == "24");
    CHECK(value(5, "(0020,0032)") == value(0, "(0020,0032)"));
    CHECK(value(5, "(0008,0018)") != value(0, "(0008,0018)"));
    CHECK(value(0, "(0028,2110)") == "01");
    CHECK(value(0, "(0028,2112)") == "8");
    CHECK(value(0, "(0018,1210)").empty());
    dropImages(series, {1, 2});
    CHECK(series.images.size() == 4);
}
