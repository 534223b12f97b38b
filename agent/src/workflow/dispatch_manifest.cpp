#include <boost/json.hpp>
#include <map>

#include "catalogue/leaks.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kStaysHere = "known at the site";

/// Values of headers and what people typed may name somebody; words of the pack never do.
void keepHere(std::string& text, const anonymizer::LeakGate& gate) {
    if (gate.findsIn(text)) text = kStaysHere;
}

// What only the site may know does not stand in the manifest: original UIDs are mapped, series descriptions
// dropped, findings of identity rules (which have no slot) keep their result but not their values, and no
// text leaves in which the gate finds something.
Verdict forSponsor(const Verdict& verdict, const Trial& trial, const anonymizer::LeakGate& gate) {
    auto out = verdict;
    for (auto* text : {&out.headline, &out.advice}) keepHere(*text, gate);
    for (auto& finding : out.findings) {
        if (!finding.series_instance_uid.empty())
            finding.series_instance_uid = uidForSponsor(trial, finding.series_instance_uid);
        if (finding.slot_id.empty()) finding.expected = finding.found = kStaysHere;
        for (auto* text : {&finding.expected, &finding.found, &finding.why, &finding.advice})
            keepHere(*text, gate);
    }
    for (auto& series : out.series) {
        series.series_instance_uid = uidForSponsor(trial, series.series_instance_uid);
        series.description.clear();
    }
    for (auto& question : out.questions)  // what was typed freely may name somebody
        if (question.type == "text" && !question.answer.empty()) question.answer = kStaysHere;
    return out;
}

/// The lines of images that stay tell the sponsor how many and why, and not which.
std::string deidReport(const DeidSummary& summary, const anonymizer::DeidPolicy& policy,
                       const std::vector<std::pair<InstanceId, std::string>>& withheld,
                       boost::json::array proposals) {
    auto report = summary.json();
    report["engine"] = kSoftware;
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

/// Withdrawn, or made again after bytes of it may have left.
bool isSuperseded(const ParcelRow& parcel, const std::optional<ParcelRow>& before) {
    if (!parcel.withdraw_reason.empty()) return !before;
    const bool made_again = parcel.cancelled && parcel.state != "made" && parcel.content != "withdrawal";
    return made_again && (!before || parcel.number > before->number);
}

}  // namespace

std::string uidForSponsor(const Trial& trial, const std::string& uid) {
    if (trial.policy.has(anonymizer::DeidOption::RetainUids) && dicom::isValidUid(uid)) return uid;
    return anonymizer::mapUid(trial.keys, uid, trial.policy.uid_root);
}

std::string studyUidForSponsor(const Trial& trial, const StudyRow& study) {
    return uidForSponsor(trial, study.study_instance_uid);
}

Result<uplink::ParcelManifest> DispatchStep::manifest(const StudyRow& study, const Trial& trial,
                                                      const Packed& packed,
                                                      const std::optional<ParcelRow>& before,
                                                      const anonymizer::LeakGate& gate) {
    namespace json = boost::json;
    uplink::ParcelManifest out;
    out.parcel_id = randomHex(16);
    out.trial = trial.config.id;
    out.site = shop_.config.siteIdFor(trial.config);
    out.subject = study.subject_id.value_or("");
    out.visit = study.visit_id.value_or("");
    out.study_instance_uid = packed.study_instance_uid;
    const auto verdict =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return latestVerdict(db, study.id); }));
    if (verdict) {
        out.pack_id = verdict->verdict.pack_id;
        out.pack_version = verdict->verdict.pack_version;
        out.verdict = forSponsor(verdict->verdict, trial, gate);
    }
    for (const auto& decision :
         GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return decisionsOf(db, study.id); })))
        if (isForSponsor(decision.kind)) {
            out.decisions.push_back({decision.kind, decision.who,
                                     decision.kind == "release" ? decision.why : decision.detail,
                                     isoUtc(decision.at)});
            keepHere(out.decisions.back().why, gate);
        }
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
        if (isSuperseded(parcel, before)) out.supersedes.push_back(parcel.id);
    out.created_at = isoUtc(shop_.clock.nowMillis());
    out.software = kSoftware;
    return out;
}

}  // namespace gantry::agent
