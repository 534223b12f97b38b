/// What the engine makes of every kind of study that the invented scanners send passes the gate, whatever the
/// patient is called.
#include <catch2/catch.hpp>
#include <fstream>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/scanner/kinds.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;

namespace {

DeidPolicy trialPolicy() {
    const std::vector<std::string> names = {"retain_longitudinal_modified_dates",
                                            "retain_device_identity",
                                            "retain_patient_characteristics",
                                            "retain_safe_private",
                                            "clean_structured_content",
                                            "clean_descriptors",
                                            "clean_graphics"};
    return must(parsePolicy(names));
}

/// Short names, words of headers, and numbers that are everywhere: this and the invented patient's own.
void addEverydayIdentity(IdentifyingValues& values) {
    for (const auto* name :
         {"Lee", "Mr", "Hand^M", "Young^Max", "MR", "Head^Ct", "Long", "Dixon^Ray", "Ng^Li"})
        values.add(ValueKind::PatientName, name);
    for (const auto* number : {"1", "100", "0", "12", "512", "MR", "CT1"})
        values.add(ValueKind::PatientId, number);
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
}

}  // namespace

TEST_CASE("every kind of study goes out past the gate, also with everyday names and numbers") {
    const auto folder = temporaryDirectory();
    const auto keys = must(DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    const auto policy = trialPolicy();
    int out = 0;
    for (const auto& kind : scanner::kinds()) {
        const auto delivery = must(scanner::deliver(kind, {}, {}));
        const auto& instances = delivery.waves.front().instances;
        for (const auto i : {std::size_t{0}, instances.size() - 1}) {
            CAPTURE(kind.name, i);
            const auto file = must(instances[i].file());
            std::ofstream(folder.path() / "in.dcm", std::ios::binary) << file;
            const auto made =
                deidentify({.path = folder.path() / "in.dcm", .pixels = PixelState::Clean}, policy, keys,
                           {"TRIAL-1", "0417", "SUBJ-001", "BL", ""}, folder.path() / "out.dcm");
            if (!made) {
                CHECK(made.error().code == Errc::Unsupported);
                continue;
            }
            auto values = collect(must(dicom::readFile(asBytes(file))));
            values.options = gateOptions(policy);
            addEverydayIdentity(values);
            const auto hits = must(LeakGate::build(values).scan(folder.path() / "out.dcm"));
            for (const auto& hit : hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
            CHECK(hits.empty());
            ++out;
        }
    }
    CHECK(out > 20);
}
