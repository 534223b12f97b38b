// A patient is never taken for a phantom; what is no phantom says so, and shows what was looked at.
#include <catch2/catch.hpp>
#include <set>

#include "gantry/scanner/kinds.hpp"
#include "phantom_kit.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

std::vector<std::filesystem::path> written(const scanner::Delivery& delivery, const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& wave : delivery.waves)
        for (const auto& instance : wave.instances) {
            files.push_back(folder / ("IMA" + std::to_string(files.size()) + ".dcm"));
            must(writeFileDurably(files.back(), asBytes(must(instance.file()))));
        }
    return files;
}

}  // namespace

TEST_CASE("an invented torso is no phantom", "[phantom]") {
    const auto folder = temporaryDirectory();
    scanner::ScenarioSpec spec;
    spec.series.slices = 20;
    spec.series.rows = spec.series.columns = 256;
    const auto reading = readFiles(written(must(scanner::makeDelivery(spec)), folder.path()));
    REQUIRE_FALSE(reading.analyses.empty());
    for (const auto& analysis : reading.analyses) {
        CHECK(analysis.outcome == imaging::phantom::Outcome::NotPhantom);
        CHECK(analysis.shown);
        CHECK_FALSE(analysis.why.empty());
    }
}

TEST_CASE("asked for one phantom, another is not it", "[phantom]") {
    const auto folder = temporaryDirectory();
    const auto study = scanner::phantomKindNamed("ct-water")->make({}, {});
    const auto files = writePhantom(study, folder.path());
    CHECK(readFiles(files).kind() == "ct_water");
    const auto reading = readFiles(files, "acr_ct_464");
    CHECK(reading.kind().empty());
    CHECK(reading.analyses.front().outcome == imaging::phantom::Outcome::NotPhantom);
}

TEST_CASE("kinds have the names that packs and people use", "[phantom]") {
    using imaging::phantom::kindNamed;
    CHECK(kindNamed("acr_mri_large") == kindNamed("acr_mri"));
    CHECK(kindNamed("pet_nema_iq") == kindNamed("nema_iq"));
    CHECK_FALSE(kindNamed("head"));
    for (const auto kind : imaging::phantom::kKinds) CHECK(kindNamed(nameOf(kind)) == kind);
}

TEST_CASE("real patients are no phantoms, and real phantoms are none of them", "[phantom][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no ../shared: recognition on real scans");
    // Heads, bodies and volunteers; the other folders of dcm_qa hold phantoms themselves.
    for (const auto* folder : {"dcm_qa_ct", "dcm_qa_nih", "dcm_qa_uih", "dcm_qa_12bit", "cornerstone", "dicom2nifti"}) {
        CAPTURE(folder);
        const auto reading = readFolder(*shared / "data" / folder);
        REQUIRE_FALSE(reading.analyses.empty());
        CHECK(reading.kind().empty());
    }
    const std::pair<const char*, const char*> phantoms[] = {
        {"hazen/tests/data/acr/SiemensSolaFitLocalizer", "acr_mri"},
        {"hazen/tests/data/uniformity", "mr_uniform"},
        {"hazen/tests/data/snr/Siemens", "mr_uniform"},
        {"linaqa/TestFiles/TomoUniformity", "pet_uniform"},
        {"pynemaiqpet/data/pet_recon_1", "nema_iq"},
        {"ctqa-brikwerk/test/data", "ct_water"},
        {"dcm_qa_enh/In/Philips", "acr_mri"},  // a field map of the large phantom, 64 x 64
    };
    for (const auto& [folder, kind] : phantoms) {
        CAPTURE(folder);
        CHECK(readFolder(*shared / "data" / folder).kind() == kind);
    }
}
