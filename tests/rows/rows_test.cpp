// Every row of the check catalogue, kept and broken: two tests a case, named by its row.
#include "row_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

class CaseTest : public Catch::ITestInvoker {
public:
    CaseTest(const RowCase& one, bool good) : one_(one), good_(good) {}
    void invoke() const override {
        INFO(packOf(one_));
        const auto result = resultOf(one_, good_ ? one_.good() : one_.bad());
        CHECK(toString(result) == toString(good_ ? one_.when_good : one_.when_bad));
    }

private:
    const RowCase& one_;
    bool good_;
};

struct Registration {
    Registration() {
        for (const auto& one : allCases())
            for (const bool good : {true, false})
                Catch::AutoReg(new CaseTest(one, good), CATCH_INTERNAL_LINEINFO, Catch::StringRef(),
                               Catch::NameAndTags(testName(one, good), "[rows]"));
    }
};
const Registration kRegistration;

}  // namespace

TEST_CASE("every case belongs to a row of the catalogue and has a name of its own", "[rows]") {
    std::vector<std::string> names;
    for (const auto& one : allCases()) {
        CAPTURE(one.row, one.title);
        const auto& rows = catalogueRows();
        CHECK(std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.id == one.row; }));
        CHECK(one.title.find_first_of(",[]\"\\") == std::string::npos);
        CHECK(std::find(names.begin(), names.end(), testName(one, true)) == names.end());
        names.push_back(testName(one, true));
    }
}

TEST_CASE("docs checks.md is what the cases say", "[rows]") {
    const auto committed = must(readFile(std::string(GANTRY_SOURCE_DIR) + "/docs/checks.md"));
    CHECK(committed == catalogueText());
}

// Not run with the others: rows_test '[write]' makes the document anew.
TEST_CASE("write docs checks.md", "[.write]") {
    must(writeFileDurably(std::string(GANTRY_SOURCE_DIR) + "/docs/checks.md", asBytes(catalogueText())));
}
