/// Odd places and spellings: UIDs of a root of one's own, references between objects, UIDs in text, sequences
/// in UN, the other byte order, what the file says of its pixels.
#include <catch2/catch.hpp>

#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;

namespace {

std::string asUn(const SetBuilder& item) {
    const auto encoded = item.encoded();
    std::string bytes("\xFE\xFF\x00\xE0", 4);
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(encoded.size() >> (8 * i) & 0xFF);
    return bytes + encoded;
}

}  // namespace

TEST_CASE("UIDs get the root that the pack says, and stay UIDs") {
    Bench bench;
    const std::string root =
        GENERATE("2.25", "1.2.826.0.1.3680043.10.999", "1.3.6.1.4.1.99999.1234567890.12345678");
    bench.policy.uid_root = root;
    const auto& ran = bench.run(fileOf(ctImage(), kExplicitLittle));
    for (const std::uint32_t tag : {0x00080018u, 0x0020000Du, 0x0020000Eu, 0x00200052u}) {
        const auto uid = ran.file.dataset.text({tag});
        CHECK(uid.starts_with(root + "."));
        CHECK(dicom::isValidUid(uid));
        CHECK(uid.size() <= 64);
    }
    CHECK(ran.file.dataset.text({0x00080016}) == "1.2.840.10008.5.1.4.1.1.2");
}

TEST_CASE("roots that are none are refused") {
    for (const std::string_view root : {"", "2.25.", "1.02.3", "abc", "1.2.840.10008", "1.2.840.10008.5",
                                        "1.3.6.1.4.1.99999.1234567890.123456789012345"})
        CHECK(validateUidRoot(root).has_error());
    CHECK_FALSE(validateUidRoot("2.25").has_error());
}

TEST_CASE("references stay whole over the objects of a study") {
    Bench bench;
    const auto first = bench.run(fileOf(ctImage({.instance = 1}), kExplicitLittle)).output;
    const auto image = must(dicom::readFile(asBytes(first)));
    auto second = ctImage({.encoding = Encoding::ImplicitLittle, .instance = 2});
    SetBuilder referenced(Encoding::ImplicitLittle);
    const std::string study = ImageOptions().study_uid;
    referenced.text("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
        .text("ReferencedSOPInstanceUID", study + ".1.1 ");
    SetBuilder series(Encoding::ImplicitLittle);
    series.text("SeriesInstanceUID", study + ".1").sequence("ReferencedInstanceSequence", {referenced});
    second.sequence("ReferencedSeriesSequence", {series});
    const auto& ran = bench.run(fileOf(second, kImplicitLittle));
    const auto& set = ran.file.dataset;
    CHECK(set.text({0x0020000D}) == image.dataset.text({0x0020000D}));
    CHECK(set.text({0x00200052}) == image.dataset.text({0x00200052}));
    const auto& item = set.find({0x00081115})->items.at(0);
    CHECK(item.text({0x0020000E}) == image.dataset.text({0x0020000E}));
    CHECK(item.find({0x0008114A})->items.at(0).text({0x00081155}) == image.dataset.text({0x00080018}));
}

TEST_CASE("UIDs that are none, and UIDs inside of text, are mapped") {
    Bench bench;
    auto image = ctImage();
    image.text("DeviceUID", "Brinkmann 1.2.3").text("IrradiationEventUID", std::string(70, '1'));
    image.text("StationName", "id 1.2.840.113619.2.55.3");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(dicom::isValidUid(ran.file.dataset.text({0x00083010})));
    CHECK(ran.output.find("1.2.840.113619.2.55.3") == std::string::npos);
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
}

TEST_CASE("a sequence that was sent as UN is read, cleaned and written as one") {
    const auto encoding = GENERATE(Encoding::ExplicitLittle, Encoding::ExplicitBig);
    Bench bench;
    auto image = ctImage({.encoding = encoding});
    SetBuilder item(Encoding::ImplicitLittle);
    item.text("ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2")
        .text("ReferencedSOPInstanceUID", "1.2.3.4.5.6")
        .number("RecommendedDisplayFrameRateInFloat", {2.5})
        .text("PatientComments", "Brinkmann");
    image.bytes({0x00082112}, "UN", asUn(item));
    const auto& ran =
        bench.run(fileOf(image, encoding == Encoding::ExplicitBig ? kExplicitBig : kExplicitLittle));
    const auto* sequence = ran.file.dataset.find({0x00082112});
    REQUIRE(sequence != nullptr);
    REQUIRE(sequence->items.size() == 1);
    const auto& out = sequence->items[0];
    CHECK(out.text({0x00081155}).starts_with("2.25."));
    const auto rates = dicom::binaryNumbers(*out.find({0x00089459}), out.encoding);
    REQUIRE(rates.size() == 1);
    CHECK(rates[0] == 2.5);
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
}

TEST_CASE("a dimension's label stays if it is an attribute's name") {
    Bench bench;
    auto image = ctImage();
    SetBuilder dimension(dicom::Encoding::ExplicitLittle);
    image.sequence(
        "DimensionIndexSequence",
        {SetBuilder(dimension).text("DimensionDescriptionLabel", "In-Stack Position Number"),
         SetBuilder(dimension).text("DimensionDescriptionLabel", "X Offset in Slide Coordinate System"),
         SetBuilder(dimension).text("DimensionDescriptionLabel", "Brinkmann")});
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    const auto* index = ran.file.dataset.find({0x00209222});
    REQUIRE(index != nullptr);
    CHECK(index->items[0].text({0x00209421}) == "In-Stack Position Number");
    CHECK(index->items[1].text({0x00209421}) == "X Offset in Slide Coordinate System");
    CHECK(index->items[2].text({0x00209421}).empty());
}

TEST_CASE("numbers that spell text do not leave") {
    Bench bench;
    auto image = ctImage();
    image
        .bytes({0x00189073}, "FD", "BRINKM76")  // AcquisitionDuration
        .bytes({0x00209157}, "UL", "BRINKMANN 51")
        .bytes({0x00280009}, "AT", "HEID");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    for (const std::uint32_t tag : {0x00189073u, 0x00209157u, 0x00280009u})
        CHECK(ran.file.dataset.find({tag}) == nullptr);
}

TEST_CASE("numbers of too many characters are rounded to what PS3.5 allows") {
    Bench bench;
    auto image = ctImage();
    image.text("PixelSpacing", "0.70312500000000001\\0.7").text("SliceThickness", "-100.07999975030691");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.text({0x00280030}) == "0.703125\\0.7");
    const auto thickness = ran.file.dataset.text({0x00180050});
    CHECK(thickness.size() <= 16);
    CHECK(std::abs(std::stod(std::string(thickness)) + 100.07999975030691) < 1e-9);
}

