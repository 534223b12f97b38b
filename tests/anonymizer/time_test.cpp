/// Intervals stay exact and SUV can be calculated from the output as from the input (PS3.3 C.8.9.4.1.4).
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>

#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::DataSet;
using dicom::Tag;

namespace {

constexpr Tag kRadiopharmaceuticals{0x00540016};

double secondsOfDay(std::string_view time) {
    const auto two = [&](std::size_t at) { return std::stod(std::string(time.substr(at, 2))); };
    return two(0) * 3600 + two(2) * 60 + std::stod(std::string(time.substr(4)));
}

double dayNumber(std::string_view date) {
    const auto number = [&](std::size_t at, std::size_t length) {
        return static_cast<unsigned>(std::stoul(std::string(date.substr(at, length))));
    };
    const std::chrono::sys_days day{std::chrono::year{static_cast<int>(number(0, 4))} /
                                    std::chrono::month{number(4, 2)} / std::chrono::day{number(6, 2)}};
    return static_cast<double>(day.time_since_epoch().count());
}

/// Seconds since 1970 in local time; a zone at the end does not count here, for all zones of a test are one.
double secondsOf(std::string_view date_time) {
    return dayNumber(date_time.substr(0, 8)) * 86400 +
           secondsOfDay(date_time.substr(8, date_time.find_first_of("+-") - 8));
}

double numberOf(const DataSet& set, Tag tag) {
    return std::stod(std::string(set.text(tag)));
}

/// Body weight SUV, g/ml, of a stored value of 1000 in Bq/ml, decay corrected to the start of the series.
double suvOf(const DataSet& set) {
    const auto* sequence = set.find(kRadiopharmaceuticals);
    REQUIRE(sequence != nullptr);
    REQUIRE(sequence->items.size() == 1);
    const auto& drug = sequence->items[0];
    const double scan = dayNumber(set.text({0x00080021})) * 86400 + secondsOfDay(set.text({0x00080031}));
    double injected = 0;
    if (const auto full = drug.text({0x00181078}); !full.empty()) {
        injected = secondsOf(full);
    } else {
        injected = dayNumber(set.text({0x00080021})) * 86400 + secondsOfDay(drug.text({0x00181072}));
        if (injected > scan) injected -= 86400;  // the evening before
    }
    const double dose =
        numberOf(drug, {0x00181074}) * std::exp2(-(scan - injected) / numberOf(drug, {0x00181075}));
    return 1000 * numberOf(set, {0x00281053}) * numberOf(set, {0x00101030}) * 1000 / dose;
}

SetBuilder petWith(const std::function<void(SetBuilder&)>& change) {
    auto image = petImage();
    SetBuilder drug(dicom::Encoding::ExplicitLittle);
    drug.text("RadionuclideTotalDose", "371000000").text("RadionuclideHalfLife", "6586.2");
    change(drug);
    image.sequence("RadiopharmaceuticalInformationSequence", {drug});
    return image;
}

Bench petBench() {
    Bench bench;
    bench.policy.add(DeidOption::RetainPatientCharacteristics).add(DeidOption::RetainSafePrivate);
    return bench;
}

}  // namespace

TEST_CASE("SUV of the output is SUV of the input", "[suv]") {
    const auto make = [](int variant) {
        if (variant == 0)
            return petWith(
                [](SetBuilder& drug) { drug.text("RadiopharmaceuticalStartDateTime", "20260310091500"); });
        if (variant == 1)  // injected on the day before the scan
            return petWith([](SetBuilder& drug) {
                drug.text("RadiopharmaceuticalStartDateTime", "20260309235930.500000+0100");
            });
        if (variant == 2)
            return petWith([](SetBuilder& drug) { drug.text("RadiopharmaceuticalStartTime", "091500.00"); });
        auto night = petWith([](SetBuilder& drug) { drug.text("RadiopharmaceuticalStartTime", "233000"); });
        return night.text("SeriesTime", "003000").text("AcquisitionTime", "003000");
    };
    const auto variant = GENERATE(0, 1, 2, 3);
    CAPTURE(variant);
    auto bench = petBench();
    const auto& ran = bench.run(fileOf(make(variant), kExplicitLittle));
    const double before = suvOf(ran.original.dataset);
    CHECK(before > 0);
    CHECK(suvOf(ran.file.dataset) == before);
    CHECK(ran.file.dataset.text({0x00080021}) != "20260310");
}

