#include "told_series.hpp"

#include "support.hpp"

using namespace gantry;
using namespace gantry::qc;
using namespace gantry::test;

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
