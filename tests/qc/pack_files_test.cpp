#include <algorithm>
#include <catch2/catch.hpp>

#include "gantry/qc/examples.hpp"
#include "gantry/qc/pack.hpp"
#include "gantry/qc/pack_yaml.hpp"
#include "pack_kit.hpp"
#include "support.hpp"

using namespace gantry;
using gantry::test::must;

namespace {

qc::Pack packFrom(const std::filesystem::path& yaml) {
    return must(qc::Pack::fromJson(must(qc::packYamlToJson(must(readFile(yaml))))));
}

void checkExamples(const qc::Pack& pack) {
    for (const qc::ExampleResult& example : qc::runExamples(pack)) {
        CAPTURE(example.name, example.verdict.headline);
        for (const std::string& difference : example.differences) FAIL_CHECK(difference);
    }
}

}  // namespace

TEST_CASE("the demonstration pack is valid, may be put in force, and does what its examples say", "[pack]") {
    const qc::Pack pack = packFrom(std::filesystem::path(GANTRY_SOURCE_DIR) / "packs/onc-demo-ct.yaml");
    CHECK(pack.id() == "onc-demo-ct");
    CHECK(pack.unverifiedSources().empty());
    CHECK(pack.deidentification().options ==
          std::vector<std::string>{"retain_longitudinal_modified_dates", "retain_device_identity"});
    CHECK(pack.retentionDays() == 30);
    CHECK(pack.compression() == *qc::parseCompression("jpegls"));  // as every pack that says nothing
    checkExamples(pack);
}

TEST_CASE("the draft packs load, stay drafts, and their examples hold", "[pack]") {
    const auto shared = test::sharedFolder();
    if (!shared) return test::skipLoudly("no shared folder with draft packs");
    const qc::Pack ct = packFrom(*shared / "packs/onc-recist11-ct.yaml");
    CHECK(ct.unverifiedSources() == std::vector<std::string>{"ACR-CT", "QIBA-CTV", "RECIST11"});
    checkExamples(ct);
    for (const auto* name : {"neuro-btip-mri", "onc-fdg-petct"}) {
        CAPTURE(name);
        const qc::Pack pack = packFrom(*shared / "packs" / (std::string(name) + ".yaml"));
        CHECK_FALSE(pack.unverifiedSources().empty());
        checkExamples(pack);
    }
}

TEST_CASE("what a pack says of de-identification is read as it is written", "[pack]") {
    const auto pack = test::packFromYaml(
        test::smallPack("",
                        "deidentification:\n"
                        "  options: [clean_descriptors]\n"
                        "  keep: [KVP, '(0018,9087)', '0018,1271']\n"
                        "  remove: [ProtocolName, '(0019,1008)']\n"
                        "  words: [baseline, Week-12]\n"
                        "  age_cap_years: 0\n"
                        "  uid_root: 1.2.826.0.1\n"
                        "  documents: clean\n"
                        "  screening: all\n"
                        "  pixel_regions:\n"
                        "    - {modality: US, rows: 768, x: 0, y: 5, width: 640, height: 40}"));
    const auto& said = pack.deidentification();
    CHECK(said.options == std::vector<std::string>{"clean_descriptors"});
    CHECK(said.keep == std::vector<dicom::Tag>{{0x00180060}, {0x00189087}, {0x00181271}});
    CHECK(said.remove == std::vector<dicom::Tag>{{0x00181030}, {0x00191008}});
    CHECK(said.words == std::vector<std::string>{"BASELINE", "WEEK-12"});
    CHECK(said.age_cap_years == 0);
    CHECK(said.uid_root == "1.2.826.0.1");
    CHECK(said.documents == PackDocuments::Clean);
    CHECK(said.screening == PackScreening::All);
    REQUIRE(said.pixel_regions.size() == 1);
    const auto& region = said.pixel_regions.front();
    CHECK(region.modality == "US");
    CHECK((region.rows == 768 && region.columns == 0));
    CHECK((region.x == 0 && region.y == 5 && region.width == 640 && region.height == 40));
}

TEST_CASE("a pack names the attributes that its rules read, sequences included", "[pack]") {
    const auto pack = test::packFromYaml(
        test::smallPack("      - {id: DOSE, check: "
                        "RadiopharmaceuticalInformationSequence.RadionuclideTotalDose, op: present,\n"
                        "         severity: note, why: w, advice: a}"));
    const auto read = pack.attributesRead();
    CHECK(std::ranges::is_sorted(read));
    for (const auto tag : {dicom::Tag{0x00540016}, dicom::Tag{0x00181074}, dicom::tags::kModality,
                           dicom::Tag{0x00080022}, dicom::Tag{0x00080032}})
        CHECK(std::ranges::binary_search(read, tag));
}
