#include "web/json_views.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "gantry/core/crypto.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

json::value uploadJson(const std::optional<ParcelRow>& parcel, std::uint64_t rate) {
    if (!parcel) return nullptr;
    const bool moving = parcel->state == "uploading" && parcel->waits.empty();
    return {{"bytes", parcel->bytes},
            {"sent", parcel->sent_bytes},
            {"rate_bytes_s", moving ? rate : 0},
            {"state", parcel->state},
            {"reason", parcel->waits}};
}

std::string visitLabel(const Trial* trial, const std::optional<std::string>& visit) {
    if (!trial || !visit) return "";
    const auto visits = trial->pack.visits();
    const auto found = std::ranges::find(visits, *visit, &qc::PackVisit::id);
    return found == visits.end() ? *visit : found->label;
}

}  // namespace

json::object boardJson(const BoardRow& row, const Card& card, const Trial* trial, std::uint64_t upload_rate) {
    const auto& study = row.study;
    return {{"id", study.id},
            {"state", toString(study.state)},
            {"outcome", row.verdict_number ? toString(row.outcome) : ""},
            {"card", card.name},
            {"headline", card.headline},
            {"advice", card.advice},
            {"repair", toString(row.repair)},
            {"trial", study.trial_id},
            {"subject", study.subject_id.value_or("")},
            {"visit", study.visit_id.value_or("")},
            {"visit_label", visitLabel(trial, study.visit_id)},
            {"patient_label", study.patient_label},
            {"modality", study.modality},
            {"study_description", study.study_description},
            {"source", study.source},
            {"instances", row.instances},
            {"series_count", row.series},
            {"received_at", study.first_instance_at},
            {"changed_at", study.changed_at},
            {"verdict_number", row.verdict_number.value_or(0)},
            {"waits", card.waits},
            {"upload", uploadJson(row.parcel, upload_rate)}};
}

json::object verdictJson(const Verdict& verdict) {
    const auto whole = json::parse(toJson(verdict)).as_object();
    json::object parts;
    for (const auto* key : {"series", "findings", "questions", "checklist", "cannot_tell"})
        parts[key] = whole.at(key);
    return parts;
}

json::array timelineJson(const std::vector<AuditRow>& entries, const std::vector<Decision>& decisions) {
    json::array out;
    for (const auto& entry : entries) {
        const auto decision = std::ranges::find_if(
            decisions, [&](const Decision& d) { return d.at == entry.at && d.who == entry.who; });
        out.push_back({{"at", entry.at},
                       {"what", timelineSentence(entry)},
                       {"who", entry.who == "gantry" ? "" : entry.who},
                       {"why", decision == decisions.end() ? "" : decision->why}});
    }
    return out;
}

json::object parcelJson(const ParcelRow& parcel, const std::optional<ReceiptRow>& receipt) {
    json::object out = {
        {"id", parcel.id}, {"bytes", parcel.bytes}, {"sent", parcel.sent_bytes}, {"state", parcel.state}};
    out["content"] = parcel.content;
    out["subject"] = parcel.subject_id;
    out["withdrawn"] = parcel.withdraw_reason;
    out["cancelled"] = parcel.cancelled;
    // The receipt is named by its own digest: short enough to read out on the telephone.
    out["receipt"] = receipt ? toHex(Bytes(sha256(asBytes(receipt->document))).first(8)) : "";
    out["confirmed_at"] = receipt ? json::value(receipt->verified_at) : json::value(nullptr);
    return out;
}

json::object refusalJson(const RefusalRow& row) {
    return {
        {"id", row.id},
        {"at", row.at},
        {"kind", row.kind},
        {"reason", row.reason},
        {"sentence", row.sentence},
        {"do", row.advice},
        {"calling_ae_title", row.calling_ae_title},
        {"address", row.address},
        {"sop_instance_uid", row.sop_instance_uid},
        {"study_id", row.study ? json::value(*row.study) : json::value(nullptr)},
        {"count", row.count},
        {"acknowledged_by", row.acknowledged_by ? json::value(*row.acknowledged_by) : json::value(nullptr)}};
}

}  // namespace gantry::agent
