#include <catch2/catch.hpp>
#include <cmath>

#include "pack_kit.hpp"
#include "series_view.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::qc;
using namespace gantry::test;

namespace {

/// A series whose images are told one by one.
class Series {
public:
    /// An axial image at `z` mm.
    Series& image(double z, const Facts& more) {
        Facts facts{{"Modality", "MR"},
                    {"ImagePositionPatient", "-120\\-110\\" + std::to_string(z)},
                    {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                    {"Rows", "256"},
                    {"Columns", "192"},
                    {"PixelSpacing", "0.9\\1.1"}};
        for (const auto& [name, value] : more) facts[name] = value;
        facts_.push_back(std::move(facts));
        return *this;
    }
    /// `count` axial images from 0 mm on, `spacing` apart.
    Series& stack(int count, double spacing, const Facts& more, const std::vector<int>& dropped = {}) {
        for (int i = 0; i < count; ++i)
            if (std::ranges::find(dropped, i) == dropped.end()) image(i * spacing, more);
        return *this;
    }
    Series& add(Facts facts) {
        facts_.push_back(std::move(facts));
        return *this;
    }
    std::vector<SeriesView> views(bool reversed = false) const {
        SeriesFacts series{"2.25.1", {}};
        for (const Facts& facts : facts_) series.instances.push_back({"", &facts});
        if (reversed) std::ranges::reverse(series.instances);
        PackData pack;
        pack.attributes = {"EchoTime", "Gantry.BValue", "(0019,0C):SIEMENS MR HEADER",
                           "SourceSequence.ReferencedValue"};
        return viewSeries(pack, series);
    }
    SeriesView view() const { return views().front(); }

private:
    std::deque<Facts> facts_;
};

/// "EchoTime=10" of each volume, joined.
std::vector<std::string> keysOf(const SeriesView& view) {
    std::vector<std::string> keys;
    for (const Volume& volume : view.volumes) {
        std::string text;
        for (const auto& key : volume.keys)
            text += (text.empty() ? "" : " ") + std::string(key.attribute) + "=" + key.value;
        keys.push_back(text);
    }
    return keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("one stack is one volume without keys", "[volumes]") {
    const SeriesView view = Series().stack(20, 3, {{"EchoTime", "30"}}).view();
    CHECK(keysOf(view) == Keys{""});
    CHECK(view.stack->slices == 20);
    CHECK(view.orientations == 1);
    CHECK(view.geometries == 1);
    REQUIRE(view.affine);
    CHECK(view.affine->origin == Vector3{-120, -110, 0});
    CHECK(view.affine->normal == Vector3{0, 0, 1});
    CHECK(view.affine->row_spacing == 0.9);
    CHECK(view.affine->column_spacing == 1.1);
    CHECK(view.affine->slice_spacing == Approx(3));
    CHECK(view.affine->rows == 256);
    CHECK(view.affine->columns == 192);
    CHECK(view.affine->slices == 20);
}

TEST_CASE("echoes are volumes, and a slice lost from one of three is found", "[volumes]") {
    for (const int lost : {0, 7, 19}) {  // at either end there is no step that shows it
        Series series;
        series.stack(20, 3, {{"EchoTime", "5"}, {"EchoNumbers", "1"}});
        series.stack(20, 3, {{"EchoTime", "10"}, {"EchoNumbers", "2"}}, {lost});
        series.stack(20, 3, {{"EchoTime", "15"}, {"EchoNumbers", "3"}});
        const SeriesView view = series.view();
        CHECK(keysOf(view) == Keys{"EchoNumbers=1", "EchoNumbers=2", "EchoNumbers=3"});
        CHECK(view.volumes[0].stack->missing() == 0);
        CHECK(view.volumes[1].stack->missing() == 1);
        CHECK(view.volumes[1].stack->holes.front().from_mm == Approx(3 * lost));
        CHECK(view.stack->slices == 20);
        CHECK(view.stack->missing() == 1);
        CHECK(view.stack->duplicates == 0);
    }
}

TEST_CASE("a hole that all echoes have stays one", "[volumes]") {
    Series series;
    for (const auto* echo : {"5", "10"}) series.stack(20, 3, {{"EchoTime", echo}}, {8, 9});
    const SeriesView view = series.view();
    REQUIRE(view.volumes.size() == 2);
    CHECK(view.volumes[0].stack->missing() == 2);
    CHECK(view.stack->missing() == 2);
}

TEST_CASE("diffusion is parted by b-value, then by direction", "[volumes]") {
    Series series;
    series.stack(10, 4, {{"DiffusionBValue", "0"}});
    for (const auto* b : {"500", "1000"})
        for (const auto* direction : {"1\\0\\0", "0\\1\\0", "0\\0\\1"})
            series.stack(10, 4, {{"DiffusionBValue", b}, {"DiffusionGradientOrientation", direction}});
    const SeriesView view = series.view();
    REQUIRE(view.volumes.size() == 7);
    CHECK(keysOf(view).front() == "Gantry.BValue=0");
    CHECK(keysOf(view).back() == "Gantry.BValue=1000 Gantry.GradientDirection=1\\0\\0");
    CHECK(view.stack->slices == 10);
    CHECK(view.stack->duplicates == 0);
    CHECK(view.columns[1].values == std::vector<std::string>{"0", "500", "1000"});
}

TEST_CASE("dynamics are parted by moment, also when the last one was cut short", "[volumes]") {
    Series series;
    for (int t = 1; t <= 5; ++t)
        series.stack(t == 5 ? 3 : 12, 4, {{"TemporalPositionIdentifier", std::to_string(t)}});
    const SeriesView view = series.view();
    REQUIRE(view.volumes.size() == 5);
    CHECK(view.stack->slices == 12);
    CHECK(view.stack->duplicates == 0);
    CHECK(view.volumes[4].frames == 3);
    Series timed;  // nothing but the time of acquisition says it; slices are taken one after the other
    for (int t = 0; t < 3; ++t)
        for (int i = 0; i < 12; ++i)
            timed.image(4 * i, {{"AcquisitionTime", std::to_string(100000 + 20 * t + i) + ".5"}});
    CHECK(keysOf(timed.view()) == Keys{"AcquisitionTime=#1", "AcquisitionTime=#2", "AcquisitionTime=#3"});
    CHECK(timed.view().stack->duplicates == 0);
}

TEST_CASE("instance numbers part a series only if it says how many moments it has", "[volumes]") {
    for (const bool announced : {true, false}) {
        Series series;
        for (int i = 0; i < 40; ++i) {
            Facts facts{{"InstanceNumber", std::to_string(i + 1)}};
            if (announced) facts["NumberOfTemporalPositions"] = "4";
            if (i != 25) series.image(5 * (i % 10), facts);
        }
        Facts again{{"InstanceNumber", "1"}};  // sent twice
        if (announced) again["NumberOfTemporalPositions"] = "4";
        series.image(0, again);
        const SeriesView view = series.view();
        CHECK(view.volumes.size() == (announced ? 4 : 1));
        CHECK(view.stack->missing() == (announced ? 1 : 0));
        CHECK(view.stack->duplicates == (announced ? 1 : 30));
    }
}

TEST_CASE("phases of the heart are parted by rank when each slice has a rhythm of its own", "[volumes]") {
    Series series;
    for (int slice = 0; slice < 8; ++slice)
        for (int phase = 0; phase < 6; ++phase)
            if (slice != 4 || phase != 2)
                series.image(8 * slice, {{"TriggerTime", std::to_string(phase * (30 + slice) + 2.5)}});
    const SeriesView view = series.view();
    REQUIRE(view.volumes.size() == 6);
    CHECK(view.stack->slices == 8);
    CHECK(view.stack->duplicates == 0);
    CHECK(view.stack->missing() == 1);  // whichever phase it was taken from, the slice is missing
    CHECK(view.stack->holes.front().from_mm == Approx(32));
}

TEST_CASE("magnitude and phase are volumes", "[volumes]") {
    Series series;
    for (const auto* type : {"ORIGINAL\\PRIMARY\\M\\FFE", "ORIGINAL\\PRIMARY\\PHASE MAP\\P\\FFE"})
        series.stack(6, 2, {{"ImageType", type}});
    CHECK(keysOf(series.view()) == Keys{"ImageType[3-4]=M\\FFE", "ImageType[3-4]=PHASE MAP\\P"});
}

TEST_CASE("three directions of a localizer are three volumes and no stack", "[volumes]") {
    Series series;
    for (const auto* orientation : {"1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\-1", "0\\1\\0\\0\\0\\-1"})
        series.stack(3, 10, {{"ImageOrientationPatient", orientation}});
    const SeriesView view = series.view();
    CHECK(view.volumes.size() == 3);
    CHECK(view.orientations == 3);
    CHECK(view.geometries == 3);
    CHECK_FALSE(view.stack);
    CHECK(view.no_stack == "images of different orientation are in one series");
    for (const Volume& volume : view.volumes) CHECK(volume.frames == 3);
}

TEST_CASE("duplicates stay when nothing sets them apart", "[volumes]") {
    Series twice;
    twice.stack(10, 5, {{"AcquisitionTime", "101500"}}).stack(10, 5, {{"AcquisitionTime", "101500"}});
    CHECK(twice.view().volumes.size() == 1);
    CHECK(twice.view().stack->duplicates == 10);
    Series one;  // one image again, later: no second volume
    one.stack(10, 5, {{"AcquisitionTime", "101500"}}).image(15, {{"AcquisitionTime", "101900"}});
    CHECK(one.view().volumes.size() == 1);
    CHECK(one.view().stack->duplicates == 1);
    Series echoes;  // one image of one echo again
    echoes.stack(10, 5, {{"EchoTime", "5"}}).stack(10, 5, {{"EchoTime", "9"}}).image(15, {{"EchoTime", "9"}});
    CHECK(echoes.view().volumes.size() == 2);
    CHECK(echoes.view().stack->duplicates == 1);
}

TEST_CASE("no hole disappears by parting", "[volumes]") {
    Series slabs;  // two slabs that meet at 45 mm; slices 15 and 16 of the second are lost
    slabs.stack(10, 5, {{"AcquisitionNumber", "1"}});
    for (int i = 9; i < 20; ++i)
        if (i != 15 && i != 16) slabs.image(5 * i, {{"AcquisitionNumber", "2"}});
    CHECK(slabs.view().stack->missing() == 2);
    CHECK(slabs.view().stack->duplicates == 1);
    Series times;  // each slice has a time of its own; slice 4 is lost, slice 6 came twice
    for (const int i : {0, 1, 2, 3, 5, 6, 6, 7, 8, 9})
        times.image(5 * i, {{"AcquisitionTime", std::to_string(101500 + times.view().instances)}});
    CHECK(times.view().stack->missing() == 1);
    CHECK(times.view().stack->duplicates == 1);
    Series odd_even;  // interleaved: neither half is a volume
    for (int i = 0; i < 20; ++i)
        if (i != 7) odd_even.image(5 * i, {{"AcquisitionNumber", std::to_string(1 + i % 2)}});
    CHECK(odd_even.view().volumes.size() == 1);
    CHECK(odd_even.view().stack->spacing_mm == Approx(5));
    CHECK(odd_even.view().stack->missing() == 1);
}

TEST_CASE("echo times that jitter from slice to slice part nothing", "[volumes]") {
    Series series;
    for (int i = 0; i < 20; ++i)
        for (int copy = 0; copy < 2; ++copy)
            series.image(5 * i, {{"EchoTime", std::to_string(30 + 0.001 * (2 * i + copy))}});
    CHECK(series.view().volumes.size() == 1);
    CHECK(series.view().stack->duplicates == 20);
}

TEST_CASE("a Siemens mosaic is its tiles along the slice normal", "[volumes]") {
    const auto mosaic = [](const char* number) {
        return Facts{{"Modality", "MR"},
                     {"ImageType", "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC"},
                     {"ImagePositionPatient", "-324\\-324\\16"},
                     {"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"},
                     {"Rows", "216"},
                     {"Columns", "216"},
                     {"PixelSpacing", "3\\3"},
                     {"SpacingBetweenSlices", "12"},
                     {"AcquisitionNumber", number},
                     {"Gantry.Csa.NumberOfImagesInMosaic", "5"},
                     {"Gantry.Csa.SliceNormalVector", "0\\0\\1"}};
    };
    const SeriesView view = Series().add(mosaic("1")).add(mosaic("2")).view();
    CHECK(keysOf(view) == Keys{"AcquisitionNumber=1", "AcquisitionNumber=2"});
    CHECK(view.stack->positions_mm == std::vector<double>{16, 28, 40, 52, 64});
    // Nine tiles of 72 pixels fit 216: the first tile's corner is (216 - 72) / 2 * 3 mm further in.
    CHECK(view.affine->origin == Vector3{-108, -108, 16});
    CHECK(view.affine->rows == 72);
    CHECK(view.affine->slice_spacing == 12);
    Facts mute = mosaic("1");
    mute.erase("Gantry.Csa.SliceNormalVector");
    const SeriesView unknown = Series().add(mute).view();
    CHECK_FALSE(unknown.stack);
    CHECK(unknown.no_stack == "the mosaic does not say where its slices lie");
    Facts uncounted = mosaic("1");
    uncounted.erase("Gantry.Csa.NumberOfImagesInMosaic");
    CHECK_FALSE(Series().add(uncounted).view().stack);
}

TEST_CASE("declared stacks of an enhanced object are volumes", "[volumes]") {
    // Two stacks of five frames, 5 mm apart, with 50 mm between them: discs of a spine.
    Facts facts{{"Modality", "MR"},
                {"Rows", "256"},
                {"Columns", "256"},
                {"SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient",
                 "1\\0\\0\\0\\1\\0"},
                {"SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing", "1\\1"}};
    for (int i = 0; i < 10; ++i) {
        const auto frame = "PerFrameFunctionalGroupsSequence[" + std::to_string(i) + "].";
        facts[frame + "PlanePositionSequence[0].ImagePositionPatient"] =
            "0\\0\\" + std::to_string(5 * i + (i < 5 ? 0 : 50));
        facts[frame + "FrameContentSequence[0].StackID"] = i < 5 ? "1" : "2";
    }
    const SeriesView view = Series().add(facts).view();
    CHECK(keysOf(view) == Keys{"StackID=1", "StackID=2"});
    CHECK(view.stack->missing() == 0);
    CHECK(view.geometries == 2);
    CHECK(view.orientations == 1);
    // The same in two instances: the second may have lost frames, so the gap is told.
    Series apart;
    for (int i = 0; i < 10; ++i) apart.image(5 * i + (i < 5 ? 0 : 50), {{"StackID", i < 5 ? "1" : "2"}});
    CHECK(apart.view().stack->missing() > 0);
}

TEST_CASE("the order of arrival changes nothing", "[volumes]") {
    Series series;
    for (const auto* echo : {"15", "5", "10"}) series.stack(6, 2, {{"EchoTime", echo}});
    const auto first = series.views(false).front();
    const auto second = series.views(true).front();
    CHECK(keysOf(first) == Keys{"EchoTime=5", "EchoTime=10", "EchoTime=15"});
    CHECK(keysOf(first) == keysOf(second));
    CHECK(first.stack->positions_mm == second.stack->positions_mm);
}

TEST_CASE("cosines that differ in the fifth digit are one direction, whichever comes first", "[volumes]") {
    Series series;
    series.image(0, {{"ImageOrientationPatient", "1\\0\\0\\0\\1\\0.00004"}});
    series.image(3, {{"ImageOrientationPatient", "1\\0\\0\\0\\1\\-0.00004"}});
    series.image(6, {{"ImageOrientationPatient", "1\\0\\0\\0\\1\\0"}});
    const auto first = series.views(false).front();
    const auto second = series.views(true).front();
    CHECK(first.orientations == 1);
    CHECK(first.stack->normal == second.stack->normal);
    CHECK(first.stack->positions_mm == second.stack->positions_mm);
}

TEST_CASE("what cannot be read is told, not left out", "[volumes]") {
    for (const auto* position : {"", "0\\0", "0\\0\\nan", "0\\0\\1e99", "a\\b\\c"}) {
        const SeriesView view =
            Series().stack(5, 5, {}).image(25, {{"ImagePositionPatient", position}}).view();
        CHECK_FALSE(view.stack);
        CHECK(view.no_stack == "1 images have no readable position");
        CHECK(view.volumes.empty());
    }
    const SeriesView skewed = Series().stack(5, 5, {{"ImageOrientationPatient", "1\\0\\0\\1\\0\\0"}}).view();
    CHECK(skewed.no_stack == "an image orientation is not valid");
}

TEST_CASE("columns hold computed, private and nested values; absent, empty and garbled apart", "[volumes]") {
    Series series;
    series.image(0, {{"(0019,0C):SIEMENS MR HEADER", "1000"},
                     {"EchoTime", "thirty"},
                     {"SourceSequence[0].ReferencedValue", "1"},
                     {"SourceSequence[1].Other", "x"}});
    series.image(5, {{"EchoTime", ""}, {"SourceSequence[0].ReferencedValue", "many"}});
    series.image(10, {});
    const SeriesView view = series.view();
    CHECK(view.columns[0].values == std::vector<std::string>{"thirty"});
    CHECK(view.columns[0].absent == 2);
    CHECK(view.columns[1].values == std::vector<std::string>{"1000"});
    CHECK(view.columns[2].values == std::vector<std::string>{"1000"});
    CHECK(view.columns[2].absent == 2);
    CHECK(view.columns[3].values == std::vector<std::string>{"1", "many"});
    CHECK(view.columns[3].absent == 2);  // the second item of the first image, and the last image
    CHECK(view.columns[3].total == 4);
}
