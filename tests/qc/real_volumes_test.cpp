/// Volumes of real series. The numbers are those dcmdump prints: how often a tag stands there, how many
/// different positions, the steps between them; what follows from them by hand is said beside.

#include <catch2/catch.hpp>
#include <set>

#include "dcmdump.hpp"
#include "gantry/core/dicom.hpp"
#include "series_view.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::qc;
using namespace gantry::test;

namespace {

/// The files of a folder that belong to one series.
class RealSeries {
public:
    /// @param number  SeriesNumber as in the header; "" for all files
    RealSeries(const std::filesystem::path& folder, const std::string& number = "") {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file()) continue;
            const std::string bytes = must(readFile(entry.path()));
            const auto file = dicom::readFile(asBytes(bytes));
            if (!file) continue;
            Facts facts = extractFacts(*file);
            if (!facts.contains("Rows") || (!number.empty() && facts["SeriesNumber"] != number)) continue;
            files_.push_back(entry.path());
            facts_.push_back(std::move(facts));
        }
    }
    SeriesView view() const {
        SeriesFacts series{"2.25.1", {}};
        for (const Facts& facts : facts_) series.instances.push_back({"", &facts});
        PackData pack;
        pack.attributes = {"Gantry.BValue", "GantryDetectorTilt", "SpacingBetweenSlices"};
        auto views = viewSeries(pack, series);
        REQUIRE(views.size() == 1);
        return std::move(views.front());
    }
    /// Different values that dcmdump prints of a tag.
    std::set<std::string> printed(const std::string& tag, const std::string& within = "") const {
        std::set<std::string> all;
        for (const auto& file : files_)
            for (const auto& value : dumped(file, tag, within)) all.insert(value);
        return all;
    }
    std::size_t files() const { return files_.size(); }

private:
    std::vector<std::filesystem::path> files_;
    std::deque<Facts> facts_;
};

std::optional<std::filesystem::path> realData() {
    const auto shared = sharedFolder();
    if (!shared) skipLoudly("no shared folder with real series");
    return shared ? std::optional(*shared / "data") : std::nullopt;
}

/// Every volume has these slices at this spacing, nothing missing, nothing twice.
void checkVolumes(const SeriesView& view, std::size_t volumes, int slices, double spacing_mm) {
    CHECK(view.volumes.size() == volumes);
    CHECK(view.orientations == 1);
    for (const Volume& volume : view.volumes) {
        REQUIRE(volume.stack);
        CHECK(volume.stack->slices == slices);
        CHECK(*volume.stack->spacing_mm == Approx(spacing_mm).epsilon(1e-5));
        CHECK(volume.stack->duplicates == 0);
        CHECK(volume.stack->missing() == 0);
        CHECK(volume.stack->irregular == 0);
    }
}

}  // namespace

TEST_CASE("Siemens mosaics: two repetitions of five slices", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    for (const auto* folder : {"mr_0003", "mr_0004", "mr_0005", "mr_0006"}) {
        const RealSeries series(*data / "dcm_qa_nih/In/20180918Si" / folder);
        REQUIRE(series.printed("0019,100a") == std::set<std::string>{"5"});
        REQUIRE(series.printed("0018,0088") == std::set<std::string>{"12"});
        REQUIRE(series.printed("0020,0032").size() == 1);  // -324\\-324\\16, but for the eleventh digit
        const SeriesView view = series.view();
        checkVolumes(view, 2, 5, 12);
        // 216 pixels of 3 mm hold 3 x 3 tiles of 72: the corner is (216 - 72) / 2 * 3 = 216 mm further in.
        REQUIRE(view.affine);
        CHECK(view.affine->origin[0] == Approx(-108));
        CHECK(view.affine->origin[1] == Approx(-108));
        CHECK(view.affine->origin[2] == Approx(16));
        CHECK(view.stack->last_mm() == Approx(64));  // 16 + 4 * 12
    }
}

TEST_CASE("one mosaic in three codings stays three duplicates", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    const RealSeries series(*data / "dcm_qa_12bit/In");
    REQUIRE(series.files() == 3);
    CHECK(series.printed("0008,0032").size() == 1);
    const SeriesView view = series.view();
    CHECK(view.volumes.size() == 1);
    CHECK(view.stack->positions_mm.size() ==
          35);  // "35" behind NumberOfImagesInMosaic in the bytes of (0029,1010)
    CHECK(view.stack->duplicates == 70);
}

