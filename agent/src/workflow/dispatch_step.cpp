#include "workflow/dispatch_step.hpp"

#include "catalogue/leaks.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/envelope.hpp"
#include "workflow/pixel_step.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
constexpr UnixMillis kRetryMillis = 10'000;

}  // namespace

Result<DispatchStep> DispatchStep::open(Workshop& shop, fs::path spool_folder) {
    const auto& data = shop.config.data_directory;
    std::error_code ec;
    fs::remove_all(data / kWorkFolder, ec);
    GANTRY_CHECK(makeDirectory(data / kWorkFolder));
    GANTRY_CHECK(makeDirectory(data / kOutboxFolder));
    const auto names = GANTRY_TRY(shop.catalogue.read([](Database& db) { return outboxFileNames(db); }));
    const std::set<std::string> known(names.begin(), names.end());
    for (const auto& entry : fs::directory_iterator(data / kOutboxFolder, ec))
        if (!known.contains(entry.path().filename().string())) fs::remove(entry.path(), ec);
    return DispatchStep(shop, std::move(spool_folder));
}

bool DispatchStep::run(const std::stop_token& stop) {
    const auto cleared =
        shop_.catalogue.read([](Database& db) { return studiesIn(db, State::Deidentifying); });
    if (!cleared) {
        log::error("workflow.read_failed", {{"reason", cleared.error().message()}});
        return false;
    }
    bool moved = false;
    for (const auto& study : *cleared) {
        if (stop.stop_requested()) break;
        if (const auto wait = not_before_.find(study.id);
            wait != not_before_.end() && wait->second > shop_.clock.nowMillis())
            continue;
        const auto outcome = dispatch(study, stop);
        if (outcome) {
            moved = true;
            not_before_.erase(study.id);
            shop_.changed(study.id);
            continue;
        }
        const auto code = outcome.error().code;
        if (code == Errc::Conflict || code == Errc::Stopped) continue;  // reopened meanwhile, or we end
        log::error("dispatch.failed", {{"study", study.id}, {"reason", outcome.error().message()}});
        not_before_[study.id] = shop_.clock.nowMillis() + kRetryMillis;
        tellWhy(study, outcome.error());
    }
    return moved;
}

void DispatchStep::tellWhy(const StudyRow& study, const Error& error) {
    const auto reason = "Making the parcel did not work and is tried again by itself: " +
                        std::string(describe(error.code).sentence);
    if (study.reason == reason) return;
    const auto told = shop_.catalogue.write([&](Database& db) { return setReason(db, study.id, reason); });
    if (!told) log::error("dispatch.reason_not_written", {{"reason", told.error().message()}});
    shop_.changed(study.id);
}

Result<> DispatchStep::dispatch(const StudyRow& study, const std::stop_token& stop) {
    const auto trial = shop_.trialOf(study);
    if (!trial) return quarantine(study, "The trial " + study.trial_id + " is no longer configured here.");
    const auto instances =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return instancesNotSent(db, study.id); }));
    if (instances.empty()) {
        if (GANTRY_TRY(verdictIsDue(study))) return sendVerdict(study, *trial);
        return nothingNew(study);
    }
    const auto folder =
        GANTRY_TRY(TemporaryDirectory::create(shop_.config.data_directory / kWorkFolder, "study-"));
    const auto policy = GANTRY_TRY(policyFor(study, *trial));
    const auto values = identifying(study, *trial, policy, instances);
    if (!values)
        return quarantine(
            study, "An image could not be read for de-identification: " + values.error().context + ".");
    const auto looks =
        GANTRY_TRY(lookAtPixels(shop_, study, policy, instances, spool_folder_, folder.path(), stop));
    const auto doubtful = std::ranges::count(looks, PixelOutcome::Doubtful, &PixelAnswer::outcome);
    if (doubtful > 0) return hold(study, doubtSentence(static_cast<std::size_t>(doubtful)));
    auto packed = GANTRY_TRY(deidentifyAll(study, *trial, policy, instances, looks, folder.path(), stop));
    const auto gate = anonymizer::LeakGate::build(*values);
    auto leaks = GANTRY_TRY(passGate(gate, packed, stop));
    if (policy.gate_reads_pixels) GANTRY_CHECK(passPictures(gate, packed, folder.path(), leaks, stop));
    if (!leaks.empty()) return holdForLeaks(study, leaks);
    GANTRY_CHECK(withhold(study, packed));
    if (packed.files.empty()) return nothingNew(study);
    if (trial->pack.compression().pixels) GANTRY_CHECK(compress(study, gate, folder.path(), packed, stop));
    const auto before =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return newestParcel(db, study.id); }));
    return putInOutbox(study, *trial, packed, before, gate);
}

Result<bool> DispatchStep::verdictIsDue(const StudyRow& study) {
    return shop_.catalogue.read([&](Database& db) -> Result<bool> {
        const auto newest = GANTRY_TRY(newestParcel(db, study.id));
        if (!newest) return false;
        return saidSince(db, study.id, newest->last_decision);
    });
}

