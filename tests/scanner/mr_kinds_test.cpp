// MR series as dcmdump reads them.
#include "dump_kit.hpp"
#include "gantry/scanner/dwi.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

namespace {

Examination at(std::string_view vendor) {
    Examination examination;
    examination.scanner = machine(vendor, "MR");
    return examination;
}

}  // namespace

TEST_CASE("dcmdump reads in an MR what was asked for", "[scanner]") {
    const auto t1 = dumped(mrSeries(at("Siemens"), t1Mprage()).images.at(1));
    CHECK(dumpedValue(t1, "(0018,0020)") == "GR\\IR");
    CHECK(dumpedValue(t1, "(0018,0023)") == "3D");
    CHECK(dumpedValue(t1, "(0018,0082)") == "1000");
    CHECK(dumpedValue(t1, "(0020,0032)") == "-1\\-8\\8");
    const auto t2 = dumped(mrSeries(at("GE"), t2Tse()).images.at(0));
    CHECK(dumpedValue(t2, "(0018,0081)") == "100");
    CHECK(dumpedValue(t2, "(0018,0082)").empty());
    CHECK(dumpedValue(t2, "(0018,1310)") == "0\\16\\16\\0");
    const auto dark = dumped(mrSeries(at("Philips"), flair()).images.at(0));
    CHECK(dumpedValue(dark, "(0018,0082)") == "2500");
    CHECK(dumpedValue(dark, "(0008,0070)") == "Philips Medical Systems");
}

TEST_CASE("echoes, phases and beats repeat the positions", "[scanner]") {
    const auto echoes = mrMultiEcho(at("Siemens"), t2Tse(), {20, 80});
    REQUIRE(echoes.images.size() == 10);
    const auto second = dumped(echoes.images.at(5));
    CHECK(dumpedValue(second, "(0018,0081)") == "80");
    CHECK(dumpedValue(second, "(0018,0086)") == "2");
    CHECK(dumpedValue(second, "(0020,0032)") == dumpedValue(dumped(echoes.images.at(0)), "(0020,0032)"));
    CHECK(dumpedValue(second, "(0020,0013)") == "6");

    const auto dynamic = mrDynamic(at("Siemens"), t1Mprage(), 4, 8);
    REQUIRE(dynamic.images.size() == 20);
    const auto third = dumped(dynamic.images.at(10));
    CHECK(dumpedValue(third, "(0020,0100)") == "3");
    CHECK(dumpedValue(third, "(0020,0105)") == "4");
    CHECK(dumpedValue(third, "(0008,0032)") == "100116.000000");  // 10:01:00 and two phases of 8 s
    CHECK(dumpedValue(third, "(0008,0031)") == "100100.000000");

    const auto beat = dumped(mrCine(at("Siemens"), t2Tse(), 25, 1000).images.at(10));
    CHECK(dumpedValue(beat, "(0018,1060)") == "80");  // third of 25 phases in 1000 ms
}

TEST_CASE("each maker writes b-values in its own place", "[scanner]") {
    const auto points = diffusionPoints({500, 1000}, 3);
    REQUIRE(points.size() == 7);
    const auto last = [&](std::string_view vendor, DiffusionCoding coding) {
        const auto series = mrDwi(at(vendor), dwiEpi(), points, coding);
        REQUIRE(series.images.size() == 35);
        return dumped(series.images.back());
    };
    CHECK(dumpedValue(last("Canon", DiffusionCoding::Standard), "(0018,9087)") == "1000");
    CHECK(dumpedValue(last("Siemens", DiffusionCoding::Siemens), "(0019,100c)") == "1000");
    CHECK(dumpedValue(last("GE", DiffusionCoding::Ge), "(0043,1039)") == "1000001000\\8\\0\\0");
    CHECK(dumpedValue(last("Philips", DiffusionCoding::Philips), "(2001,1003)") == "1000");
    CHECK(dumpedValue(last("UIH", DiffusionCoding::Uih), "(0065,1009)") == "1000");
    CHECK(dumpedValue(last("UIH", DiffusionCoding::Uih), "(0065,1037)").find("\\0.1666") !=
          std::string::npos);
    for (const auto& point : points) {
        if (!point.directed()) continue;
        const auto& d = point.direction;
        CHECK(d[0] * d[0] + d[1] * d[1] + d[2] * d[2] == Approx(1));
    }
}

TEST_CASE("a CSA header begins as its readers expect", "[scanner]") {
    const auto bytes = csaHeader({{"B_value", "IS", {"1000"}}});
    CHECK(bytes.substr(0, 8) == "SV10\x04\x03\x02\x01");
    CHECK(bytes.substr(16, 7) == "B_value");
    // 16 before the element, 84 of the element, 16 of the first item, then its text.
    CHECK(bytes.substr(16 + 84 + 16, 5) == std::string("1000\0", 5));
    CHECK(bytes.size() == 16 + 84 + 6 * 16 + 8);
    const auto series = mrDwi(at("Siemens"), dwiEpi(), {{1000, {1, 0, 0}}}, DiffusionCoding::SiemensCsa);
    CHECK(dumpedValue(dumped(series.images.front()), "(0029,1010)").starts_with("53\\56\\31\\30\\04"));
}

TEST_CASE("a mosaic holds a stack in one image", "[scanner]") {
    const auto series = mrDwiMosaic(at("Siemens"), dwiEpi(), diffusionPoints({1000}, 1));
    REQUIRE(series.images.size() == 2);
    const auto dump = dumped(series.images.back());
    CHECK(dumpedValue(dump, "(0028,0010)") == "48");  // five tiles need three by three
    CHECK(dumpedValue(dump, "(0008,0008)") == "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC");
    CHECK(dumpedValue(dump, "(0019,100a)") == "5");
    CHECK(dumpedValue(dump, "(0018,0088)") == "5");
    // 16 pixels of 15 mm a tile: half of the two further tiles to each side of the centre.
    CHECK(dumpedValue(dump, "(0020,0032)") == "-360\\-360\\0");
}

TEST_CASE("the sense of phase encoding stands where its maker puts it", "[scanner]") {
    auto siemens = mrSeries(at("Siemens"), dwiEpi());
    setPhaseEncoding(siemens, "ROW", false);
    CHECK(dumpedValue(dumped(siemens.images.front()), "(0021,111c)") == "0");
    auto ge = mrSeries(at("GE"), dwiEpi());
    setPhaseEncoding(ge, "ROW", false);
    CHECK(dumpedValue(dumped(ge.images.front()), "(0018,9034)") == "REVERSE_LINEAR");
    CHECK(dumpedValue(dumped(ge.images.front()), "(0018,1312)") == "ROW");
}
