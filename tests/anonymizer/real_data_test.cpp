/// Every real file goes through without a crash: out and past the gate, or refused with a reason.
#include <catch2/catch.hpp>
#include <iostream>
#include <map>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::anonymizer;

namespace {

constexpr std::uintmax_t kLargest = 64u << 20;

struct Tally {
    std::map<std::string, int> outcomes;
    std::vector<std::string> leaks;
};

void runOne(const std::filesystem::path& path, const std::filesystem::path& out, Tally& tally) {
    static const auto keys = test::must(DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    static const auto policy =
        DeidPolicy().add(DeidOption::RetainLongitudinalModifiedDates).add(DeidOption::RetainDeviceIdentity);
    const SubjectIdentity subject{"TRIAL-1", "0417", "SUBJ-001", "BL", ""};
    const auto report = deidentify({path}, policy, keys, subject, out);
    if (!report) {
        const bool expected = report.error().code == Errc::NotDicom ||
                              report.error().code == Errc::Unsupported ||
                              report.error().code == Errc::DicomLimit;
        CHECK(expected);
        ++tally.outcomes[std::string(describe(report.error().code).slug)];
        return;
    }
    const auto map = test::must(MappedFile::open(path));
    auto values = collect(test::must(dicom::readFile(map.bytes())));
    values.options.device_retained = true;
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
    const auto hits = test::must(LeakGate::build(values).scan(out));
    ++tally.outcomes[hits.empty() ? "out" : "held by the gate"];
    for (const auto& hit : hits)
        tally.leaks.push_back(path.filename().string() + ": " + hit.what + " in " + hit.where);
}

}  // namespace

TEST_CASE("real files go out past the gate or are refused with a reason") {
    const auto shared = test::sharedFolder();
    if (!shared) return test::skipLoudly("the shared folder with real data is not here");
    const auto folder = test::temporaryDirectory();
    Tally tally;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*shared / "data"))
        if (entry.is_regular_file() && entry.file_size() > 0 && entry.file_size() <= kLargest)
            runOne(entry.path(), folder.path() / "out.dcm", tally);
    for (const auto& [outcome, count] : tally.outcomes) std::cout << outcome << ": " << count << '\n';
    for (const auto& leak : tally.leaks) std::cout << "held: " << leak << '\n';
    CHECK(tally.outcomes["out"] > 500);
    CHECK(tally.outcomes["held by the gate"] <= tally.outcomes["out"] / 50);
}
