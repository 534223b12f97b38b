#include "gantry/core/dicom.hpp"

#include "support.hpp"

using namespace gantry;
using namespace gantry::dicom;

namespace {

std::string dataSetBytes(Encoding encoding) {
    std::string out;
    Writer w(out, encoding);
    w.text({0x00080018}, "UI", "1.2.3");
    w.beginSequence({0x00081140});
    w.beginItem();
    w.text({0x00081155}, "UI", "1.2.3.4");
    w.beginSequence({0x0040A170});
    w.beginItem();
    w.text({0x00080104}, "LO", "deep");
    w.endItem();
    w.endSequence();
    w.endItem();
    w.beginItem();
    w.endItem();
    w.endSequence();
    w.text({0x00100020}, "LO", "ID 7");
    w.element(tags::kPixelData, "OW", asBytes("abcd"));
    return out;
}

}  // namespace

TEST_CASE("a data set is read at every depth in each encoding of PS3.5") {
    const auto encoding = GENERATE(Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig);
    const auto bytes = dataSetBytes(encoding);
    const auto dataset = test::must(readDataSet(asBytes(bytes), encoding));
    CHECK(dataset.text({0x00080018}) == "1.2.3");
    CHECK(dataset.text({0x00100020}) == "ID 7");
    const auto* sequence = dataset.find({0x00081140});
    REQUIRE(sequence);
    REQUIRE(sequence->items.size() == 2);
    CHECK(sequence->items[1].elements.empty());
    const auto* inner = sequence->items[0].find({0x0040A170});
    REQUIRE(inner);
    CHECK(inner->items.at(0).text({0x00080104}) == "deep");
    CHECK(asText(dataset.find(tags::kPixelData)->value) == "abcd");
}

TEST_CASE("every truncation of a data set is an error or a shorter data set, never a crash") {
    const auto encoding = GENERATE(Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig);
    const auto bytes = dataSetBytes(encoding);
    const auto whole = test::must(readDataSet(asBytes(bytes), encoding)).elements.size();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto cut = readDataSet(asBytes(bytes).first(length), encoding);
        if (cut) CHECK(cut->elements.size() < whole);
    }
}

TEST_CASE("a length that points beyond the data is refused without reserving memory for it") {
    std::string out;
    Writer w(out, Encoding::ExplicitLittle);
    w.header({0x00091002}, "OB", 0xFFFFFFF0);
    const auto read = readDataSet(asBytes(out), Encoding::ExplicitLittle);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::NotDicom);
}

TEST_CASE("sequences deeper than the limit are refused") {
    std::string out;
    Writer w(out, Encoding::ExplicitLittle);
    for (int i = 0; i < 1000; ++i) {
        w.beginSequence({0x0040A730});
        w.beginItem();
    }
    const auto read = readDataSet(asBytes(out), Encoding::ExplicitLittle);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::DicomLimit);
}

TEST_CASE("encapsulated pixel data keeps its fragments as sent") {
    std::string out;
    Writer w(out, Encoding::ExplicitLittle);
    w.header(tags::kPixelData, "OB", 0xFFFFFFFF);
    w.element(tags::kItem, "UN", {});
    w.element(tags::kItem, "UN", asBytes("frag"));
    w.endSequence();
    w.text({0xFFFCFFFC}, "OB", "pad!");
    const auto dataset = test::must(readDataSet(asBytes(out), Encoding::ExplicitLittle));
    const auto* pixels = dataset.find(tags::kPixelData);
    REQUIRE(pixels);
    CHECK(pixels->encapsulated);
    CHECK(pixels->value.size() == 8 + 8 + 4);
    CHECK(dataset.elements.size() == 2);
}

TEST_CASE("bytes behind the pixel data are told, bytes missing before it are an error") {
    auto file = fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "1.2.840.10008.1.2.1");
    file += dataSetBytes(Encoding::ExplicitLittle);
    const auto clean = test::must(readFile(asBytes(file)));
    CHECK(clean.trailing.empty());
    CHECK(clean.transfer_syntax_uid == "1.2.840.10008.1.2.1");
    CHECK(clean.meta.text({0x00020003}) == "1.2.3");
    const auto more = file + "garbage behind";
    CHECK(asText(test::must(readFile(asBytes(more))).trailing) == "garbage behind");
    CHECK_FALSE(readFile(asBytes(file).first(file.size() - 20)));
    CHECK_FALSE(readFile(asBytes("not a dicom file at all")));
}

TEST_CASE("UIDs follow PS3.5 9.1") {
    const auto* good = GENERATE("1.2.840.10008.1.2", "2.25.0", "1");
    CHECK(isValidUid(good));
    const auto* bad = GENERATE("", "1..2", ".1", "1.", "1.02", "1.2a", "../../etc/passwd", "1.2 ",
                               "1.23456789012345678901234567890123456789012345678901234567890123456");
    CAPTURE(bad);
    CHECK_FALSE(isValidUid(bad));
}

TEST_CASE("the dictionary knows PS3.6, repeating groups included") {
    REQUIRE(lookup("PatientID"));
    CHECK(lookup("PatientID")->tag == tags::kPatientId);
    REQUIRE(lookup(Tag{0x60123000}));
    CHECK(lookup(Tag{0x60123000})->keyword == "OverlayData");
    CHECK(lookup(Tag{0x60133000}) == nullptr);
    CHECK(nameOf(Tag{0x00090010}) == "(0009,0010)");
}

TEST_CASE("decimal strings: a component that is no number is told apart from an absent one") {
    const auto numbers = parseDecimals("1.5\\ -2e1 \\abc\\\\+3");
    REQUIRE(numbers.size() == 5);
    CHECK(numbers[0] == 1.5);
    CHECK(numbers[1] == -20.0);
    CHECK_FALSE(numbers[2]);
    CHECK_FALSE(numbers[3]);
    CHECK(numbers[4] == 3.0);
    CHECK(parseDecimals("").empty());
    for (const auto& number : parseDecimals("nan\\inf\\-infinity\\1e999\\0x10")) CHECK_FALSE(number);
}

TEST_CASE("text is decoded by its character set and nothing is dropped") {
    CHECK(toUtf8("Buc^J\xE9r\xF4me", "ISO_IR 100", "PN") ==
          "Buc^J\xC3\xA9r\xC3\xB4me");  // PS3.5 annex examples
    CHECK(toUtf8("Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE4\xB8\x9C", "ISO_IR 192", "PN") ==
          "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE4\xB8\x9C");
    CHECK(toUtf8("Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B", "\\ISO 2022 IR 87", "PN") ==
          "Yamada^Tarou=\xE5\xB1\xB1\xE7\x94\xB0^\xE5\xA4\xAA\xE9\x83\x8E");
    CHECK(toUtf8("Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7", "\\ISO 2022 IR 149", "PN") ==
          "Hong^Gildong=\xE6\xB4\xAA^\xE5\x90\x89\xE6\xB4\x9E");
    CHECK(toUtf8("a\xFF", "ISO_IR 192", "LO") == "a\xEF\xBF\xBD");
    CHECK(toUtf8("a\xFF", "", "LO") == "a\xEF\xBF\xBD");
}
