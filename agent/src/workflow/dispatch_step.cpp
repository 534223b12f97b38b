#include "workflow/dispatch_step.hpp"

#include <boost/json.hpp>
#include <set>

#include "catalogue/leaks.hpp"
#include "deid/all_cores.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/core/log.hpp"
#include "workflow/pixel_step.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
constexpr UnixMillis kRetryMillis = 10'000;

// What only the site may know does not stand in the manifest: original UIDs are mapped, series descriptions
// dropped, and findings of identity rules (which have no slot) keep their result but not their values.
Verdict forSponsor(const Verdict& verdict, const anonymizer::DeidKeys& keys) {
    auto out = verdict;
    for (auto& finding : out.findings) {
        if (!finding.series_instance_uid.empty())
            finding.series_instance_uid = anonymizer::mapUid(keys, finding.series_instance_uid);
        if (finding.slot_id.empty()) finding.expected = finding.found = "known at the site";
    }
    for (auto& series : out.series) {
        series.series_instance_uid = anonymizer::mapUid(keys, series.series_instance_uid);
        series.description.clear();
    }
    for (auto& question : out.questions)  // what was typed freely may name somebody
        if (question.type == "text" && !question.answer.empty()) question.answer = "known at the site";
    return out;
}

/// The lines of images that stay tell the sponsor how many and why, and not which.
std::string deidReport(const DeidSummary& summary, const anonymizer::DeidPolicy& policy,
                       const std::vector<std::pair<InstanceId, std::string>>& withheld,
                       boost::json::array proposals) {
    auto report = summary.json();
    report["engine"] = "gantryd " GANTRY_VERSION;
    report["rules"] = "DICOM PS3.15 2026c, Table E.1-1";
    report["options"] = optionsJson(policy);
    report["gate"] = "passed";
    report["withheld"] = withheld.size();
    std::map<std::string, int> reasons;
    for (const auto& [instance, sentence] : withheld) ++reasons[sentence];
    boost::json::object counted;
    for (const auto& [sentence, count] : reasons) counted[sentence] = count;
    report["withheld_because"] = std::move(counted);
    report["proposals"] = std::move(proposals);
    return boost::json::serialize(report);
}

// Why a correction was made is not among them: such a reason names people.
bool isForSponsor(std::string_view kind) {
    return kind == "release" || kind == "waive" || kind == "answer" || kind == "place";
}

std::string refusedSentence(const Error& error) {
    return "This kind of object cannot be made safe to send, so it stays here: " + error.context + ".";
}

}  // namespace

std::string studyUidForSponsor(const Trial& trial, const StudyRow& study) {
    return trial.policy.has(anonymizer::DeidOption::RetainUids)
               ? study.study_instance_uid
               : anonymizer::mapUid(trial.keys, study.study_instance_uid);
}

Result<DispatchStep> DispatchStep::open(Workshop& shop, fs::path spool_folder) {
    const auto& data = shop.config.data_directory;
    std::error_code ec;
    fs::remove_all(data / kWorkFolder, ec);
    GANTRY_CHECK(makeDirectory(data / kWorkFolder));
    GANTRY_CHECK(makeDirectory(data / kOutboxFolder));
    const auto names = GANTRY_TRY(shop.catalogue.read([](Database& db) { return parcelFileNames(db); }));
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
    const auto* trial = shop_.trialOf(study);
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
    const auto leaks = GANTRY_TRY(passGate(*values, packed, stop));
    if (!leaks.empty()) return holdForLeaks(study, leaks);
    GANTRY_CHECK(withhold(study, packed));
    if (packed.files.empty()) return nothingNew(study);
    const auto before =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return newestParcel(db, study.id); }));
    return putInOutbox(study, *trial, packed, before);
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
    return putInOutbox(study, trial, nothing, before);
}

