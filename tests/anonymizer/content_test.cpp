/// Structured reports: the tree stays whole, measurements, codes and references stay, people go (PS3.15
/// E.3.4).
#include <catch2/catch.hpp>
#include <map>

#include "content_objects.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "raw_http.hpp"
#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::DataSet;

namespace {

Bench reportBench() {
    Bench bench;
    bench.policy.add(DeidOption::CleanStructuredContent);
    return bench;
}

std::string fileOfReport(const SetBuilder& report) {
    return fileOf(report, kExplicitLittle);
}

const DataSet& only(const DataSet& item, std::uint32_t sequence) {
    const auto* found = item.find({sequence});
    REQUIRE(found);
    REQUIRE(found->items.size() == 1);
    return found->items.front();
}

/// "TEXT 121106", "NUM 410668003", ... of all content items, in the order of the tree.
struct Node {
    std::string type;
    std::string concept_code;
    const DataSet* item;
};
void walk(const DataSet& item, std::vector<Node>& into) {
    into.push_back({std::string(item.text({0x0040A040})),
                    std::string(only(item, 0x0040A043).text({0x00080100})), &item});
    if (const auto* content = item.find({0x0040A730}))
        for (const auto& child : content->items) walk(child, into);
}
std::vector<Node> treeOf(const dicom::DicomFile& file) {
    std::vector<Node> nodes;
    walk(file.dataset, nodes);
    return nodes;
}

const DataSet& nodeOf(const std::vector<Node>& tree, std::string_view concept_code, std::size_t nth = 0) {
    for (const auto& node : tree)
        if (node.concept_code == concept_code && nth-- == 0) return *node.item;
    FAIL("no such content item");
    return *tree.front().item;
}

}  // namespace

TEST_CASE("a report keeps its tree, its numbers, codes and references, and nobody's name") {
    auto bench = reportBench();
    Marks marks;
    const auto& ran = bench.run(fileOfReport(measurementReport(marks)));
    CHECK(marks.in(ran.input).size() > 20);
    CHECK(marks.in(ran.output).empty());

    const auto before = treeOf(ran.original);
    const auto after = treeOf(ran.file);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(before[i].type == after[i].type);

    const auto& length = nodeOf(after, "410668003");
    const auto& measured = only(length, 0x0040A300);
    CHECK(measured.text({0x0040A30A}) == "31.4");
    CHECK(only(measured, 0x004008EA).text({0x00080100}) == "mm");
    const auto& region = nodeOf(after, "111030");
    CHECK(region.text({0x00700023}) == "POLYLINE");
    CHECK(dicom::binaryNumbers(*region.find({0x00700022}), region.encoding) ==
          std::vector<double>{10.5, 20.25, 30, 40});
    CHECK(only(nodeOf(after, "121071"), 0x0040A168).text({0x00080100}) == "4147007");
    CHECK(nodeOf(after, "112039").text({0x0040A160}) == "Lesion 1");
    CHECK(only(ran.file.dataset, 0x0040A504).text({0x0040DB00}) == "1500");
}

TEST_CASE("references of a report are mapped as the objects they point to") {
    auto bench = reportBench();
    Marks marks;
    const auto& ran = bench.run(fileOfReport(measurementReport(marks)));
    const auto image = mapUid(bench.keys, "1.2.826.0.1.3680043.9.1.2.3");
    const auto tree = treeOf(ran.file);
    CHECK(only(nodeOf(tree, "121324"), 0x00081199).text({0x00081155}) == image);
    CHECK(nodeOf(tree, "112040").text({0x0040A124}) == mapUid(bench.keys, "1.2.826.0.1.3680043.9.7"));
    const auto& study = only(ran.file.dataset, 0x0040A375);
    CHECK(study.text({0x0020000D}) == ran.file.dataset.text({0x0020000D}));
    CHECK(only(only(study, 0x00081115), 0x00081199).text({0x00081155}) == image);
}

TEST_CASE("people, places and orders in a report are replaced") {
    auto bench = reportBench();
    Marks marks;
    const auto& ran = bench.run(fileOfReport(measurementReport(marks)));
    const auto tree = treeOf(ran.file);
    CHECK(nodeOf(tree, "121029").text({0x0040A123}) == "SUBJ-001");
    CHECK(nodeOf(tree, "121030").text({0x0040A160}) == "SUBJ-001");
    CHECK(nodeOf(tree, "121008").text({0x0040A123}) == "REMOVED");
    CHECK(nodeOf(tree, "121106").text({0x0040A160}) == "REMOVED");
    CHECK(nodeOf(tree, "112039", 1).text({0x0040A160}) == "Lesion");
    CHECK(nodeOf(tree, "121031").text({0x0040A121}) == "19000101");
    const auto& verifier = only(ran.file.dataset, 0x0040A073);
    CHECK(verifier.text({0x0040A075}) == "REMOVED");
    CHECK(verifier.text({0x0040A027}) == "REMOVED");
    CHECK(ran.file.dataset.find({0x0040A078}) == nullptr);
}

TEST_CASE("dates of a report move by the subject's offset, times stay") {
    auto bench = reportBench();
    Marks marks;
    const auto& ran = bench.run(fileOfReport(measurementReport(marks)));
    const auto days = dateOffsetDays(bench.keys, bench.subject.subject_id);
    const auto tree = treeOf(ran.file);
    CHECK(nodeOf(tree, "111526").text({0x0040A120}) == *shiftDateTime("20260310101112", days));
    CHECK(nodeOf(tree, "122102").text({0x0040A122}) == "101113");
}

