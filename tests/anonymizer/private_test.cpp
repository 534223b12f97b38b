/// Retain Safe Private (PS3.15 E.3.10): by creator, at any block, at any depth, in any VR that was sent.
#include <catch2/catch.hpp>

#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Encoding;
using dicom::Tag;

namespace {

Bench safeBench() {
    Bench bench;
    bench.policy.add(DeidOption::RetainSafePrivate);
    return bench;
}

std::string littleDouble(double value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string_view syntaxOf(Encoding encoding) {
    if (encoding == Encoding::ImplicitLittle) return kImplicitLittle;
    return encoding == Encoding::ExplicitBig ? kExplicitBig : kExplicitLittle;
}

}  // namespace

TEST_CASE("safe private attributes stay with their creator, in the block they came in") {
    const auto encoding = GENERATE(Encoding::ImplicitLittle, Encoding::ExplicitLittle);
    auto bench = safeBench();
    auto image = mrImage({.encoding = encoding});
    image.text({0x00190010}, "LO", "BRINKMANN PRIVATE")
        .text({0x00191008}, "LO", "Brinkmann")
        .text({0x001900E1}, "LO", "SIEMENS MR HEADER ")
        .text({0x0019E10C}, "IS", "1000")
        .bytes({0x0019E10E}, "FD", littleDouble(0.5) + littleDouble(0.25) + littleDouble(-1))
        .text({0x0019E10B}, "DS", "3.14")  // not in the table
        .text({0x00210010}, "LO", "SIEMENS MR SDS 01")
        .text({0x00211001}, "LO", "Brinkmann")
        .text({0x00991010}, "LO", "nobody made this");
    const auto& ran = bench.run(fileOf(image, syntaxOf(encoding)));
    const auto& set = ran.file.dataset;
    CHECK(set.text({0x001900E1}).empty() == false);
    CHECK(asText(set.find({0x001900E1})->value).starts_with("SIEMENS MR HEADER"));
    REQUIRE(set.find({0x0019E10C}) != nullptr);
    CHECK(asText(set.find({0x0019E10C})->value) == "1000");
    CHECK(asText(set.find({0x0019E10E})->value) == littleDouble(0.5) + littleDouble(0.25) + littleDouble(-1));
    for (const std::uint32_t gone :
         {0x00190010u, 0x00191008u, 0x0019E10Bu, 0x00210010u, 0x00211001u, 0x00991010u})
        CHECK(set.find({gone}) == nullptr);
    CHECK(ran.output.find("rinkmann") == std::string::npos);
}

TEST_CASE("without the option all private attributes go") {
    Bench bench;
    auto image = mrImage();
    image.text({0x00190010}, "LO", "SIEMENS MR HEADER").text({0x0019100C}, "IS", "1000");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x00190010}) == nullptr);
    CHECK(ran.file.dataset.find({0x0019100C}) == nullptr);
}

TEST_CASE("safe private attributes are checked, moved and mapped like others") {
    auto bench = safeBench();
    auto image = mrImage();
    image.text({0x20010010}, "LO", "Philips Imaging DD 001")
        .text({0x20011003}, "FL", littleDouble(0).substr(0, 4))
        .text({0x20011022}, "FL", "Brinkmann1")    // not a number of floats
        .text({0x20011025}, "SH", "12 Brinkmann")  // a text: its words are looked at
        .text({0x20011087}, "SH", "1H");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x20011003}) != nullptr);
    CHECK(ran.file.dataset.find({0x20011022}) == nullptr);
    CHECK(ran.file.dataset.text({0x20011087}) == "1H");
    CHECK(ran.output.find("rinkmann") == std::string::npos);
}

TEST_CASE("safe private attributes inside of items and sent as UN are found") {
    auto bench = safeBench();
    auto image = mrImage();
    SetBuilder item(Encoding::ExplicitLittle);
    item.text({0x00190010}, "LO", "SIEMENS MR HEADER")
        .bytes({0x0019100C}, "UN", "700 ")
        .bytes({0x0019100D}, "UN", "Brinkmann ");
    image.sequence("SharedFunctionalGroupsSequence", {item});
    SetBuilder hidden(Encoding::ImplicitLittle);
    hidden.text({0x00100010}, "PN", "Brinkmann^Adelheid").text({0x00180050}, "DS", "2.5 ");
    const auto encoded = hidden.encoded();
    std::string bytes("\xFE\xFF\x00\xE0", 4);
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(encoded.size() >> (8 * i) & 0xFF);
    image.text({0x20010010}, "LO", "Philips Imaging DD 001").bytes({0x2001105F}, "UN", bytes + encoded);
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    const auto& shared = ran.file.dataset.find({0x52009229})->items[0];
    REQUIRE(shared.find({0x0019100C}) != nullptr);
    CHECK(shared.find({0x0019100C})->vr == dicom::Vr("IS"));
    CHECK(shared.text({0x0019100C}) == "700");
    CHECK(shared.find({0x0019100D}) == nullptr);
    const auto* stack = ran.file.dataset.find({0x2001105F});
    REQUIRE(stack != nullptr);
    REQUIRE(stack->items.size() == 1);
    CHECK(stack->items[0].text({0x00180050}) == "2.5");
    CHECK(stack->items[0].text({0x00100010}) == "SUBJ-001");
    CHECK(ran.output.find("rinkmann") == std::string::npos);
}
