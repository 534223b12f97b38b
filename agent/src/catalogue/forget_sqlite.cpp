#include <array>

#include "catalogue/studies.hpp"

namespace gantry::agent {
namespace {

// PS3.3 C.7.1.1, C.7.2.1 and C.2: who the patient is and under which numbers the hospital knows the study.
// Nested ones of a name go too.
constexpr std::array<std::string_view, 22> kIdentifying = {"PatientName",
                                                           "PatientID",
                                                           "IssuerOfPatientID",
                                                           "OtherPatientIDs",
                                                           "OtherPatientNames",
                                                           "PatientBirthName",
                                                           "PatientBirthDate",
                                                           "PatientBirthTime",
                                                           "PatientMotherBirthName",
                                                           "PatientAddress",
                                                           "PatientTelephoneNumbers",
                                                           "MedicalRecordLocator",
                                                           "AccessionNumber",
                                                           "AdmissionID",
                                                           "ReferringPhysicianName",
                                                           "PatientComments",
                                                           "AdditionalPatientHistory",
                                                           "RequestingPhysician",
                                                           "PerformingPhysicianName",
                                                           "OperatorsName",
                                                           "ResponsiblePerson",
                                                           "StudyID"};

bool identifies(std::string_view name) {
    const auto dot = name.rfind('.');
    const auto last = dot == std::string_view::npos ? name : name.substr(dot + 1);
    if (name.starts_with("OtherPatientIDsSequence")) return true;
    for (const auto keyword : kIdentifying)
        if (last == keyword) return true;
    return false;
}

Facts without(Facts facts) {
    std::erase_if(facts, [](const auto& fact) { return identifies(fact.first); });
    return facts;
}

struct Rewritten {
    std::int64_t id = 0;
    std::string text;
};

Result<> writeAll(Database& db, std::string_view sql, const std::vector<Rewritten>& rows) {
    for (const auto& row : rows) {
        auto update = GANTRY_TRY(db.prepare(sql));
        GANTRY_CHECK(update.bind(row.text).bind(row.id).run());
    }
    return {};
}

}  // namespace

Result<> forgetPatient(Database& db, StudyId study) {
    std::vector<Rewritten> series;
    std::vector<Rewritten> instances;
    {
        auto select = GANTRY_TRY(
            db.prepare("SELECT s.id, s.facts_base, i.id, i.facts_delta FROM series s LEFT JOIN instance i ON "
                       "i.series_id = s.id WHERE s.study_id = ? ORDER BY s.id"));
        select.bind(study);
        Facts base;
        while (GANTRY_TRY(select.step())) {
            if (series.empty() || series.back().id != select.integer(0)) {
                base = GANTRY_TRY(decodeFactsDelta({}, select.text(1)));
                series.push_back({select.integer(0), encodeFactsDelta({}, without(base))});
            }
            if (select.isNull(2)) continue;
            const auto facts = GANTRY_TRY(decodeFactsDelta(base, select.text(3)));
            instances.push_back({select.integer(2), encodeFactsDelta(without(base), without(facts))});
        }
    }
    GANTRY_CHECK(writeAll(db, "UPDATE series SET facts_base = ? WHERE id = ?", series));
    GANTRY_CHECK(writeAll(db, "UPDATE instance SET facts_delta = ? WHERE id = ?", instances));
    auto update = GANTRY_TRY(db.prepare(
        "UPDATE study SET patient_label = '', patient_id = '', accession_number = '' WHERE id = ?"));
    return update.bind(study).run();
}

}  // namespace gantry::agent
