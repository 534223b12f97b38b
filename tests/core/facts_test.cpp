#include "gantry/core/facts.hpp"

#include "support.hpp"

using namespace gantry;
using namespace gantry::dicom;

namespace {
std::string ctFile() {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "1.2.840.10008.1.2.1");
    Writer w(file, Encoding::ExplicitLittle);
    w.text({0x00080005}, "CS", "ISO_IR 100");
    w.text({0x00080060}, "CS", "CT");
    w.beginSequence({0x00081115});
    w.beginItem();
    w.text({0x0020000E}, "UI", "1.2.9");
    w.endItem();
    w.endSequence();
    w.text({0x00100010}, "PN", "M\xFCller^J\xF6rg");
    w.text({0x00180050}, "DS", "7.5");
    w.text({0x00190010}, "LO", "ACME CT");
    w.text({0x0019100C}, "IS", "12");
    w.text({0x00201041}, "DS", "");
    w.element({0x00280010}, "US", asBytes(std::string_view("\0\2", 2)));
    w.element(tags::kPixelData, "OW", asBytes("pixels"));
    return file;
}
}  // namespace

TEST_CASE("facts name attributes by keyword, path and private creator, in UTF-8") {
    const auto bytes = ctFile();
    const auto facts = extractFacts(test::must(readFile(asBytes(bytes))));
    CHECK(facts.at("TransferSyntaxUID") == "1.2.840.10008.1.2.1");
    CHECK(facts.at("Modality") == "CT");
    CHECK(facts.at("PatientName") == "M\xC3\xBCller^J\xC3\xB6rg");
    CHECK(facts.at("SliceThickness") == "7.5");
    CHECK(facts.at("ReferencedSeriesSequence[0].SeriesInstanceUID") == "1.2.9");
    CHECK(facts.at("(0019,0C):ACME CT") == "12");
    CHECK(facts.at("Rows") == "512");
    CHECK(facts.at("SliceLocation").empty());
    CHECK(facts.at("PixelData") == "present");
    CHECK_FALSE(facts.contains("KVP"));
}

TEST_CASE("a delta gives back the same facts, whatever changed") {
    const Facts base = {{"A", "1"}, {"B", "2"}, {"C", ""}};
    const Facts other = {{"A", "1"}, {"B", "3"}, {"D", "\xC3\xBC\\\""}};
    CHECK(test::must(decodeFactsDelta(base, encodeFactsDelta(base, other))) == other);
    CHECK(encodeFactsDelta(base, base) == "{}");
    CHECK_FALSE(decodeFactsDelta(base, "[1,2"));
}
