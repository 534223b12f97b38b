#include <catch2/catch.hpp>

#include "gantry/qc/examples.hpp"
#include "gantry/qc/pack.hpp"
#include "gantry/qc/pack_yaml.hpp"
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
    CHECK(pack.deidentificationOptions() ==
          std::vector<std::string>{"retain_longitudinal_modified_dates", "retain_device_identity"});
    CHECK(pack.retentionDays() == 30);
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
