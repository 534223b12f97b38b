// Enhanced objects as dcmdump reads them.
#include "dump_kit.hpp"
#include "gantry/scanner/dwi.hpp"
#include "gantry/scanner/enhanced.hpp"
#include "gantry/scanner/pet.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

TEST_CASE("an enhanced CT keeps frames' positions apart and shares the rest", "[scanner]") {
    const auto series = enhanced(ctSeries({}), Grouping::Shared);
    REQUIRE(series.images.size() == 1);
    const auto dump = dumped(series.images.front());
    CHECK(dumpedValue(dump, "(0008,0016)") == "=EnhancedCTImageStorage");
    CHECK(dumpedValue(dump, "(0028,0008)") == "5");
    CHECK(dumpedValue(dump, "(0020,0032)") ==
          "-120\\-120\\0 -120\\-120\\5 -120\\-120\\10 -120\\-120\\15 -120\\-120\\20");
    CHECK(dumpedValue(dump, "(0018,0050)") == "5");
    CHECK(dumpedValue(dump, "(0018,1210)") == "Br40d");
    CHECK(dumpedValue(dump, "(0018,9330)") == "200");
    CHECK(dump.find("CTReconstructionSequence") != dump.npos);
}

TEST_CASE("an enhanced MR repeats timing in each frame where the maker does", "[scanner]") {
    const auto points = diffusionPoints({1000}, 1);
    auto scan = dwiEpi();
    scan.stack.images = 2;
    const auto series = enhanced(mrDwi({}, scan, points, DiffusionCoding::Standard), Grouping::PerFrame);
    const auto dump = dumped(series.images.front());
    CHECK(dumpedValue(dump, "(0008,0016)") == "=EnhancedMRImageStorage");
    CHECK(dumpedValue(dump, "(0018,9087)") == "0 0 1000 1000");
    CHECK(dumpedValue(dump, "(0018,9082)") == "80 80 80 80");
    CHECK(dumpedValue(dump, "(0018,0081)").empty());
    CHECK(dumpedValue(dump, "(0018,9089)") == "0\\0\\1 0\\0\\1");
    const auto t1 = dumped(enhanced(mrSeries({}, t1Mprage()), Grouping::Shared).images.front());
    CHECK(dumpedValue(t1, "(0018,9079)") == "1000");
    CHECK(dumpedValue(t1, "(0018,9009)") == "YES");
}

TEST_CASE("an enhanced PET keeps its radiopharmaceutical at the top", "[scanner]") {
    const auto dump = dumped(enhanced(petSeries({}), Grouping::PerFrame).images.front());
    CHECK(dumpedValue(dump, "(0008,0016)") == "=EnhancedPETImageStorage");
    CHECK(dumpedValue(dump, "(0018,1074)") == "280000000");
    CHECK(dumpedValue(dump, "(0028,1053)") == "0.5 0.5 0.5 0.5 0.5");
}

TEST_CASE("frames at one position differ in a declared dimension", "[scanner]") {
    auto scan = t2Tse();
    scan.stack.images = 2;
    const auto series = enhanced(mrMultiEcho({}, scan, {20, 80}), Grouping::Shared);
    const auto dump = dumped(series.images.front());
    CHECK(dumpedValue(dump, "(0018,9082)") == "20 20 80 80");
    CHECK(dumpedValue(dump, "(0020,9157)") == "1\\1 2\\1 1\\2 2\\2");
    CHECK(dumpedValue(dump, "(0020,9165)") == "(0020,9057) (0018,9082)");
    CHECK(dumpedValue(dump, "(0020,9167)") == "(0020,9111) (0018,9114)");
    CHECK(dumpedValue(dump, "(0020,9057)") == "1 2 1 2");
}
