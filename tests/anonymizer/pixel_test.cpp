#include <catch2/catch.hpp>

#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::test;
using dicom::Encoding;

namespace {

/// Encapsulated pixel data: an empty offset table and one fragment each.
std::string encapsulated(const std::vector<std::string>& fragments) {
    std::string out;
    dicom::Writer writer(out, Encoding::ExplicitLittle);
    writer.header(dicom::tags::kPixelData, "OB", 0xFFFFFFFF);
    writer.header(dicom::tags::kItem, "UN", 0);
    for (const auto& fragment : fragments) {
        writer.header(dicom::tags::kItem, "UN", static_cast<std::uint32_t>(fragment.size()));
        out += fragment;
    }
    writer.endSequence();
    return out;
}

std::string marker(unsigned char code, const std::string& payload) {
    const auto length = payload.size() + 2;
    return std::string("\xFF") + static_cast<char>(code) + static_cast<char>(length >> 8) +
           static_cast<char>(length & 0xFF) + payload;
}

const std::string kSecret = "Brinkmann^Adelheid 19511124";

/// Not a picture, but the shape of one: ITU-T T.81 B.2.1.
std::string jpegStream() {
    std::string scan = "\x11\x22";
    scan += std::string("\xFF\0\x33\xFF\xD0\x44", 6);
    return "\xFF\xD8" + marker(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) +
           marker(0xE1, "Exif " + kSecret) + marker(0xFE, kSecret) + marker(0xEE, "Adobe1234567") +
           marker(0xC0, std::string(15, '\1')) + marker(0xDA, std::string(10, '\2')) + scan +
           marker(0xFE, "late " + kSecret) + marker(0xDA, std::string(10, '\3')) + scan + "\xFF\xD9" +
           kSecret + " ";
}

}  // namespace

TEST_CASE("bytes behind the last frame are cut off") {
    Bench bench;
    auto image = ctImage();
    image.bytes(dicom::tags::kPixelData, "OW", pixelsOf({}) + kSecret + " ");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(asText(ran.file.dataset.find(dicom::tags::kPixelData)->value) == pixelsOf({}));
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
}

TEST_CASE("a pad byte is zero whatever it was") {
    Bench bench;
    auto image = ctImage();
    image.number("Rows", {3}).number("Columns", {5}).number("BitsAllocated", {8});
    image.bytes(dicom::tags::kPixelData, "OB", std::string(15, '\7') + "B");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(asText(ran.file.dataset.find(dicom::tags::kPixelData)->value) == std::string(15, '\7') + '\0');
}

TEST_CASE("comments and application segments of JPEG are blanked in place") {
    Bench bench;
    auto image = ctImage();
    image.raw(dicom::tags::kPixelData, encapsulated({jpegStream(), jpegStream()}));
    const auto& ran = bench.run(fileOf(image, "1.2.840.10008.1.2.4.50"));
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
    CHECK(ran.output.find("Exif") == std::string::npos);
    CHECK(ran.output.find("JFIF") != std::string::npos);
    CHECK(ran.output.find("Adobe") != std::string::npos);
    const auto* before = ran.original.dataset.find(dicom::tags::kPixelData);
    const auto* after = ran.file.dataset.find(dicom::tags::kPixelData);
    CHECK(after->encapsulated);
    REQUIRE(after->value.size() == before->value.size());
    for (std::size_t i = 0; i < after->value.size(); ++i)
        if (after->value[i] != before->value[i]) REQUIRE(after->value[i] == std::byte{0});
}

TEST_CASE("comments of JPEG 2000 are blanked in place") {
    const std::string tile = "\x01\x02\x03\x04\x05\x06";
    // SOT: Lsot 10, Isot 0, Psot from SOT to the end of the tile-part, TPsot 0, TNsot 1 (ITU-T T.800 A.4.2).
    const auto tile_length = static_cast<char>(12 + 2 + tile.size());
    const std::string stream = "\xFF\x4F" + marker(0x51, std::string(38, '\1')) +
                               marker(0x64, std::string("\0\1", 2) + kSecret) + "\xFF\x90" +
                               std::string("\0\x0A\0\0\0\0\0", 7) + tile_length + std::string("\0\1", 2) +
                               "\xFF\x93" + tile + "\xFF\xD9" + kSecret + " ";
    Bench bench;
    auto image = ctImage();
    image.raw(dicom::tags::kPixelData, encapsulated({stream}));
    const auto& ran = bench.run(fileOf(image, "1.2.840.10008.1.2.4.90"));
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
    CHECK(ran.output.find(tile) != std::string::npos);
}

TEST_CASE("streams that do not begin as their syntax says, and video, are refused") {
    Bench bench;
    auto image = ctImage();
    image.raw(dicom::tags::kPixelData, encapsulated({"RIFF some container  "}));
    for (const auto* syntax : {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.102",
                               "1.2.840.10008.1.2.5", "1.3.6.1.4.1.5962.300.1"})
        CHECK(bench.tryRun(fileOf(image, syntax)).error().code == Errc::Unsupported);
}

