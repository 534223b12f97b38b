/// What the engine takes from real files that no row of Table E.1-1 asks it to take: the words and terms that
/// real scanners write.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "driver.hpp"
#include "exam_kit.hpp"
#include "gantry/anonymizer/table.hpp"

using namespace gantry;
using namespace gantry::canary;
using namespace gantry::test;

namespace {

struct Lost {
    std::size_t files = 0;
    std::set<std::string> values;
};
struct RealTally {
    std::map<std::string, std::size_t> outcomes;
    std::map<std::string, Lost> lost;
    std::size_t expected = 0, kept = 0;
};

/// Standard attributes that describe and that the profile does not name.
bool isTechnical(const dicom::Element& element) {
    const auto group = element.tag.group();
    if (element.tag.isPrivate() || group < 8 || element.tag.element() == 0 || group == 0xFFFC) return false;
    const auto* entry = dicom::lookup(element.tag);
    if (entry == nullptr || entry->retired || anonymizer::profileRow(element.tag) != nullptr) return false;
    return element.vr != dicom::Vr("UI") && element.vr != dicom::Vr("PN");
}

void compare(const dicom::DataSet& before, const dicom::DataSet& after, const std::string& path,
             RealTally& tally) {
    for (const auto& element : before.elements) {
        if (!isTechnical(element) || (element.value.empty() && !element.sequence)) continue;
        const auto name = path + dicom::nameOf(element.tag);
        const auto* found = after.find(element.tag);
        if (element.sequence && found != nullptr) {
            for (std::size_t i = 0; i < std::min(element.items.size(), found->items.size()); ++i)
                compare(element.items[i], found->items[i], name + " > ", tally);
            continue;
        }
        ++tally.expected;
        if (found != nullptr && std::ranges::equal(found->value, element.value)) {
            ++tally.kept;
            continue;
        }
        auto& lost = tally.lost[name];
        ++lost.files;
        if (dicom::isTextVr(element.vr) && lost.values.size() < 6)
            lost.values.insert(std::string(asText(element.value).substr(0, 60)));
    }
}

void runOne(const std::filesystem::path& path, const std::filesystem::path& out, RealTally& tally) {
    const auto outcome = runEngineOn(path, out, trialOptions());
    ++tally.outcomes[outcome.bytes ? "out" : outcome.held_because.substr(0, 70)];
    if (!outcome.bytes) return;
    const auto map = must(MappedFile::open(path));
    const auto before = must(dicom::readFile(map.bytes()));
    const auto after = dicom::readFile(asBytes(*outcome.bytes));
    REQUIRE(after);
    compare(before.dataset, after->dataset, "", tally);
}

}  // namespace

TEST_CASE("real files keep what no row of the profile takes", "[canary]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("the shared folder with real data is not here");
    const auto folder = temporaryDirectory();
    constexpr std::uintmax_t kLargest = 16u << 20;
    RealTally tally;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*shared / "data"))
        if (entry.is_regular_file() && entry.file_size() > 132 && entry.file_size() <= kLargest)
            runOne(entry.path(), folder.path() / "out.dcm", tally);
    for (const auto& [outcome, count] : tally.outcomes) std::cout << count << " x " << outcome << '\n';
    std::cout << "technical attributes of real files: " << tally.expected << ", kept " << tally.kept << '\n';
    std::vector<std::pair<std::size_t, std::string>> sorted;
    const bool tell_values = environment("GANTRY_CANARY_VALUES", "").size() > 0;
    for (const auto& [name, lost] : tally.lost) {
        std::string values;
        if (tell_values)
            for (const auto& value : lost.values) values += " [" + value + "]";
        sorted.emplace_back(lost.files, name + values);
    }
    std::ranges::sort(sorted, std::greater<>());
    for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 200); ++i)
        std::cout << "  lost " << sorted[i].first << " x " << sorted[i].second << '\n';
    CHECK(static_cast<double>(tally.kept) >= 0.95 * static_cast<double>(tally.expected));
}
