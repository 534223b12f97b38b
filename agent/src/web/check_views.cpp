#include "web/check_views.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "gantry/qc/catalogue.hpp"
#include "gantry/qc/visits.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

std::string slotLabel(const Trial* trial, const std::string& id) {
    if (!trial) return id;
    const auto slots = trial->pack.slots();
    const auto slot = std::ranges::find(slots, id, &qc::PackSlot::id);
    return slot == slots.end() ? id : slot->label;
}

/// A study fills a visit when it is of it and, where there is a window, lies in it. Of a visit that is not
/// repeated it counts outside the window too.
bool fills(const SubjectStudy& study, const qc::ExpectedVisit& visit, bool repeated) {
    if (study.visit_id != visit.id) return false;
    return !repeated || visit.from.empty() ||
           (study.study_date >= visit.from && study.study_date <= visit.to);
}

std::string_view stateOf(const qc::ExpectedVisit& visit, bool received, const std::string& left,
                         const std::string& today) {
    if (received) return "received";
    if (!left.empty() && (visit.to.empty() || visit.to >= left)) return "left";
    if (visit.from.empty()) return "open";
    if (today < visit.from) return "coming";
    return today <= visit.to ? "due" : "missed";
}

json::array subjectVisits(const std::vector<qc::ExpectedVisit>& expected,
                          const std::vector<SubjectStudy>& studies, const RosterEntry& entry,
                          const std::string& today) {
    json::array out;
    for (const auto& visit : expected) {
        const bool repeated = std::ranges::count(expected, visit.id, &qc::ExpectedVisit::id) > 1;
        json::array filled;
        bool received = false;
        for (const auto& study : studies) {
            if (study.subject_id != entry.subject_id || !fills(study, visit, repeated)) continue;
            received = received || study.accepted;
            filled.push_back({{"id", study.id},
                              {"study_date", study.study_date},
                              {"state", toString(study.state)},
                              {"outcome", study.outcome}});
        }
        out.push_back({{"id", visit.id},
                       {"label", visit.label},
                       {"from", visit.from},
                       {"to", visit.to},
                       {"state", stateOf(visit, received, entry.left, today)},
                       {"studies", std::move(filled)}});
    }
    return out;
}

}  // namespace

json::array slotsJson(const Trial* trial) {
    json::array out;
    if (trial)
        for (const auto& slot : trial->pack.slots()) out.push_back({{"id", slot.id}, {"label", slot.label}});
    return out;
}

json::array suggestedVisitsJson(const Trial* trial, const StudyRow& study,
                                const std::vector<SubjectStudy>& others) {
    json::array out;
    if (!trial || study.visit_id) return out;
    const auto* entry = trial->subject(study.subject_id.value_or(""));
    std::vector<std::string> done;
    for (const auto& other : others)
        if (other.accepted && other.id != study.id) done.push_back(other.visit_id);
    for (const auto& visit :
         qc::suggestVisits(trial->pack, entry ? entry->anchors : qc::Anchors{}, study.study_date, done))
        out.push_back({{"id", visit.id}, {"label", visit.label}, {"why", visit.why}});
    return out;
}

json::array visitsJson(const Trial& trial, const std::vector<SubjectStudy>& studies,
                       const std::string& today) {
    json::array out;
    for (const auto& entry : trial.roster) {
        const auto expected = qc::expectedVisits(trial.pack, entry.anchors, today);
        out.push_back({{"subject", entry.subject_id},
                       {"left", entry.left},
                       {"visits", subjectVisits(expected, studies, entry, today)}});
    }
    return out;
}

json::object scannerJson(const ScannerRow& row, const std::vector<ScannerChange>& changes) {
    json::array phantoms;
    for (const auto& [id, day] : row.phantoms) phantoms.push_back({{"id", id}, {"passed_on", day}});
    json::array watched;
    for (const auto& [name, now] : row.watched) {
        const auto then = row.at_qualification.find(name);
        watched.push_back({{"name", name},
                           {"label", qc::labelOf(name)},
                           {"now", now},
                           {"at_qualification", then == row.at_qualification.end() ? "" : then->second}});
    }
    json::array history;
    for (const auto& change : changes)
        history.push_back(
            {{"at", change.at}, {"name", change.name}, {"before", change.before}, {"now", change.now}});
    return {{"id", row.id},
            {"trial", row.trial_id},
            {"key", row.key},
            {"label", row.label},
            {"first_seen", row.first_seen},
            {"last_seen", row.last_seen},
            {"qualified", row.qualified ? json::value(*row.qualified) : json::value(nullptr)},
            {"qualified_by", row.qualified_by},
            {"qualified_on", row.qualified_on},
            {"standard", row.standard},
            {"phantoms", std::move(phantoms)},
            {"watched", std::move(watched)},
            {"changes", std::move(history)}};
}

json::object placementJson(const RememberedPlace& place, const Trial* trial) {
    return {
        {"id", place.id},
        {"trial", place.trial_id},
        {"key", place.series_key},
        {"slot_id", place.slot_id},
        {"slot_label", place.slot_id.empty() ? "None of the pack's series" : slotLabel(trial, place.slot_id)},
        {"who", place.who},
        {"at", place.at}};
}

}  // namespace gantry::agent