TEST_CASE("GE functional MR: ten moments that only the instance number tells", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    const RealSeries series(*data / "dcm_qa_nih/In/20180918GE/mr_0004");
    REQUIRE(series.files() == 150);
    REQUIRE(series.printed("0020,0105") == std::set<std::string>{"10"});
    REQUIRE(series.printed("0020,0032").size() == 15);  // from -17.6875 to 52.3125 in steps of 5
    const SeriesView view = series.view();
    checkVolumes(view, 10, 15, 5);
    CHECK(view.stack->first_mm() == Approx(-17.6875));
    CHECK(view.stack->last_mm() == Approx(52.3125));
}

TEST_CASE("UIH diffusion: each image a grid of twenty slices", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    const RealSeries series(*data / "dcm_qa_uih/In");
    REQUIRE(series.files() == 17);
    REQUIRE(series.printed("0065,1050") == std::set<std::string>{"20"});
    REQUIRE(series.printed("0018,0088") == std::set<std::string>{"4.19999981"});
    REQUIRE(series.printed("0065,1009").size() == 2);
    REQUIRE(series.printed("0065,1037").size() == 17);  // one b = 0, sixteen directions
    const SeriesView view = series.view();
    checkVolumes(view, 17, 20, 4.2);
    CHECK_FALSE(view.affine);  // which point of a tile its position is for is not stated
}

TEST_CASE("Philips enhanced field map: magnitude and map are two volumes", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    const RealSeries series(*data / "dcm_qa_enh/In/Philips");
    REQUIRE(series.printed("0020,0032", "0020,9113").size() == 32);
    REQUIRE(series.printed("0008,9007").size() == 2);
    const SeriesView view = series.view();
    checkVolumes(view, 2, 32, 4);
    CHECK(view.volumes[0].keys.front().attribute == "ImageType[3-4]");
}

TEST_CASE("Siemens enhanced: each instance is one moment", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    const RealSeries vida(*data / "dcm_qa_enh/In/Siemens/XA10");
    REQUIRE(vida.printed("0020,9128") == std::set<std::string>{"1", "2", "3", "4"});
    checkVolumes(vida.view(), 4, 6, 2.4);
    for (const auto* folder :
         {"Siemens", "Agfa"}) {  // the same study before and after another vendor's archive
        const RealSeries archived(*data / "dcm_qa_agfa" / folder);
        REQUIRE(archived.printed("0018,0088") == std::set<std::string>{"3.3"});
        checkVolumes(archived.view(), 4, 25, 3.3);
    }
}

TEST_CASE("Siemens enhanced diffusion: one b = 0 and six directions of b = 1000", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    for (const auto* number : {"14", "16", "18", "20"}) {
        const RealSeries series(*data / "dcm_qa_xa60/In/XA60/DICOM/24100413/39280000", number);
        REQUIRE(series.files() == 7);
        REQUIRE(series.printed("0018,9087") == std::set<std::string>{"0", "1000"});
        const SeriesView view = series.view();
        checkVolumes(view, 7, 10, 2);  // y from 16.7225 to 34.7225 in steps of 2
        CHECK(view.stack->plane == Plane::Coronal);
        CHECK(view.stack->first_mm() == Approx(16.7225));
        CHECK(view.stack->last_mm() == Approx(34.7225));
        CHECK(view.columns[0].values.size() == 2);
    }
}

TEST_CASE("a tilted gantry: the table moves 2.5 mm, the slices lie 2.5 cos 18.5 apart", "[volumes][real]") {
    const auto data = realData();
    if (!data) return;
    const RealSeries series(*data / "dcm_qa_ct/philips_stereotaxis");
    REQUIRE(series.files() == 54);
    REQUIRE(series.printed("0018,1120") == std::set<std::string>{"-18.5"});
    const SeriesView view = series.view();
    checkVolumes(view, 1, 54, 2.5 * 0.948324);  // cos 18.5; z from 742.345 to 874.845 in steps of 2.5
    CHECK(*view.stack->tilt_deg == Approx(18.5).margin(0.001));
    REQUIRE(view.affine);
    CHECK(view.affine->origin == Vector3{-123.5, -15.64097, 742.345191756896});
    CHECK(view.affine->rows == 512);
}
