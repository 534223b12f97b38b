#include "gantry/anonymizer/screening.hpp"

#include <algorithm>

#include "run_engine.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::anonymizer;

namespace {

struct Header {
    std::string modality = "CT";
    std::string sop_class = "1.2.840.10008.5.1.4.1.1.2";
    std::string burned_in = {};
    std::string image_type = "ORIGINAL\\PRIMARY\\AXIAL";
    int samples = 1;
    int bits = 8;
    bool overlay = false, pixels = true;
};

/// The data set's bytes live in `bytes`.
dicom::DataSet dataset(const Header& header, std::string& bytes) {
    dicom::Writer writer(bytes, dicom::Encoding::ExplicitLittle);
    const auto us = [&](std::uint32_t tag, int value) {
        const char two[2] = {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
        writer.text({tag}, "US", std::string_view(two, 2));
    };
    writer.text({0x00080008}, "CS", header.image_type);
    writer.text({0x00080016}, "UI", header.sop_class);
    writer.text({0x00080060}, "CS", header.modality);
    writer.text({0x00080070}, "LO", "ACME Medical");
    us(0x00280002, header.samples);
    us(0x00280010, 768);
    us(0x00280011, 1024);
    us(0x00280100, header.bits);
    if (!header.burned_in.empty()) writer.text({0x00280301}, "CS", header.burned_in);
    if (header.overlay) us(0x60000010, 768);
    if (header.pixels) writer.text({0x7FE00010}, "OB", "ab");
    return test::must(dicom::readDataSet(asBytes(bytes), dicom::Encoding::ExplicitLittle));
}

bool looked(const Header& header, const DeidPolicy& policy) {
    std::string bytes;
    return mustLookAtPixels(dataset(header, bytes), policy);
}

}  // namespace

TEST_CASE("what may carry burnt-in text is looked at, whether the pack has it blanked or not") {
    DeidPolicy cleaning;
    cleaning.add(DeidOption::CleanPixelData);
    constexpr auto kUs = "1.2.840.10008.5.1.4.1.1.6.1";
    constexpr auto kCapture = "1.2.840.10008.5.1.4.1.1.7";
    constexpr auto kDx = "1.2.840.10008.5.1.4.1.1.1.1";
    // Header, looked at. Classes are those of PS3.4 Table B.5-1.
    const std::pair<Header, bool> cases[] = {
        {{}, false},
        {{.burned_in = "YES"}, true},
        {{.image_type = "DERIVED\\SECONDARY\\SCREEN SAVE"}, true},
        {{.image_type = "DERIVED\\SECONDARY\\DOSE_INFO"}, true},
        {{.samples = 3}, true},
        {{.overlay = true}, true},
        {{.burned_in = "YES", .pixels = false}, false},
        {{.modality = "US", .sop_class = kUs, .burned_in = "NO"}, true},
        {{.modality = "CT", .sop_class = kCapture, .burned_in = "NO"}, true},
        {{.modality = "XA", .sop_class = "1.2.840.10008.5.1.4.1.1.12.1"}, true},
        {{.modality = "DX", .sop_class = kDx}, true},
        {{.modality = "DX", .sop_class = kDx, .burned_in = "NO"}, false},
        {{.modality = "MG", .sop_class = "1.2.840.10008.5.1.4.1.1.1.2"}, true},
        {{.modality = "SEG", .sop_class = "1.2.840.10008.5.1.4.1.1.66.4", .bits = 1}, false},
        // A scanned request form is a bitmap, too.
        {{.modality = "OT", .sop_class = kCapture, .bits = 1}, true},
        {{.modality = "OT", .sop_class = "1.2.840.10008.5.1.4.1.1.7.1", .bits = 1}, true},
    };
    for (const auto& [header, expected] : cases) {
        CAPTURE(header.modality, header.sop_class, header.burned_in, header.image_type, header.samples);
        CHECK(looked(header, cleaning) == expected);
        CHECK(looked(header, {}) == expected);
    }
    cleaning.screening = Screening::All;
    CHECK(looked({}, cleaning));
    CHECK_FALSE(looked({.sop_class = "1.2.840.10008.5.1.4.1.1.66.4"}, cleaning));
}

TEST_CASE("a region of the pack is for the images it names") {
    std::string bytes;
    const auto header = dataset({}, bytes);
    DeidPolicy policy;
    policy.add(DeidOption::CleanPixelData);
    policy.pixel_regions = {{"CT", "acme", "", 768, 1024, 0, 0, 1024, 60},
                            {"CT", "other", "", 0, 0, 0, 0, 10, 10},
                            {"MR", "", "", 0, 0, 0, 0, 10, 10},
                            {"", "", "", 512, 0, 0, 0, 10, 10},
                            {"", "", "", 0, 0, 0, 0, 0, 10}};
    const auto found = regionsFor(header, policy);
    REQUIRE(found.size() == 1);
    CHECK(found.front().height == 60);
    CHECK(mustLookAtPixels(header, policy));
}

TEST_CASE("an image that was looked at is sent and says so") {
    test::Bench bench;
    bench.policy.add(DeidOption::CleanPixelData);
    auto image = test::ctImage();
    image.text("SOPClassUID", "1.2.840.10008.5.1.4.1.1.6.1").text("Modality", "US");
    const auto bytes = test::fileOf(image, "1.2.840.10008.1.2.1");
    const auto refused = bench.tryRun(bytes);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unsupported);
    for (const auto state : {PixelState::Clean, PixelState::Blanked}) {
        DeidInput input{bench.input()};
        input.pixels = state;
        const auto out = bench.output();
        test::must(deidentify(input, bench.policy, bench.keys, bench.subject, out));
        const auto written = test::must(gantry::readFile(out));
        const auto file = test::must(dicom::readFile(asBytes(written)));
        CHECK(file.dataset.text({0x00280301}) == "NO");
        const auto* codes = file.dataset.find({0x00120064});
        REQUIRE(codes);
        // PS3.16 CID 7050.
        CHECK(std::ranges::any_of(
            codes->items, [](const dicom::DataSet& item) { return item.text({0x00080100}) == "113101"; }));
    }
}
