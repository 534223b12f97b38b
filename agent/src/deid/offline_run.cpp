#include "deid/offline_run.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "deid/offline_study.hpp"
#include "deid/work_folder.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;

/// Patient, then study: objects of one study lie side by side.
std::vector<std::vector<FoundObject>> byStudy(std::vector<FoundObject> objects) {
    std::map<std::pair<std::string, std::string>, std::vector<FoundObject>> studies;
    for (auto& object : objects)
        studies[{object.patient_id, object.study_instance_uid}].push_back(std::move(object));
    std::vector<std::vector<FoundObject>> out;
    for (auto& [key, study] : studies) out.push_back(std::move(study));
    return out;
}

std::optional<SubjectOfPatient> subjectOf(const OfflineRequest& request, const std::string& patient_id) {
    if (!request.subject.empty()) return SubjectOfPatient{request.subject, ""};
    const auto listed = request.subjects.find(patient_id);
    return listed == request.subjects.end() ? std::nullopt : std::optional(listed->second);
}

class Run {
public:
    Run(const OfflineRequest& request, const StudySink& sink, const fs::path& work)
        : request_(request), sink_(sink), work_(work) {}

    Result<> others(const std::vector<FoundObject>& found) {
        std::vector<ObjectOutcome> outcomes;
        for (const auto& one : found) {
            if (one.kind == FoundKind::Object) continue;
            ObjectOutcome outcome;
            outcome.name = one.name;
            outcome.reason = one.why;
            if (one.kind == FoundKind::NotAnImage) outcome.status = ObjectStatus::NotDicom;
            outcomes.push_back(std::move(outcome));
        }
        return tell(outcomes);
    }

    Result<> study(const std::vector<FoundObject>& objects) {
        const auto subject = subjectOf(request_, objects.front().patient_id);
        if (!subject) {
            std::vector<ObjectOutcome> outcomes(objects.size());
            for (std::size_t i = 0; i < objects.size(); ++i) {
                outcomes[i].name = objects[i].name;
                outcomes[i].sop_class_uid = objects[i].sop_class_uid;
                outcomes[i].reason = "its PatientID is not in the list of subjects";
            }
            return tell(outcomes);
        }
        return tell(GANTRY_TRY(OfflineStudy(request_, objects, *subject, work_).run()));
    }

    RunTotals totals;

private:
    Result<> tell(const std::vector<ObjectOutcome>& outcomes) {
        for (const auto& outcome : outcomes) {
            ++totals.files;
            ++totals.by_status[static_cast<std::size_t>(outcome.status)];
            if (outcome.status == ObjectStatus::Held) ++totals.by_reason[outcome.reason];
            if (outcome.status == ObjectStatus::Written && outcome.report->already_deidentified)
                ++totals.already;
        }
        return sink_(outcomes);
    }

    const OfflineRequest& request_;
    const StudySink& sink_;
    const fs::path& work_;
};

}  // namespace

std::string_view toString(ObjectStatus status) {
    switch (status) {
        case ObjectStatus::Written:
            return "written";
        case ObjectStatus::Held:
            return "held";
        case ObjectStatus::NotDicom:
            return "not_dicom";
    }
    return "";
}

Result<RunTotals> runOffline(const OfflineRequest& request, const StudySink& sink) {
    auto found = GANTRY_TRY(findObjects(request.folder, request.out));
    const auto work = GANTRY_TRY(WorkFolder::create(request.out));
    Run run(request, sink, work.path());
    GANTRY_CHECK(run.others(found));
    std::erase_if(found, [](const FoundObject& one) { return one.kind != FoundKind::Object; });
    std::set<std::string_view> patients;
    for (const auto& object : found)
        if (!object.patient_id.empty()) patients.insert(object.patient_id);
    run.totals.patients = patients.size();
    for (const auto& study : byStudy(std::move(found))) GANTRY_CHECK(run.study(study));
    return std::move(run.totals);
}

}  // namespace gantry::agent