TEST_CASE("vendors' private factors for SUV stay, value by value", "[suv]") {
    auto bench = petBench();
    auto image = petImage();
    image.text({0x70530010}, "LO", "Philips PET Private Group")
        .text({0x70531000}, "DS", "0.000346541")
        .text({0x70531009}, "DS", "2.26131")
        .text({0x70531003}, "ST", "Brinkmann raw file");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.text({0x70530010}) == "Philips PET Private Group");
    CHECK(ran.file.dataset.text({0x70531000}) == "0.000346541");
    CHECK(ran.file.dataset.text({0x70531009}) == "2.26131");
    CHECK(ran.file.dataset.find({0x70531003}) == nullptr);
}

TEST_CASE("every date of a subject moves by the same days, at every depth and over years") {
    Bench bench;
    const auto days = dateOffsetDays(bench.keys, bench.subject.subject_id);
    auto image = ctImage();
    SetBuilder inner(dicom::Encoding::ExplicitLittle);
    inner.text("FrameReferenceDateTime", "20240229120000.5-0500");
    SetBuilder outer(dicom::Encoding::ExplicitLittle);
    outer.sequence("FrameContentSequence", {inner});
    image.sequence("PerFrameFunctionalGroupsSequence", {outer});
    image.text("AcquisitionDateTime", "20260310101530.250000+0100");
    image.text("StudyDate", "1996.03.01");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    const auto& set = ran.file.dataset;
    const auto moved = [&](std::string_view from, std::string_view to) {
        return dayNumber(from) - dayNumber(to);
    };
    CHECK(moved("20260310", set.text({0x00080021})) == days);
    CHECK(moved("20260310", set.text({0x0008002A})) == days);
    CHECK(set.text({0x0008002A}).substr(8) == "101530.250000+0100");
    CHECK(moved("19960301", set.text({0x00080020})) == days);
    const auto* frames = set.find({0x52009230});
    REQUIRE(frames != nullptr);
    const auto text = frames->items[0].find({0x00209111})->items[0].text({0x00189151});
    CHECK(moved("20240229", text) == days);
    CHECK(text.substr(8) == "120000.5-0500");
}

TEST_CASE("dates that are not whole do not leave, as the Type wants it") {
    Bench bench;
    auto image = ctImage();
    image.text("StudyDate", "202603").text("SeriesDate", "2026").text("AcquisitionDateTime", "2026");
    image.text("ContentDate", "20261310");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    REQUIRE(ran.file.dataset.find({0x00080020}) != nullptr);  // Type 2
    CHECK(ran.file.dataset.text({0x00080020}).empty());
    CHECK(ran.file.dataset.find({0x00080021}) == nullptr);  // Type 3
    CHECK(ran.file.dataset.find({0x0008002A}) == nullptr);
    CHECK(ran.file.dataset.text({0x00080023}).empty());  // Type 2C
}

TEST_CASE("full dates stay whole or in part, if they are dates") {
    Bench bench;
    bench.policy = DeidPolicy().add(DeidOption::RetainLongitudinalFullDates);
    auto image = ctImage();
    image.text("AcquisitionDateTime", "202603").text("SeriesDate", "2026031X");
    const auto& ran = bench.run(fileOf(image, kExplicitLittle));
    CHECK(ran.file.dataset.text({0x00080020}) == "20260310");
    CHECK(ran.file.dataset.text({0x0008002A}) == "202603");
    CHECK(ran.file.dataset.find({0x00080021}) == nullptr);
    CHECK(ran.file.dataset.text({0x00280303}) == "UNMODIFIED");
}

TEST_CASE("ages are capped as the pack says") {
    const auto ageOf = [](int cap, std::string_view age) {
        auto bench = petBench();
        bench.policy.age_cap_years = cap;
        auto image = ctImage();
        image.text("PatientAge", age);
        return std::string(bench.run(fileOf(image, kExplicitLittle)).file.dataset.text({0x00101010}));
    };
    CHECK(ageOf(89, "089Y") == "089Y");
    CHECK(ageOf(89, "090Y") == "090Y");
    CHECK(ageOf(89, "103Y") == "090Y");
    CHECK(ageOf(79, "999M") == "080Y");  // 83 years
    CHECK(ageOf(0, "103Y") == "103Y");
    CHECK(ageOf(89, "5Y") == "005Y");
    CHECK(ageOf(89, "old").empty());
}
