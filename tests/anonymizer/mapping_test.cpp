#include "gantry/anonymizer/mapping.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "gantry/core/dicom.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::anonymizer;

namespace {
DeidKeys keysOf(char c) {
    return test::must(DeidKeys::fromTrialKey(asBytes(std::string(32, c))));
}
}  // namespace

TEST_CASE("UIDs map to valid UUID-derived UIDs, the same each time, another for each trial") {
    const auto keys = keysOf('a');
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) {
        const auto original = "1.2.826.0.1.3680043.8.498." + std::to_string(i);
        const auto mapped = mapUid(keys, original);
        REQUIRE(dicom::isValidUid(mapped));
        REQUIRE(mapped.starts_with("2.25."));
        REQUIRE(mapped.size() <= 44);
        REQUIRE(mapped == mapUid(keys, original));
        REQUIRE(mapped != mapUid(keysOf('b'), original));
        seen.insert(mapped);
    }
    CHECK(seen.size() == 2000);
}

TEST_CASE("the standard's own UIDs stay") {
    CHECK(mapUid(keysOf('a'), "1.2.840.10008.5.1.4.1.1.2") == "1.2.840.10008.5.1.4.1.1.2");
    CHECK_FALSE(isWellKnownUid("1.2.840.100080.1"));
    CHECK(isWellKnownUid("1.2.840.10008.6.1.1450"));
    CHECK_FALSE(isWellKnownUid("1.2.840.10008.5.1.4.1.1.2.48315526"));  // a patient's number behind a class
}

TEST_CASE("a trial key of fewer than 32 bytes is refused") {
    CHECK(DeidKeys::fromTrialKey(asBytes("short")).error().code == Errc::InvalidArgument);
}

TEST_CASE("the date offset is the subject's own and never zero") {
    const auto keys = keysOf('a');
    std::set<int> offsets;
    for (int i = 0; i < 500; ++i) {
        const auto days = dateOffsetDays(keys, "SUBJ-" + std::to_string(i));
        CHECK(days >= kMinOffsetDays);
        CHECK(days <= kMaxOffsetDays);
        offsets.insert(days);
    }
    CHECK(offsets.size() > 400);
    CHECK(dateOffsetDays(keys, "SUBJ-1") == dateOffsetDays(keys, "SUBJ-1"));
}

TEST_CASE("dates move by whole days over months and leap years") {
    CHECK(shiftDate("20240301", 1) == "20240229");
    CHECK(shiftDate("20230301", 1) == "20230228");
    CHECK(shiftDate("20260101", 366) == "20241231");
    CHECK(shiftDate("1997.04.24", 1) == "19970423");
    CHECK(shiftDate("20240229", 0) == "20240229");
    for (const auto* broken : {"", "2024", "20240230", "20241301", "0000000", "00000000", "17000101",
                               "2024030A", "20240301-20240302", "Brinkmann"})
        CHECK_FALSE(shiftDate(broken, 1));
}

TEST_CASE("date-times keep time, fraction and zone") {
    CHECK(shiftDateTime("20240301", 1) == "20240229");
    CHECK(shiftDateTime("20240301235959.123456+0130", 1) == "20240229235959.123456+0130");
    CHECK(shiftDateTime("2024030112", 31) == "2024013012");
    CHECK(shiftDateTime("20240301-0500", 1) == "20240229-0500");
    for (const auto* broken :
         {"2024", "202403", "2024030125", "20240301126", "20240301120000.", "20240301120000+25",
          "20240301120000 Brinkmann", "20240301.5", "20240301120000.1234567"})
        CHECK_FALSE(shiftDateTime(broken, 1));
}
