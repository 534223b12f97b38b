#include "told_series.hpp"

#include "support.hpp"

using namespace gantry;
using namespace gantry::qc;
using namespace gantry::test;

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
    CHECK(countMoments(timed.view().volumes) == 3);
    CHECK(countMoments(view.volumes) == 5);
    CHECK(countMoments(Series().stack(4, 2, {}).view().volumes) == 1);
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
