#include <set>

#include "catalogue/leaks.hpp"
#include "deid/all_cores.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/core/log.hpp"
#include "images/pixel_reading.hpp"
#include "images/worker_process.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;

std::string refusedSentence(const Error& error) {
    return "This kind of object cannot be made safe to send, so it stays here: " + error.context + ".";
}

}  // namespace

Result<anonymizer::IdentifyingValues> DispatchStep::identifying(
    const StudyRow& study, const Trial& trial, const anonymizer::DeidPolicy& policy,
    const std::vector<OutgoingInstance>& instances) {
    using anonymizer::ValueKind;
    anonymizer::IdentifyingValues values;
    values.options = anonymizer::gateOptions(policy, trial.keys, study.subject_id.value_or(""));
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
    for (const auto& text : {trial.config.id, shop_.config.siteIdFor(trial.config),
                             study.subject_id.value_or(""), study.visit_id.value_or("")})
        if (!text.empty()) values.allow(text);
    return values;
}

Result<DispatchStep::Packed> DispatchStep::deidentifyAll(const StudyRow& study, const Trial& trial,
                                                         const anonymizer::DeidPolicy& policy,
                                                         const std::vector<OutgoingInstance>& instances,
                                                         const std::vector<PixelAnswer>& looks,
                                                         const fs::path& folder,
                                                         const std::stop_token& stop) {
    const anonymizer::SubjectIdentity subject{trial.config.id, shop_.config.siteIdFor(trial.config),
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
        if (looks[i].outcome != PixelOutcome::NotNeeded) packed.looked_at.push_back(packed.files.size());
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

Result<std::vector<LeakRow>> DispatchStep::passGate(const anonymizer::LeakGate& gate, const Packed& packed,
                                                    const std::stop_token& stop) {
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

Result<> DispatchStep::passPictures(const anonymizer::LeakGate& gate, const Packed& packed,
                                    const fs::path& folder, std::vector<LeakRow>& leaks,
                                    const std::stop_token& stop) {
    std::vector<fs::path> outputs;
    for (const auto i : packed.looked_at) outputs.push_back(packed.files[i].path);
    const auto found = GANTRY_TRY(readPixels(outputs, gate, {WorkerProcess::defaultProgram(), folder}, stop));
    for (std::size_t k = 0; k < found.size(); ++k)
        if (found[k])
            addLeak(leaks, {found[k]->where, found[k]->what, {}}, packed.instances[packed.looked_at[k]]);
    return {};
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

}  // namespace gantry::agent
