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

TEST_CASE("an age in an annotation goes, unless characteristics stay") {
    Marks marks;
    auto wave = ecg(marks, samplesOf());
    SetBuilder age(dicom::Encoding::ExplicitLittle);
    age.sequence("ConceptNameCodeSequence", {code("30525-0", "LN", "Age")})
        .text("NumericValue", "57")
        .sequence("MeasurementUnitsCodeSequence", {code("a", "UCUM", "year")});
    wave.sequence("WaveformAnnotationSequence", {age});
    Bench bench;
    bench.policy.add(DeidOption::CleanStructuredContent);
    const auto told = [&] {
        const auto& root = bench.run(fileOf(wave, kExplicitLittle)).file.dataset;
        return textOf(itemOf(root, "WaveformAnnotationSequence"), "NumericValue");
    };
    CHECK(told().empty());
    bench.policy.add(DeidOption::RetainPatientCharacteristics);
    CHECK(told() == "57");
    bench.policy.age_cap_years = 50;
    CHECK(told().empty());
}

TEST_CASE("surfaces keep points of the stated number, and no bytes that are writing") {
    Marks marks;
    Bench bench;
    const auto surfaceOf = [&](const std::string& coordinates, std::string_view label) {
        SetBuilder points(dicom::Encoding::ExplicitLittle), surface(dicom::Encoding::ExplicitLittle),
            segment(dicom::Encoding::ExplicitLittle);
        points.number("NumberOfSurfacePoints", {2}).bytes({0x00660016}, "OF", coordinates);
        surface.number("SurfaceNumber", {1})
            .text("FiniteVolume", "YES")
            .text("SurfaceComments", marks.next())
            .sequence("SurfacePointsSequence", {points});
        segment.number("SegmentNumber", {1}).text("SegmentLabel", label);
        auto set = contentHeader("1.2.840.10008.5.1.4.1.1.66.5", marks);
        set.text("Modality", "SEG")
            .sequence("SurfaceSequence", {surface})
            .sequence("SegmentSequence", {segment});
        return fileOf(set, kExplicitLittle);
    };
    SetBuilder six(dicom::Encoding::ExplicitLittle);
    six.number("GraphicData", {1.5, -2.5, 1000, 0, 0.001, -77.7});
    const auto encoded = six.encoded();
    const auto floats = encoded.substr(encoded.size() - 24);

    const auto& good = bench.run(surfaceOf(floats, "Liver lesion"));
    const auto& surface = itemOf(good.file.dataset, "SurfaceSequence");
    CHECK(asText(itemOf(surface, "SurfacePointsSequence").find({0x00660016})->value) == floats);
    CHECK(textOf(surface, "FiniteVolume") == "YES");
    CHECK(textOf(itemOf(good.file.dataset, "SegmentSequence"), "SegmentLabel") == "Liver lesion");
    CHECK(marks.in(good.output).empty());

    const auto mark = marks.next() + "ABCDEFGH";
    const auto& bad =
        bench.run(surfaceOf((mark + std::string(24, 'x')).substr(0, 24), "Lesion of " + marks.next()));
    CHECK(marks.in(bad.output).empty());
    CHECK(textOf(itemOf(bad.file.dataset, "SegmentSequence"), "SegmentLabel") == "Lesion");
    const auto& longer = bench.run(surfaceOf(floats + floats, "1"));
    CHECK(
        itemOf(itemOf(longer.file.dataset, "SurfaceSequence"), "SurfacePointsSequence").find({0x00660016}) ==
        nullptr);
}

TEST_CASE("fiducials keep positions, and their names when these are plain") {
    Marks marks;
    Bench bench;
    SetBuilder fiducial(dicom::Encoding::ExplicitLittle), set_item(dicom::Encoding::ExplicitLittle),
        point(dicom::Encoding::ExplicitLittle);
    point.number("GraphicData", {1, 2, 3});
    fiducial.text("ShapeType", "POINT")
        .text("FiducialIdentifier", "Point 1")
        .text("FiducialDescription", marks.next())
        .text("FiducialUID", "1.2.826.0.1.3680043.9.7.7")
        .sequence("GraphicCoordinatesDataSequence", {point});
    set_item.text("FrameOfReferenceUID", "1.2.826.0.1.3680043.9.7.8")
        .sequence("FiducialSequence", {fiducial});
    auto object = contentHeader("1.2.840.10008.5.1.4.1.1.66.2", marks);
    object.text("Modality", "FID")
        .text("ContentLabel", "FIDUCIALS")
        .sequence("FiducialSetSequence", {set_item});
    const auto& ran = bench.run(fileOf(object, kExplicitLittle));
    CHECK(marks.in(ran.output).empty());
    const auto& kept = itemOf(itemOf(ran.file.dataset, "FiducialSetSequence"), "FiducialSequence");
    CHECK(textOf(kept, "FiducialIdentifier") == "Point 1");
    CHECK(textOf(kept, "FiducialDescription") == "REMOVED");
    CHECK(textOf(kept, "FiducialUID") == mapUid(bench.keys, "1.2.826.0.1.3680043.9.7.7"));
    CHECK(numbersOf(itemOf(kept, "GraphicCoordinatesDataSequence"), "GraphicData") ==
          std::vector<double>{1, 2, 3});
}