TEST_CASE("the device of a report stays with its option, characteristics with theirs") {
    auto bench = reportBench();
    Marks marks;
    const auto bytes = fileOfReport(measurementReport(marks));
    const auto with_device = treeOf(bench.run(bytes).file);
    CHECK(nodeOf(with_device, "121016").text({0x0040A160}) == "SN-0815");
    CHECK(only(nodeOf(with_device, "121032"), 0x0040A168).text({0x00080100}) == "261665006");
    CHECK(nodeOf(with_device, "121033").find({0x0040A300})->items.empty());

    bench.policy =
        DeidPolicy().add(DeidOption::CleanStructuredContent).add(DeidOption::RetainPatientCharacteristics);
    const auto without = treeOf(bench.run(bytes).file);
    CHECK(nodeOf(without, "121016").text({0x0040A160}) == "REMOVED");
    CHECK(nodeOf(without, "121015").text({0x0040A160}) == "Biograph 64");
    CHECK(only(nodeOf(without, "121032"), 0x0040A168).text({0x00080100}) == "M");
    // 93 years: above the cap of 89.
    CHECK(nodeOf(without, "121033").find({0x0040A300})->items.empty());
}

TEST_CASE("codes of a local scheme are replaced, so that the item keeps its place") {
    auto bench = reportBench();
    Marks marks;
    const auto tree = treeOf(bench.run(fileOfReport(measurementReport(marks))).file);
    // SNOMED CT 74964007 Other.
    CHECK(only(nodeOf(tree, "121071", 1), 0x0040A168).text({0x00080100}) == "74964007");
    CHECK(only(nodeOf(tree, "74964007"), 0x0040A300).text({0x0040A30A}) == "5");
}

TEST_CASE("without the option a report is held") {
    Bench bench;
    Marks marks;
    const auto result = bench.tryRun(fileOfReport(measurementReport(marks)));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::Unsupported);
    CHECK(result.error().context.find("clean_structured_content") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(bench.output()));
}

TEST_CASE("a label that repeats the patient's name goes") {
    auto bench = reportBench();
    Marks marks;
    auto report = measurementReport(marks);
    CHECK(nodeOf(treeOf(bench.run(fileOfReport(report)).file), "112039").text({0x0040A160}) == "Lesion 1");
    report.text("PatientName", "Volume^Lesion");
    CHECK(nodeOf(treeOf(bench.run(fileOfReport(report)).file), "112039").text({0x0040A160}) == "REMOVED");
    report.text("PatientName", "Brinkmann^Adelheid");
    report.text("PatientID", "LESION 1");
    CHECK(nodeOf(treeOf(bench.run(fileOfReport(report)).file), "112039").text({0x0040A160}) == "REMOVED");
}

TEST_CASE("the gate lets a cleaned report pass") {
    auto bench = reportBench();
    Marks marks;
    const auto& ran = bench.run(fileOfReport(measurementReport(marks)));
    auto values = collect(ran.original);
    values.options = gateOptions(bench.policy);
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
    for (const auto& hit : must(LeakGate::build(values).scan(bench.output())))
        FAIL_CHECK(hit.what + " in " + hit.where);
}

TEST_CASE("DCMTK reads a cleaned report without a complaint") {
    auto bench = reportBench();
    Marks marks;
    (void)bench.run(fileOfReport(measurementReport(marks)));
    const auto path = bench.output().string();
    const auto read = runCommand("dsrdump -Er '" + path + "' 2>&1");
    CAPTURE(read.output);
    CHECK(read.output.find("E: ") == std::string::npos);
    CHECK(read.output.find("W: ") == std::string::npos);
    CHECK(read.output.find("Imaging Measurement Report") != std::string::npos);
    CHECK(runCommand("dcmftest '" + path + "'").output.starts_with("yes"));
}

TEST_CASE("real reports and segmentations of highdicom go through whole") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("the shared folder with real data is not here");
    auto bench = reportBench();
    int reports = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(*shared / "data/highdicom/data/test_files")) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with("sr_") && !name.starts_with("seg_")) continue;
        CAPTURE(name);
        const auto& ran = bench.run(must(gantry::readFile(entry.path())));
        CHECK(runCommand("dcmftest '" + bench.output().string() + "'").output.starts_with("yes"));
        if (!name.starts_with("sr_")) continue;
        ++reports;
        const auto before = treeOf(ran.original);
        const auto after = treeOf(ran.file);
        REQUIRE(before.size() == after.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            CHECK(before[i].concept_code == after[i].concept_code);
            const auto* measured = before[i].item->find({0x0040A300});
            if (measured && !measured->items.empty())
                CHECK(only(*before[i].item, 0x0040A300).text({0x0040A30A}) ==
                      only(*after[i].item, 0x0040A300).text({0x0040A30A}));
        }
        const auto read = runCommand("dsrdump -Er '" + bench.output().string() + "' 2>&1");
        CAPTURE(read.output);
        CHECK(read.output.find("E: ") == std::string::npos);
    }
    CHECK(reports == 2);
}