// No image is new, but somebody said something after the last parcel: the sponsor gets the verdict that came
// of it.
Result<> DispatchStep::sendVerdict(const StudyRow& study, const Trial& trial) {
    const auto before =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return newestParcel(db, study.id); }));
    Packed nothing;
    nothing.study_instance_uid = studyUidForSponsor(trial, study);
    const auto all =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return instancesOfStudy(db, study.id); }));
    const auto values = GANTRY_TRY(identifying(study, trial, trial.policy, all));
    return putInOutbox(study, trial, nothing, before, anonymizer::LeakGate::build(values));
}

Result<> DispatchStep::putInOutbox(const StudyRow& study, const Trial& trial, const Packed& packed,
                                   const std::optional<ParcelRow>& before, const anonymizer::LeakGate& gate) {
    ParcelRow row;
    row.last_decision =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return newestDecision(db, study.id); }));
    const auto document = GANTRY_TRY(manifest(study, trial, packed, before, gate));
    row.id = document.parcel_id;
    row.study = study.id;
    row.content = packed.files.empty() ? "verdict" : "images";
    row.subject_id = document.subject;
    row.visit_id = document.visit;
    row.supplements = document.supplements;
    row.file_name = uplink::parcelFileName(row.id);
    const auto path = shop_.config.data_directory / kOutboxFolder / row.file_name;
    const auto compression =
        trial.pack.compression().parcel ? uplink::TarCompression::Zstd : uplink::TarCompression::None;
    const auto info =
        GANTRY_TRY(uplink::makeParcel(document, packed.files, trial.recipients, path, compression));
    row.bytes = info.bytes;
    row.sha256 = info.sha256;
    row.manifest_sha256 = info.manifest_sha256;
    row.deid_report = document.deid_json;
    const auto visits = trial.pack.visits();
    row.screening = !row.visit_id.empty() && !visits.empty() && visits.front().id == row.visit_id;
    auto added = shop_.catalogue.write([&](Database& db) -> Result<> {
        // Whoever rotates keys puts the trial in force before he has parcels made again: none slips through
        // between.
        const auto current = shop_.trialOf(study);
        if (!current ||
            uplink::recipientsDigest(current->recipients) != uplink::recipientsDigest(trial.recipients))
            return fail(Errc::Conflict, "the recipients changed meanwhile");
        row.number = GANTRY_TRY(nextParcelNumber(db, study.id));
        return addParcel(db, row, packed.instances, shop_.clock.nowMillis());
    });
    if (!added) {
        std::error_code ignored;
        fs::remove(path, ignored);
        return added.error();
    }
    log::info(
        "parcel.made",
        {{"study", study.id}, {"parcel", row.id}, {"images", packed.files.size()}, {"bytes", row.bytes}});
    return {};
}

Result<> DispatchStep::nothingNew(const StudyRow& study) {
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        if (GANTRY_TRY(studyById(db, study.id)).state != State::Deidentifying)
            return fail(Errc::Conflict, "the study was reopened meanwhile");
        const auto newest = GANTRY_TRY(newestParcel(db, study.id));
        const auto now = shop_.clock.nowMillis();
        if (!newest) {
            GANTRY_TRY(applyEvent(db, study.id, Event::Quarantine,
                                  Cause::because("None of its objects can be made safe to send."), now));
            return {};
        }
        // The former parcel is still on its way; this is asked again until it is confirmed.
        if (newest->state != "confirmed") return fail(Errc::Conflict, "the former parcel is on its way");
        GANTRY_TRY(
            applyEvent(db, study.id, Event::NothingNew, Cause::detailed("every image was sent before"), now));
        return {};
    });
}

Result<> DispatchStep::withhold(const StudyRow& study, const Packed& packed) {
    if (packed.withheld.empty()) return {};
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        for (const auto& [instance, sentence] : packed.withheld) {
            auto insert =
                GANTRY_TRY(db.prepare("INSERT OR IGNORE INTO withheld (instance_id, reason) VALUES (?, ?)"));
            GANTRY_CHECK(insert.bind(instance).bind(sentence).run());
        }
        Refusal refusal;
        refusal.kind = "withheld";
        refusal.reason = "cannot-be-made-safe";
        refusal.sentence = std::to_string(packed.withheld.size()) + " object(s) stay here. " +
                           packed.withheld.front().second;
        refusal.advice = "If the trial needs them, tell the central team.";
        refusal.peer.calling_ae_title = study.source;
        refusal.sop_instance_uid = study.study_instance_uid;
        refusal.study = study.id;
        GANTRY_TRY(recordRefusal(db, refusal, shop_.clock.nowMillis()));
        return {};
    });
}

Result<> DispatchStep::hold(const StudyRow& study, const std::string& reason) {
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        if (GANTRY_TRY(studyById(db, study.id)).state != State::Deidentifying)
            return fail(Errc::Conflict, "the study was reopened meanwhile");
        GANTRY_TRY(applyEvent(db, study.id, Event::Hold, Cause::because(reason), shop_.clock.nowMillis()));
        return {};
    });
}

Result<> DispatchStep::quarantine(const StudyRow& study, const std::string& reason) {
    log::error("dispatch.quarantined", {{"study", study.id}});
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        if (GANTRY_TRY(studyById(db, study.id)).state != State::Deidentifying)
            return fail(Errc::Conflict, "the study was reopened meanwhile");
        GANTRY_TRY(
            applyEvent(db, study.id, Event::Quarantine, Cause::because(reason), shop_.clock.nowMillis()));
        return {};
    });
}

}  // namespace gantry::agent
