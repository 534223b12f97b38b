/// What the engine makes of every kind of study that the invented scanners send passes the gate, whatever the
/// patient is called.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "gantry/anonymizer/engine.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/scanner/kinds.hpp"
#include "support.hpp"
#include "synthetic.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;

namespace {

using Names = std::vector<std::string>;

const Names kTrial = {"retain_longitudinal_modified_dates",
                      "retain_device_identity",
                      "retain_patient_characteristics",
                      "retain_safe_private",
                      "clean_structured_content",
                      "clean_descriptors",
                      "clean_graphics"};

/// Each option alone, all that go together, and none.
std::vector<Names> policies() {
    std::vector<Names> out{{}, kTrial};
    Names all;
    for (const auto& option : deidOptions()) {
        if (!option.supported) continue;
        out.push_back({std::string(option.name)});
        if (option.option != DeidOption::RetainLongitudinalFullDates) all.emplace_back(option.name);
    }
    out.push_back(all);
    std::ranges::replace(all, "retain_longitudinal_modified_dates", "retain_longitudinal_full_dates");
    out.push_back(all);
    return out;
}

/// Short names, words of headers, and numbers that are everywhere: this and the invented patient's own.
void addEverydayIdentity(IdentifyingValues& values) {
    for (const auto* name :
         {"Lee", "Mr", "Hand^M", "Young^Max", "MR", "Head^Ct", "Long", "Dixon^Ray", "Ng^Li"})
        values.add(ValueKind::PatientName, name);
    for (const auto* number : {"1", "100", "0", "12", "512", "MR", "CT1"})
        values.add(ValueKind::PatientId, number);
}

/// What the gate finds in the output of one instance; nothing where the engine refuses the object.
std::optional<std::vector<LeakHit>> hitsOf(const std::string& file, const Names& names, bool everyday,
                                           const std::filesystem::path& folder) {
    static const auto keys = must(DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    const auto policy = must(parsePolicy(names));
    std::ofstream(folder / "in.dcm", std::ios::binary) << file;
    const auto made = deidentify({.path = folder / "in.dcm", .pixels = PixelState::Clean}, policy, keys,
                                 {"TRIAL-1", "0417", "SUBJ-001", "BL", ""}, folder / "out.dcm");
    if (!made) {
        CHECK(made.error().code == Errc::Unsupported);
        return std::nullopt;
    }
    auto values = collect(must(dicom::readFile(asBytes(file))));
    values.options = gateOptions(policy, keys, "SUBJ-001");
    if (everyday) addEverydayIdentity(values);
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
    return must(LeakGate::build(values).scan(folder / "out.dcm"));
}

}  // namespace

TEST_CASE("every kind of study goes out past the gate, also with everyday names and numbers") {
    const auto folder = temporaryDirectory();
    int out = 0;
    for (const auto& kind : scanner::kinds()) {
        const auto delivery = must(scanner::deliver(kind, {}, {}));
        const auto& instances = delivery.waves.front().instances;
        for (const auto i : {std::size_t{0}, instances.size() - 1}) {
            CAPTURE(kind.name, i);
            const auto hits = hitsOf(must(instances[i].file()), kTrial, true, folder.path());
            if (!hits) continue;
            for (const auto& hit : *hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
            CHECK(hits->empty());
            ++out;
        }
    }
    CHECK(out > 20);
}

TEST_CASE("what any option retains stops no file at the gate") {
    const auto folder = temporaryDirectory();
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& kind : scanner::kinds())
        files.emplace_back(kind.name,
                           must(must(scanner::deliver(kind, {}, {})).waves.front().instances.front().file()));
    // What the scanners of this world do not send: an address, a department, identities of devices.
    auto rich = ctImage();
    rich.text("InstitutionName", "Kreiskrankenhaus Musterstadt")
        .text("InstitutionAddress", "Lindenallee 17, 12345 Musterstadt")
        .text("InstitutionalDepartmentName", "Radiologie Nord")
        .text("StationName", "CTAWP74123")
        .text("DeviceSerialNumber", "4711081512")
        .text("PlateID", "PLATE-998877")
        .text("DetectorID", "DET-112233")
        .text("GantryID", "GANTRY-445566")
        .text("EthnicGroup", "caucasian")
        .text("PatientState", "smoker")
        .text("ResponsibleOrganization", "Kreiskrankenhaus Musterstadt");
    files.emplace_back("CT with all that may be retained", fileOf(rich, kExplicitLittle));
    for (const auto& names : policies())
        for (const auto& [kind, file] : files) {
            CAPTURE(names, kind);
            const auto hits = hitsOf(file, names, false, folder.path());
            if (!hits) continue;
            for (const auto& hit : *hits) UNSCOPED_INFO(hit.where << ": " << hit.what);
            CHECK(hits->empty());
        }
}

TEST_CASE(
    "a moved date that is another true one of its attribute stops nothing; one that was not moved does") {
    const auto folder = temporaryDirectory();
    const auto keys = must(DeidKeys::fromTrialKey(asBytes("an invented trial key of 32 byte")));
    // Two visits whose distance is the subject's own number of days.
    const auto later = std::string("20260310");
    const auto earlier = shiftDate(later, dateOffsetDays(keys, "SUBJ-001"));
    auto image = ctImage();
    image.text("StudyDate", later).text("SeriesDate", later);
    const auto file = fileOf(image, kExplicitLittle);
    auto values = collect(must(dicom::readFile(asBytes(file))));
    auto first = ctImage();
    first.text("StudyDate", *earlier).text("SeriesDate", *earlier);
    values.merge(collect(must(dicom::readFile(asBytes(fileOf(first, kExplicitLittle))))));
    const auto policy = must(parsePolicy(kTrial));
    values.options = gateOptions(policy, keys, "SUBJ-001");
    for (const auto* own : {"TRIAL-1", "0417", "SUBJ-001", "BL", "SPONSOR"}) values.allow(own);
    std::ofstream(folder.path() / "in.dcm", std::ios::binary) << file;
    must(deidentify({folder.path() / "in.dcm"}, policy, keys, {"TRIAL-1", "0417", "SUBJ-001", "BL", ""},
                    folder.path() / "out.dcm"));
    CHECK(must(LeakGate::build(values).scan(folder.path() / "out.dcm")).empty());
    auto bytes = must(readFile(folder.path() / "out.dcm"));
    bytes.replace(bytes.find(*earlier), later.size(), later);
    std::ofstream(folder.path() / "out.dcm", std::ios::binary) << bytes;
    CHECK_FALSE(must(LeakGate::build(values).scan(folder.path() / "out.dcm")).empty());
}
