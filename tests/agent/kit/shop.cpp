#include "shop.hpp"

#include "gantry/qc/pack_yaml.hpp"
#include "gantry/uplink/receipt.hpp"

namespace gantry::test {

using namespace gantry::agent;
namespace fs = std::filesystem;

std::string demoPackJson() {
    auto yaml = must(readFile(fs::path(GANTRY_SOURCE_DIR) / "packs" / "onc-demo-ct.yaml"));
    constexpr std::string_view kShipped = "min_coverage: 550 mm";
    const auto at = yaml.find(kShipped);
    REQUIRE(at != std::string::npos);
    yaml.replace(at, kShipped.size(), "min_coverage: 100 mm");
    return must(qc::packYamlToJson(yaml));
}

TrialConfig writeTrial(const fs::path& folder, const std::string& roster, const std::string& id,
                       const std::string& pack, const std::string& more_columns) {
    must(writeFileDurably(folder / "pack.json", asBytes(pack)));
    must(writeFileDurably(folder / "roster.csv",
                          asBytes("subject_id,patient_id,sex,visit_id" + more_columns + "\n" + roster)));
    TrialConfig config;
    config.id = id;
    config.ae_title = "GANTRY";
    config.pack = folder / "pack.json";
    config.roster = folder / "roster.csv";
    config.key = folder / "trial.key";
    config.recipients = {uplink::AgeIdentity::generate().recipient().toString()};
    config.receipt_keys = {uplink::toText(ed25519PublicKey(uplink::generateSigningKey()))};
    config.endpoint = "http://127.0.0.1:9/tus/";
    config.inbox = "http://127.0.0.1:9/inbox";
    return config;
}

scanner::SeriesSpec demoSeries(std::uint64_t seed, const std::string& patient_id) {
    scanner::SeriesSpec spec;
    spec.seed = seed;
    spec.patient.patient_id = patient_id;
    spec.slices = kDemoSlices;
    spec.rows = 16;
    spec.columns = 16;
    return spec;
}

Shop::Shop(const std::string& roster, const std::string& pack, const std::string& more_columns)
    : workshop{config,    *box.catalogue, arrivals,
               box.clock, trials,         [this](StudyId study) { changed.push_back(study); }} {
    config.site_id = "0417";
    config.data_directory = box.folder;
    config.trials = {writeTrial(box.folder, roster, "onc-demo", pack, more_columns)};
    auto trial = must(loadTrial(config.trials.front(), box.folder));
    trial.crosswalk = must(CrosswalkKeys::open(crosswalkKeyFile(box.folder), *box.catalogue));
    trials.put(std::move(trial));
    dispatch_step.emplace(must(DispatchStep::open(workshop, box.spool->folder())));
}

StudyId Shop::deliver(const scanner::Series& series) {
    const auto study = box.storeAll(series);
    arrivals.arrived(study, box.association);
    arrivals.ended(box.association);
    return study;
}

void Shop::settle() {
    box.clock.advance(config.completion.after_release.count());
    judge();
    box.clock.advance(std::chrono::milliseconds(config.completion.settle).count());
    judge();
}

void Shop::confirmParcels() {
    const auto now = box.clock.nowMillis();
    for (const auto& id : columnOf(*box.catalogue, "SELECT object_id FROM outbox WHERE state <> 'confirmed' "
                                                    "AND cancelled_at_ms IS NULL"))
        must(box.catalogue->write([&](Database& db) -> Result<> {
            GANTRY_CHECK(markUploading(db, id, now));
            GANTRY_CHECK(markDelivered(db, id, now));
            return markConfirmed(db, id, "{}", now);
        }));
}

std::string Shop::reason(StudyId study) {
    return textOf(*box.catalogue, "SELECT reason FROM study WHERE id = " + std::to_string(study));
}

int Shop::verdicts(StudyId study) {
    return static_cast<int>(
        numberOf(*box.catalogue,
                 "SELECT coalesce(max(number), 0) FROM verdict WHERE study_id = " + std::to_string(study)));
}

std::vector<fs::path> Shop::outbox() const {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(box.folder / kOutboxFolder)) out.push_back(entry.path());
    return out;
}

}  // namespace gantry::test
