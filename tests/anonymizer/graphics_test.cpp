/// Presentation states and waveforms: shapes and samples stay, what people wrote on them goes (PS3.15 E.3.5).
#include <catch2/catch.hpp>

#include "content_objects.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::DataSet;
using dicom::Tag;

namespace {

const DataSet& itemOf(const DataSet& set, std::string_view sequence, std::size_t index = 0) {
    const auto* found = set.find(dicom::lookup(sequence)->tag);
    REQUIRE(found);
    REQUIRE(found->items.size() > index);
    return found->items[index];
}

std::string textOf(const DataSet& set, std::string_view keyword) {
    return std::string(set.text(dicom::lookup(keyword)->tag));
}

std::vector<double> numbersOf(const DataSet& set, std::string_view keyword) {
    const auto* found = set.find(dicom::lookup(keyword)->tag);
    return found ? dicom::binaryNumbers(*found, set.encoding) : std::vector<double>{};
}

void gatePasses(const Bench& bench, const Ran& ran) {
    auto values = collect(ran.original);
    values.options = gateOptions(bench.policy);
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
    for (const auto& hit : must(LeakGate::build(values).scan(bench.output())))
        FAIL_CHECK(hit.what + " in " + hit.where);
}

constexpr std::size_t kSampleBytes = 2 * 2 * 50;
std::string samplesOf() {
    std::string samples;
    for (std::size_t i = 0; i < kSampleBytes; ++i) samples += static_cast<char>(i * 7 % 251);
    return samples;
}

}  // namespace

TEST_CASE("a presentation state keeps shapes, areas and references, and plain measurements") {
    Bench bench;
    bench.policy.add(DeidOption::CleanGraphics);
    Marks marks;
    const auto& ran = bench.run(fileOf(presentationState(marks), kExplicitLittle));
    CHECK(marks.in(ran.output).empty());
    const auto& root = ran.file.dataset;
    const auto& annotation = itemOf(root, "GraphicAnnotationSequence");
    CHECK(textOf(itemOf(annotation, "TextObjectSequence", 0), "UnformattedTextValue") == "12.5 mm");
    CHECK(textOf(itemOf(annotation, "TextObjectSequence", 1), "UnformattedTextValue") == "REMOVED");
    const auto& shape = itemOf(annotation, "GraphicObjectSequence");
    CHECK(numbersOf(shape, "GraphicData") == std::vector<double>{1.5, 2.5, 3.5, 4.5});
    CHECK(textOf(shape, "GraphicType") == "POLYLINE");
    CHECK(textOf(itemOf(root, "DisplayedAreaSelectionSequence"), "PresentationSizeMode") == "SCALE TO FIT");
    CHECK(textOf(root, "ShutterShape") == "RECTANGULAR");
    const auto& image = itemOf(itemOf(root, "ReferencedSeriesSequence"), "ReferencedImageSequence");
    CHECK(textOf(image, "ReferencedSOPInstanceUID") == mapUid(bench.keys, "1.2.826.0.1.3680043.9.1.2.3"));
    CHECK(textOf(root, "PresentationCreationDate") ==
          *shiftDate("20260310", dateOffsetDays(bench.keys, bench.subject.subject_id)));
    gatePasses(bench, ran);
}

TEST_CASE("an annotation stays on its layer when the layer's name goes") {
    Bench bench;
    bench.policy.add(DeidOption::CleanGraphics);
    Marks marks;
    const auto& root = bench.run(fileOf(presentationState(marks), kExplicitLittle)).file.dataset;
    const auto name = textOf(itemOf(root, "GraphicLayerSequence"), "GraphicLayer");
    CHECK(name == "LAYER1");
    CHECK(textOf(itemOf(root, "GraphicAnnotationSequence"), "GraphicLayer") == name);
}

TEST_CASE("overlays of a presentation state go, their bits may be text") {
    Bench bench;
    bench.policy.add(DeidOption::CleanGraphics);
    Marks marks;
    const auto& root = bench.run(fileOf(presentationState(marks), kExplicitLittle)).file.dataset;
    CHECK(std::ranges::none_of(root.elements,
                               [](const auto& e) { return (e.tag.group() & 0xFF00) == 0x6000; }));
}

TEST_CASE("without its option a presentation state is held") {
    Bench bench;
    Marks marks;
    const auto result = bench.tryRun(fileOf(presentationState(marks), kExplicitLittle));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::Unsupported);
}

TEST_CASE("dates of a presentation state that must be there are dummies when dates go") {
    Bench bench;
    bench.policy = DeidPolicy().add(DeidOption::CleanGraphics);
    Marks marks;
    const auto& root = bench.run(fileOf(presentationState(marks), kExplicitLittle)).file.dataset;
    CHECK(textOf(root, "PresentationCreationDate") == "19000101");
    CHECK(textOf(root, "PresentationCreationTime") == "000000");
}

TEST_CASE("a waveform keeps its samples, channels and measurements, and no text") {
    Bench bench;
    bench.policy.add(DeidOption::CleanStructuredContent);
    Marks marks;
    const auto samples = samplesOf();
    const auto& ran = bench.run(fileOf(ecg(marks, samples), kExplicitLittle));
    CHECK(marks.in(ran.output).empty());
    const auto& group = itemOf(ran.file.dataset, "WaveformSequence");
    CHECK(asText(group.find({0x54001010})->value) == samples);  // and nothing behind them
    CHECK(textOf(group, "SamplingFrequency") == "500");
    CHECK(textOf(group, "WaveformSampleInterpretation") == "SS");
    const auto& lead = itemOf(group, "ChannelDefinitionSequence");
    CHECK(textOf(lead, "ChannelLabel") == "Lead II");
    CHECK(textOf(lead, "ChannelSensitivity") == "2.44");
    CHECK(textOf(itemOf(lead, "ChannelSourceSequence"), "CodeValue") == "2:2");
    CHECK(itemOf(group, "ChannelDefinitionSequence", 1).find({0x003A0203}) == nullptr);
    const auto& measured = itemOf(ran.file.dataset, "WaveformAnnotationSequence");
    CHECK(textOf(measured, "NumericValue") == "61");
    CHECK(textOf(itemOf(ran.file.dataset, "WaveformAnnotationSequence", 1), "UnformattedTextValue") ==
          "REMOVED");
    gatePasses(bench, ran);
}

TEST_CASE("without the option a waveform goes without its annotations") {
    Bench bench;
    Marks marks;
    const auto& root = bench.run(fileOf(ecg(marks, samplesOf()), kExplicitLittle)).file.dataset;
    CHECK(root.find({0x0040B020}) == nullptr);
    CHECK(root.find({0x54000100}) != nullptr);
}

TEST_CASE("samples whose size nothing describes are not sent") {
    Bench bench;
    Marks marks;
    SetBuilder group(dicom::Encoding::ExplicitLittle);
    const auto mark = marks.next();
    group.bytes({0x54001010}, "OW", mark + "  ");
    auto wave = ecg(marks, samplesOf());
    wave.sequence("WaveformSequence", {group});
    CHECK(marks.in(bench.run(fileOf(wave, kExplicitLittle)).output).empty());
}

TEST_CASE("pixels in a report or waveform go: nobody looks at them there") {
    Bench bench;
    Marks marks;
    auto wave = ecg(marks, samplesOf());
    wave.bytes({0x7FE00010}, "OW", marks.next() + "  ");
    const auto& ran = bench.run(fileOf(wave, kExplicitLittle));
    CHECK(ran.file.dataset.find({0x7FE00010}) == nullptr);
    CHECK(marks.in(ran.output).empty());
}
