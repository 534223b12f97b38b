#include "gantry/core/result.hpp"

#include <set>

#include "support.hpp"

using namespace gantry;

namespace {
Result<int> half(int n) {
    if (n % 2 != 0) return fail(Errc::InvalidArgument, "odd");
    return n / 2;
}
Result<int> quarter(int n) {
    return GANTRY_TRY(half(GANTRY_TRY(half(n))));
}
}  // namespace

TEST_CASE("GANTRY_TRY gives the value or leaves with the error") {
    CHECK(test::must(quarter(8)) == 2);
    REQUIRE_FALSE(quarter(6));
    CHECK(quarter(6).error().message() == "invalid-argument: odd");
}

TEST_CASE("every error has one row, its own slug and its own exit code") {
    std::set<std::string_view> slugs;
    std::set<int> exits;
    for (const auto& row : errcTable()) {
        CHECK(&describe(row.code) == &row);
        slugs.insert(row.slug);
        exits.insert(row.exit_code);
    }
    CHECK(slugs.size() == errcTable().size());
    CHECK(exits.size() == errcTable().size());
}

TEST_CASE("C-STORE statuses are those of PS3.4 Table B.2-1") {
    CHECK(describe(Errc::DiskFull).dimse_status == 0xA700);
    CHECK(describe(Errc::DicomMismatch).dimse_status == 0xA900);
    CHECK((describe(Errc::NotDicom).dimse_status & 0xF000) == 0xC000);
}
