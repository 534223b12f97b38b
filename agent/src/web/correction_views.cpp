#include "web/correction_views.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

json::object correctionJson(const CorrectionRow& row) {
    return {{"id", row.id},
            {"study", row.study},
            {"scope", row.scope},
            {"from_subject", row.from_subject},
            {"from_visit", row.from_visit},
            {"to_subject", row.to_subject},
            {"to_visit", row.to_visit},
            {"proposed_by", row.proposed_by},
            {"why", row.why},
            {"proposed_at", row.proposed_at},
            {"state", row.state},
            {"decided_by", row.decided_by},
            {"decided_why", row.decided_why},
            {"decided_at", row.decided_at ? json::value(*row.decided_at) : json::value(nullptr)}};
}

json::value correctionJson(const std::optional<CorrectionRow>& row) {
    return row ? json::value(correctionJson(*row)) : json::value(nullptr);
}

json::object linkJson(const LinkRow& link) {
    return {{"id", link.id},         {"trial", link.trial_id}, {"subject", link.subject_id},
            {"source", link.source}, {"who", link.who},        {"at", link.at}};
}

json::object linkJson(const LinkRow& link, const Patient& patient) {
    auto out = linkJson(link);
    out["patient_id"] = patient.id;
    out["issuer"] = patient.issuer;
    out["name"] = patient.name;
    out["birth_date"] = patient.birth_date;
    out["sex"] = patient.sex;
    return out;
}

}  // namespace gantry::agent
