#include "gantry/imaging/image_file.hpp"

#include <algorithm>

#include "compressed.hpp"
#include "raw_http.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::imaging;
using namespace gantry::test;

namespace {

std::optional<std::filesystem::path> sample(const std::string& name) {
    const auto shared = sharedFolder();
    if (!shared) return std::nullopt;
    const auto path = *shared / "data/pydicom/src/pydicom/data/test_files" / name;
    return std::filesystem::exists(path) ? std::optional(path) : std::nullopt;
}

Frame decoded(const std::filesystem::path& path, std::size_t frame = 0) {
    return must(must(ImageFile::open({path, 0, std::nullopt})).frame(frame));
}

/// An explicit little endian object of one unsigned 16-bit frame.
std::string object(int rows, int columns, std::string_view pixels) {
    auto out = dicom::fileMeta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "1.2.840.10008.1.2.1");
    dicom::Writer writer(out, dicom::Encoding::ExplicitLittle);
    const auto us = [&](std::uint32_t tag, int value) {
        const char bytes[2] = {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
        writer.text({tag}, "US", std::string_view(bytes, 2));
    };
    us(0x00280002, 1);
    writer.text({0x00280004}, "CS", "MONOCHROME2");
    us(0x00280010, rows);
    us(0x00280011, columns);
    us(0x00280100, 16);
    us(0x00280101, 12);
    us(0x00280102, 11);
    us(0x00280103, 0);
    writer.text({0x00281052}, "DS", "-1024");
    writer.text({0x00281053}, "DS", "2");
    writer.text({0x7FE00010}, "OW", pixels);
    return out;
}

}  // namespace

TEST_CASE("stored values are cut to Bits Stored and rescaled", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto path = folder.path() / "a.dcm";
    // 0x0001, 0xF400: the upper four bits are no pixel (PS3.5 8.1.1). 1 * 2 - 1024, 0x400 * 2 - 1024.
    must(writeFileDurably(path, asBytes(object(1, 2, std::string_view("\x01\x00\x00\xF4", 4)))));
    const auto frame = decoded(path);
    CHECK(frame.values == std::vector<float>{-1022, 1024});
}

TEST_CASE("an object inside a larger file is read at its place", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto path = folder.path() / "segment";
    const auto one = object(1, 2, std::string_view("\x01\x00\x02\x00", 4));
    must(writeFileDurably(path, asBytes("before" + one + "behind")));
    const auto file = must(ImageFile::open({path, 6, one.size()}));
    CHECK(must(file.frame(0)).values == std::vector<float>{-1022, -1020});
}

TEST_CASE("a large file reads the same twice, also one that was inflated", "[worker]") {
    // The reader gives pages of large files back, and may do so only with pages that the file can fill again.
    const auto folder = temporaryDirectory();
    const auto plain = folder.path() / "plain.dcm";
    const auto deflated = folder.path() / "deflated.dcm";
    constexpr int kSide = 6000;  // 72 MB
    std::string pixels(std::size_t{kSide} * kSide * 2, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<char>(i * 31 % 251 & 0x0F);
    must(writeFileDurably(plain, asBytes(object(kSide, kSide, pixels))));
    REQUIRE(runCommand("dcmconv +td +cl 0 '" + plain.string() + "' '" + deflated.string() + "'").exit_code == 0);
    for (const auto& path : {plain, deflated}) {
        CAPTURE(path.filename());
        const auto file = must(ImageFile::open({path, 0, std::nullopt}));
        CHECK((must(file.stored(0)) == pixels));
        CHECK((must(file.stored(0)) == pixels));
    }
}

TEST_CASE("short pixel data and impossible sizes are errors, not reads beyond the end", "[worker]") {
    const auto folder = temporaryDirectory();
    const auto path = folder.path() / "a.dcm";
    must(writeFileDurably(path, asBytes(object(2, 2, "\x01\x02"))));
    const auto short_one = must(ImageFile::open({path, 0, std::nullopt}));
    CHECK(short_one.frame(0).error().code == Errc::BadFormat);
    must(writeFileDurably(path, asBytes(object(60000, 60000, "\x01\x02"))));
    CHECK(ImageFile::open({path, 0, std::nullopt}).error().code == Errc::DicomLimit);
    must(writeFileDurably(path, asBytes(object(0, 5, "\x01\x02"))));
    CHECK(ImageFile::open({path, 0, std::nullopt}).error().code == Errc::BadFormat);
}

TEST_CASE("lossless compressions of one image decode to the same values", "[worker]") {
    const auto plain = sample("MR_small.dcm");
    if (!plain) return skipLoudly("no real data");
    const auto expected = decoded(*plain);
    REQUIRE(expected.values.size() == 64 * 64);
    // dcmdump +L +P 7fe0,0010: 0389\\03fb\\04cb
    CHECK(expected.values[0] == 0x389);
    CHECK(expected.row_mm == Approx(0.3125));
    for (const auto* name : {"MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_jp2klossless.dcm",
                             "MR_small_bigendian.dcm", "MR_small_expb.dcm"}) {
        const auto path = sample(name);
        if (!path) continue;
        CAPTURE(name);
        CHECK(decoded(*path).values == expected.values);
    }
}

TEST_CASE("colour is no value to measure, but has a brightness to show", "[worker]") {
    const auto path = sample("SC_rgb_jpeg_dcmtk.dcm");
    if (!path) return skipLoudly("no real data");
    const auto file = must(ImageFile::open({*path, 0, std::nullopt}));
    CHECK(file.frame(0).error().code == Errc::Unsupported);
    const auto shown = must(file.brightness(0));
    CHECK(shown.values.size() == 100 * 100);
    // pydicom's set shows a white stripe at the bottom and a black one above it.
    CHECK(*std::max_element(shown.values.begin(), shown.values.end()) > 250);
    CHECK(*std::min_element(shown.values.begin(), shown.values.end()) < 5);
}

TEST_CASE("RLE that is cut or points elsewhere is an error", "[worker]") {
    // PS3.5 annex G by hand, 2 x 1 pixels of 16 bits: two segments at 64 and 66; 0x01 twice, then 0x02 0x03
    // as they are.
    std::string good(64, '\0');
    good[0] = 2;
    good[4] = 64;
    good[8] = 66;
    good += std::string_view("\xFF\x01\x01\x02\x03\x00", 6);
    PixelFormat format;
    format.rows = 1;
    format.columns = 2;
    CHECK(must(decodeRle(good, format)) == std::string_view("\x02\x01\x03\x01", 4));
    for (std::size_t length = 0; length + 1 < good.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(decodeRle(good.substr(0, length), format));
    }
    for (const std::size_t place : {0, 4, 5, 8, 9, 11}) {
        auto bad = good;
        bad[place] = static_cast<char>(0x90);
        CHECK_FALSE(decodeRle(bad, format));
    }
}

TEST_CASE("every object of the real collection decodes or says why not", "[worker]") {
    const auto plain = sample("MR_small.dcm");
    if (!plain) return skipLoudly("no real data");
    int images = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(plain->parent_path())) {
        if (entry.path().extension() != ".dcm") continue;
        const auto file = ImageFile::open({entry.path(), 0, std::nullopt});
        if (!file) continue;
        for (std::size_t i = 0; i < std::min<std::size_t>(file->frames().size(), 3); ++i)
            images += file->frame(i).has_value() ? 1 : 0;
    }
    CHECK(images > 20);
}