TEST_CASE("what hides behind RLE segments, in their header and in the offset table goes") {
    // Two segments (PS3.5 G.2) of 16 rows: a run of 16 equal bytes is coded as -15 and the byte.
    std::string segment;
    for (char row = 0; row < 16; ++row) segment += std::string("\xF1") + row;
    std::string frame(64, '\0');
    frame[0] = 2;
    frame[4] = 64;
    frame[8] = 64 + 32 + 14;
    frame.replace(20, 9, "Brinkmann");
    const std::string hidden = "Brinkmann A. 1";
    Bench bench;
    auto image = ctImage();
    image.raw(dicom::tags::kPixelData, encapsulated({frame + segment + hidden + segment + hidden}));
    const auto& ran = bench.run(fileOf(image, "1.2.840.10008.1.2.5"));
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
    const auto value = asText(ran.file.dataset.find(dicom::tags::kPixelData)->value);
    const auto first = value.find(segment);
    REQUIRE(first != std::string_view::npos);
    CHECK(value.substr(first + segment.size(), hidden.size()) == std::string(hidden.size(), '\0'));
    CHECK(value.substr(first + segment.size() + hidden.size(), segment.size()) == segment);
}

TEST_CASE("RLE frames keep what unpacks to pixels and nothing beside it") {
    // PS3.5 G.3: 16 x 16 pixels of 16 bits are two segments of 256 bytes, here two runs of 128 each.
    const std::string segment("\x81\x07\x81\x08", 4);
    std::string header(64, '\0');
    header[0] = 2;
    header[4] = 64;
    header[8] = static_cast<char>(64 + 4 + 28);
    auto unused = header;
    unused.replace(12, 28, "Brinkmann^Adelheid 19511124 ");
    Bench bench;
    auto image = ctImage();
    image.raw(dicom::tags::kPixelData,
              encapsulated({unused + segment + kSecret + " " + segment + kSecret + " "}));
    const auto& ran = bench.run(fileOf(image, "1.2.840.10008.1.2.5"));
    CHECK(ran.output.find("Brinkmann") == std::string::npos);
    CHECK(ran.output.find(header + segment + std::string(28, '\0') + segment) != std::string::npos);
}

TEST_CASE("an offset table stays when it says where the frames are, else it is emptied") {
    Bench bench;
    auto image = ctImage();
    image.text("NumberOfFrames", "2");
    const auto frames = encapsulated({jpegStream(), jpegStream()});
    const auto second = static_cast<char>(jpegStream().size() + 8);
    const auto withTable = [&](const std::string& table) {
        auto raw = frames;
        raw[16] = static_cast<char>(table.size());
        raw.insert(20, table);
        image.raw(dicom::tags::kPixelData, raw);
        return bench.run(fileOf(image, "1.2.840.10008.1.2.4.50")).output;
    };
    const auto table = std::string(4, '\0') + second + std::string(3, '\0');
    CHECK(withTable(table).find(std::string("\x08\0\0\0", 4) + table) != std::string::npos);
    CHECK(withTable("Brinkmann^Ad").find("Brinkmann") == std::string::npos);
    CHECK(bench.run(fileOf(image, "1.2.840.10008.1.2.4.50"))
              .file.dataset.find(dicom::tags::kPixelData)
              ->encapsulated);
}

TEST_CASE("of two kinds of pixel data one goes") {
    Bench bench;
    auto image = ctImage();
    image.bytes({0x7FE00008}, "OF", kSecret + " ").bytes({0x7FE00001}, "OV", kSecret.substr(0, 24));
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x7FE00008}) == nullptr);
    CHECK(ran.file.dataset.find({0x7FE00001}) == nullptr);
    CHECK(ran.file.dataset.find(dicom::tags::kPixelData) != nullptr);
}

TEST_CASE("a document and an address of pixels in an image go, and the image stays") {
    Bench bench;
    auto image = ctImage();
    image.text({0x00287FE0}, "UR", "https://pacs.example/Brinkmann")
        .bytes({0x00420011}, "OB", "%PDF-1.4 Brinkmann");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x00287FE0}) == nullptr);
    CHECK(ran.file.dataset.find({0x00420011}) == nullptr);
    CHECK(ran.file.dataset.find(dicom::tags::kPixelData) != nullptr);
    image.remove("PixelData");
    CHECK(bench.tryRun(fileOf(image, kExplicitLittle)).error().code == Errc::Unsupported);
}

TEST_CASE("lookup tables stay when the image uses them and they have their stated length") {
    Bench bench;
    auto image = ctImage();
    const std::string table(512, '\5');
    image.text("PhotometricInterpretation", "PALETTE COLOR")
        .number("RedPaletteColorLookupTableDescriptor", {256, 0, 16})
        .bytes({0x00281201}, "OW", table);
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.find({0x00281201}) != nullptr);
    image.bytes({0x00281201}, "OW", table + kSecret + " ");
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.find({0x00281201}) == nullptr);
    image.bytes({0x00281201}, "OW", table).text("PhotometricInterpretation", "MONOCHROME2");
    CHECK(bench.run(fileOf(image, kExplicitLittle)).file.dataset.find({0x00281201}) == nullptr);
}