Result<> DispatchStep::putInOutbox(const StudyRow& study, const Trial& trial, const Packed& packed,
                                   const std::optional<ParcelRow>& before) {
    ParcelRow row;
    row.last_decision =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return newestDecision(db, study.id); }));
    const auto document = GANTRY_TRY(manifest(study, trial, packed, before));
    row.id = document.parcel_id;
    row.study = study.id;
    row.content = packed.files.empty() ? "verdict" : "images";
    row.subject_id = document.subject;
    row.visit_id = document.visit;
    row.supplements = document.supplements;
    row.file_name = row.id + ".age";
    const auto path = shop_.config.data_directory / kOutboxFolder / row.file_name;
    const auto info = GANTRY_TRY(uplink::makeParcel(document, packed.files, trial.recipients, path));
    row.bytes = info.bytes;
    row.sha256 = info.sha256;
    row.manifest_sha256 = info.manifest_sha256;
    row.deid_report = document.deid_json;
    auto added = shop_.catalogue.write([&](Database& db) -> Result<> {
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

Result<anonymizer::IdentifyingValues> DispatchStep::identifying(
    const StudyRow& study, const Trial& trial, const anonymizer::DeidPolicy& policy,
    const std::vector<OutgoingInstance>& instances) {
    using anonymizer::ValueKind;
    anonymizer::IdentifyingValues values;
    values.options = anonymizer::gateOptions(policy);
    for (const auto& instance : instances) {
        const auto map = GANTRY_TRY(MappedFile::open(spool_folder_ / instance.segment_name,
                                                     instance.range.offset, instance.range.length));
        values.merge(anonymizer::collect(GANTRY_TRY(dicom::readFile(map.bytes()))));
    }
    values.add(ValueKind::PatientName, study.patient_label);
    values.add(ValueKind::PatientId, study.patient_id);
    values.add(ValueKind::AccessionNumber, study.accession_number);
    if (const auto* entry = trial.subject(study.subject_id.value_or("")); entry && !entry->patient_id.empty())
        values.add(ValueKind::PatientId, entry->patient_id);
    if (trial.crosswalk) {
        const auto link = GANTRY_TRY(shop_.catalogue.read(
            [&](Database& db) { return linkOfSubject(db, study.trial_id, study.subject_id.value_or("")); }));
        const auto patient = link ? GANTRY_TRY(trial.crosswalk->patient(*link)) : Patient{};
        if (!patient.id.empty()) values.add(ValueKind::PatientId, patient.id);
        if (!patient.name.empty()) values.add(ValueKind::PatientName, patient.name);
        if (!patient.birth_date.empty()) values.add(ValueKind::BirthDate, patient.birth_date);
    }
    for (const auto& text :
         {trial.config.id, shop_.config.site_id, study.subject_id.value_or(""), study.visit_id.value_or("")})
        if (!text.empty()) values.allow(text);
    return values;
}

Result<DispatchStep::Packed> DispatchStep::deidentifyAll(const StudyRow& study, const Trial& trial,
                                                         const anonymizer::DeidPolicy& policy,
                                                         const std::vector<OutgoingInstance>& instances,
                                                         const std::vector<PixelAnswer>& looks,
                                                         const fs::path& folder,
                                                         const std::stop_token& stop) {
    const anonymizer::SubjectIdentity subject{trial.config.id, shop_.config.site_id,
                                              study.subject_id.value_or(""), study.visit_id.value_or(""), ""};
    const auto path = [&](std::size_t i) { return folder / (std::to_string(i) + ".dcm"); };
    std::vector<Result<anonymizer::DeidReport>> reports(instances.size(), fail(Errc::Stopped, "stopping"));
    forEachOnAllCores(instances.size(), stop, [&](std::size_t i) {
        reports[i] = looks[i].usable()
                         ? anonymizer::deidentify(looks[i].input, policy, trial.keys, subject, path(i))
                         : fail(Errc::Unsupported, looks[i].reason);
    });
    Packed packed;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        const auto& report = reports[i];
        if (!report && report.error().code == Errc::Unsupported) {
            packed.withheld.emplace_back(instances[i].id, refusedSentence(report.error()));
            continue;
        }
        if (!report) return report.error();
        packed.deid.add(*report);
        const auto name = uplink::instanceName(packed.files.size() + 1);
        packed.instances.push_back(instances[i].id);
        packed.files.push_back({path(i), name});
        packed.entries.push_back({name, report->sop_instance_uid, report->size_bytes, toHex(report->sha256)});
        packed.study_instance_uid = report->study_instance_uid;
    }
    return packed;
}

/// The pack's, less what people here took out of this study.
Result<anonymizer::DeidPolicy> DispatchStep::policyFor(const StudyRow& study, const Trial& trial) {
    auto policy = trial.policy;
    const auto removals =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return removalsOf(db, study.id); }));
    for (const auto& removal : removals) policy.remove.push_back(removal.tag);
    return policy;
}

