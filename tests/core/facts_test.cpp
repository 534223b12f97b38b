#include "gantry/core/facts.hpp"

#include "frame_list.hpp"
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

TEST_CASE("a frame list gives back each frame, absent and empty told apart") {
    FrameListWriter writer;
    writer.put(1, "0\\0\\5");
    writer.put(2, "0\\0\\5");
    writer.put(3, "0\\0\\5");
    writer.put(5, "");
    writer.put(6, "*2");
    writer.put(7, "~");
    const auto list = writer.finish(10);
    const auto values = readFrameList(list);
    REQUIRE(values.size() == 10);
    for (const std::size_t frame : {0, 4, 8, 9}) CHECK_FALSE(values[frame]);
    for (const std::size_t frame : {1, 2, 3}) CHECK(values[frame] == "0\\0\\5");
    CHECK(values[5] == "");
    CHECK(values[6] == "*2");
    CHECK(values[7] == "~");
}

TEST_CASE("a frame list that boasts stays within bounds") {
    CHECK(readFrameList("=a\x7F*99999999999").size() == kMaxFrames);
    CHECK(readFrameList("=a\x7F*99999999999999999999999999").size() == 1);
    CHECK(readFrameList("*5").empty());
    CHECK(readFrameList("nonsense").empty());
    FrameListWriter writer;
    writer.put(0, "a\x7F=b");
    CHECK(readFrameList(writer.finish(1)).size() == 1);
}

namespace {
/// Enhanced CT with private attributes in each frame.
std::string enhancedFile(int frames, const std::string& private_text) {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.2.1", "1.2.3", "1.2.840.10008.1.2.1");
    Writer w(file, Encoding::ExplicitLittle);
    w.text({0x00080060}, "CS", "CT");
    w.beginSequence({0x52009230});
    for (int i = 0; i < frames; ++i) {
        w.beginItem();
        w.beginSequence({0x00209111});
        w.beginItem();
        w.text({0x00209056}, "SH", "1");
        w.text({0x00189074}, "DT", "20260101101500." + std::to_string(100000 + i));
        w.endItem();
        w.endSequence();
        w.beginSequence({0x00209113});
        w.beginItem();
        w.text({0x00200032}, "DS", "-127.24297738075\\-119.77660465240\\" + std::to_string(i) + ".5");
        w.endItem();
        w.endSequence();
        w.text({0x00210010}, "LO", "ACME");
        w.text({0x00211001}, "LO", private_text + std::to_string(i));
        w.endItem();
    }
    w.endSequence();
    return file;
}
}  // namespace

