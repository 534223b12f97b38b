// PET series as dcmdump reads them.
#include "dump_kit.hpp"
#include "gantry/scanner/pet.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

TEST_CASE("dcmdump reads in a PET what was asked for", "[scanner]") {
    Examination examination;
    examination.scanner = machine("Siemens", "PT");
    PetScan scan;
    scan.stack.images = 10;
    const auto series = petSeries(examination, scan);
    const auto dump = dumped(series.images.at(7));
    CHECK(dumpedValue(dump, "(0018,0031)") == "Fluorodeoxyglucose");
    CHECK(dumpedValue(dump, "(0018,1074)") == "280000000");
    CHECK(dumpedValue(dump, "(0018,1075)") == "6586.2");
    CHECK(dumpedValue(dump, "(0018,1078)") == "20260415090500.000000");  // an hour before 10:05
    CHECK(dumpedValue(dump, "(0008,0032)") == "100700.000000");          // second bed, 120 s later
    CHECK(dumpedValue(dump, "(0018,1242)") == "120000");
    CHECK(dumpedValue(dump, "(0054,1001)") == "BQML");
    CHECK(dumpedValue(dump, "(0028,0051)") == "DECY\\ATTN\\SCAT\\DTIM\\RAN\\NORM");
    const auto ct = dumped(attenuationCt(examination, scan).images.at(7));
    CHECK(dumpedValue(ct, "(0020,0052)") == dumpedValue(dump, "(0020,0052)"));
    CHECK(dumpedValue(ct, "(0020,0032)") == dumpedValue(dump, "(0020,0032)"));
}

TEST_CASE("makers' private PET values have their creators", "[scanner]") {
    auto series = petSeries({});
    addPhilipsFactors(series, 0.0004, 1.6);
    addGeScanTime(series, "20260415100500");
    const auto dump = dumped(series.images.front());
    CHECK(dumpedValue(dump, "(7053,0010)") == "Philips PET Private Group");
    CHECK(dumpedValue(dump, "(7053,1000)") == "0.0004");
    CHECK(dumpedValue(dump, "(7053,1009)") == "1.6");
    CHECK(dumpedValue(dump, "(0009,0010)") == "GEMS_PETD_01");
    CHECK(dumpedValue(dump, "(0009,100d)") == "20260415100500");
}