Result<std::vector<LeakRow>> DispatchStep::passGate(const anonymizer::IdentifyingValues& values,
                                                    const Packed& packed, const std::stop_token& stop) {
    const auto gate = anonymizer::LeakGate::build(values);
    const auto count = packed.files.size();
    std::vector<Result<std::vector<anonymizer::LeakHit>>> scans(count, fail(Errc::Stopped, "stopping"));
    forEachOnAllCores(count, stop, [&](std::size_t i) { scans[i] = gate.scan(packed.files[i].path); });
    if (stop.stop_requested()) return fail(Errc::Stopped, "stopping");
    std::vector<LeakRow> leaks;
    for (std::size_t i = 0; i < count; ++i) {
        // What cannot be read is a leak for all we know.
        if (!scans[i])
            addLeak(leaks, {"the whole object", "something that could not be examined", {}},
                    packed.instances[i]);
        else
            for (const auto& hit : *scans[i])
                addLeak(leaks, {anonymizer::placeOf(hit), hit.what, hit.tag}, packed.instances[i]);
    }
    return leaks;
}

Result<> DispatchStep::holdForLeaks(const StudyRow& study, const std::vector<LeakRow>& leaks) {
    log::error("dispatch.leak", {{"study", study.id}, {"places", leaks.size()}});
    const auto& first = leaks.front();
    const auto more = leaks.size() > 1 ? " and " + std::to_string(leaks.size() - 1) + " more" : std::string();
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        if (GANTRY_TRY(studyById(db, study.id)).state != State::Deidentifying)
            return fail(Errc::Conflict, "the study was reopened meanwhile");
        GANTRY_CHECK(replaceLeaks(db, study.id, leaks));
        const auto reason = "The leak gate refused an image: " + first.what + " in " + first.place + more +
                            ". Nothing was sent.";
        GANTRY_TRY(
            applyEvent(db, study.id, Event::Quarantine, Cause::because(reason), shop_.clock.nowMillis()));
        return {};
    });
}

Result<uplink::ParcelManifest> DispatchStep::manifest(const StudyRow& study, const Trial& trial,
                                                      const Packed& packed,
                                                      const std::optional<ParcelRow>& before) {
    namespace json = boost::json;
    uplink::ParcelManifest out;
    out.parcel_id = randomHex(16);
    out.trial = trial.config.id;
    out.site = shop_.config.site_id;
    out.subject = study.subject_id.value_or("");
    out.visit = study.visit_id.value_or("");
    out.study_instance_uid = packed.study_instance_uid;
    const auto verdict =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return latestVerdict(db, study.id); }));
    if (verdict) {
        out.pack_id = verdict->verdict.pack_id;
        out.pack_version = verdict->verdict.pack_version;
        out.verdict = forSponsor(verdict->verdict, trial.keys);
    }
    for (const auto& decision :
         GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return decisionsOf(db, study.id); })))
        if (isForSponsor(decision.kind))
            out.decisions.push_back({decision.kind, decision.who,
                                     decision.kind == "release" ? decision.why : decision.detail,
                                     isoUtc(decision.at)});
    // Why somebody removed an attribute may name people; that they did is a proposal for the pack.
    boost::json::array proposals;
    for (const auto& removal :
         GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return removalsOf(db, study.id); })))
        proposals.push_back(
            {{"attribute", removal.place}, {"tag", dicom::toString(removal.tag)}, {"kind", removal.what}});
    out.deid_json = deidReport(packed.deid, trial.policy, packed.withheld, std::move(proposals));
    out.files = packed.entries;
    if (packed.files.empty()) out.content = uplink::ParcelContent::Verdict;
    if (before) out.supplements = before->id;
    for (const auto& parcel :
         GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return parcelsOf(db, study.id); })))
        if (!before && !parcel.withdraw_reason.empty()) out.supersedes.push_back(parcel.id);
    out.created_at = isoUtc(shop_.clock.nowMillis());
    return out;
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