TEST_CASE("the file says of its pixels only what somebody has seen") {
    Bench bench;
    auto image = ctImage();
    image.text("BurnedInAnnotation", "NO");
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.find({0x00280301}) == nullptr);
    std::ofstream(bench.input(), std::ios::binary) << fileOf(ctImage(), kExplicitLittle);
    DeidInput looked{bench.input()};
    looked.pixels = PixelState::Clean;
    must(deidentify(looked, bench.policy, bench.keys, bench.subject, bench.output()));
    const auto bytes = must(gantry::readFile(bench.output()));
    CHECK(must(dicom::readFile(asBytes(bytes))).dataset.text({0x00280301}) == "NO");
}

TEST_CASE("coded words must be the attribute's own where the standard enumerates them") {
    Bench bench;
    bench.policy.add(DeidOption::RetainPatientCharacteristics);
    auto image = ctImage();
    // PS3.3 C.7.1.1, C.8.2.1, C.7.6.1: all words of some vocabulary, none of these attributes.
    image.text("PatientSex", "CHEST").text("RotationDirection", "HEAD").text("LossyImageCompression", "YES");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.text({0x00100040}).empty());
    CHECK(ran.file.dataset.find({0x00181140}) == nullptr);
    CHECK(ran.file.dataset.find({0x00282110}) == nullptr);
    image.text("PatientSex", "F").text("RotationDirection", "CW").text("LossyImageCompression", "00");
    const auto& kept = bench.run(fileOf(image, kExplicitLittle));
    CHECK(kept.file.dataset.text({0x00100040}) == "F");
    CHECK(kept.file.dataset.text({0x00181140}) == "CW");
    CHECK(kept.file.dataset.text({0x00282110}) == "00");
}