TEST_CASE("thousands of frames fit into the facts of one instance") {
    const auto bytes = enhancedFile(4000, "p");
    const auto facts = extractFacts(test::must(readFile(asBytes(bytes))));
    CHECK_FALSE(facts.contains("Gantry.FactsTruncated"));
    std::size_t held = 0;
    for (const auto& [name, value] : facts) held += name.size() + value.size();
    CHECK(held < 400'000);
    const auto times = readFrameList(
        facts.at("PerFrameFunctionalGroupsSequence[*].FrameContentSequence[0].FrameAcquisitionDateTime"));
    REQUIRE(times.size() == 4000);
    CHECK(times[3999] == "20260101101500.103999");
    CHECK(test::must(decodeFactsDelta({}, encodeFactsDelta({}, facts))) == facts);
}

TEST_CASE("what private attributes take beyond the bound is not taken from the standard ones") {
    const auto bytes = enhancedFile(2000, std::string(1000, 'x'));
    const auto facts = extractFacts(test::must(readFile(asBytes(bytes))));
    CHECK(facts.at("Gantry.FactsTruncated") == "1");
    std::size_t held = 0;
    for (const auto& [name, value] : facts) held += name.size() + value.size();
    CHECK(held < kMaxFactsBytes + 4096);
    const auto positions = readFrameList(
        facts.at("PerFrameFunctionalGroupsSequence[*].PlanePositionSequence[0].ImagePositionPatient"));
    REQUIRE(positions.size() == 2000);
    CHECK(positions[1999]->ends_with("\\1999.5"));
}

TEST_CASE("private attributes of implicit VR are read as their vendors state") {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.4", "1.2.3", "1.2.840.10008.1.2");
    Writer w(file, Encoding::ImplicitLittle);
    w.text({0x00080060}, "CS", "MR");
    w.text({0x00190010}, "LO", "SIEMENS MR HEADER");
    w.element({0x0019100A}, "US", asBytes(std::string_view("\x24\0", 2)));
    w.text({0x00430010}, "LO", "GEMS_PARM_01");
    w.text({0x00431039}, "IS", "1000000800\\8\\0\\0");
    w.text({0x00450010}, "LO", "UNHEARD OF");
    w.text({0x00451001}, "LO", "words");
    w.element({0x00451002}, "OB", asBytes(std::string_view("\1\2\3\4")));
    const auto facts = extractFacts(test::must(readFile(asBytes(file))));
    CHECK(facts.at("(0019,0A):SIEMENS MR HEADER") == "36");
    CHECK(facts.at("(0043,39):GEMS_PARM_01") == "1000000800\\8\\0\\0");
    CHECK(facts.at("(0045,01):UNHEARD OF") == "words");
    CHECK_FALSE(facts.contains("(0045,02):UNHEARD OF"));
}

// PS3.5 6.2.2: who forwards an attribute that he does not know writes UN, a sequence in implicit VR.
TEST_CASE("standard attributes that were sent as UN are read as the standard has them") {
    std::string items;
    Writer inside(items, Encoding::ImplicitLittle);
    inside.beginSequence({0x00540016});
    inside.beginItem();
    inside.text({0x00181075}, "DS", "6586.2");
    inside.endItem();
    inside.endSequence();
    const auto sequence = test::must(readDataSet(asBytes(items), Encoding::ImplicitLittle));
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.128", "1.2.3", "1.2.840.10008.1.2.1");
    Writer w(file, Encoding::ExplicitLittle);
    w.element({0x00080060}, "UN", asBytes("PT"));
    w.element({0x00280010}, "UN", asBytes(std::string_view("\0\2", 2)));
    w.element({0x00280030}, "UN", asBytes("4.07283\\4.07283 "));
    w.element({0x00540016}, "UN", sequence.elements.front().value);
    const auto facts = extractFacts(test::must(readFile(asBytes(file))));
    CHECK(facts.at("Modality") == "PT");
    CHECK(facts.at("Rows") == "512");
    CHECK(facts.at("PixelSpacing") == "4.07283\\4.07283");
    CHECK(facts.at("RadiopharmaceuticalInformationSequence[0].RadionuclideHalfLife") == "6586.2");
}

TEST_CASE("what is there and is no fact is told apart from what is absent") {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "1.2.840.10008.1.2.1");
    Writer w(file, Encoding::ExplicitLittle);
    w.text({0x00102000}, "LO", std::string(kMaxFactLength + 1, 'x'));
    w.element({0x00282000}, "OB", asBytes("a profile"));
    w.text({0x00290010}, "LO", "ACME");
    w.element({0x00291001}, "OB", asBytes("private"));
    const auto facts = extractFacts(test::must(readFile(asBytes(file))));
    CHECK(facts.at("MedicalAlerts") == "present");
    CHECK(facts.at("ICCProfile") == "present");
    CHECK_FALSE(facts.contains("(0029,01):ACME"));
}

// -2000 as 16 bits is F830H, 63536 when read without sign.
TEST_CASE("implicit VR does not say whether pixel values are signed, the pixels do") {
    const auto padding = [](std::uint8_t representation) {
        auto file = fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "1.2.840.10008.1.2");
        Writer w(file, Encoding::ImplicitLittle);
        const char sign[] = {static_cast<char>(representation), 0};
        w.element({0x00280103}, "US", asBytes(std::string_view(sign, 2)));
        w.element({0x00280120}, "US", asBytes("\x30\xF8"));
        return extractFacts(test::must(readFile(asBytes(file)))).at("PixelPaddingValue");
    };
    CHECK(padding(1) == "-2000");
    CHECK(padding(0) == "63536");
}

TEST_CASE("a CSA header that cannot be read says so") {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.4", "1.2.3", "1.2.840.10008.1.2.1");
    Writer w(file, Encoding::ExplicitLittle);
    w.text({0x00290010}, "LO", "SIEMENS CSA HEADER");
    w.element({0x00291010}, "OB", asBytes("SV10 and nothing of use"));
    const auto facts = extractFacts(test::must(readFile(asBytes(file))));
    CHECK(facts.at("Gantry.CsaUnreadable") == "1");
}
