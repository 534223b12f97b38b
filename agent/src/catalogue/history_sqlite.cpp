#include "catalogue/history.hpp"

#include <boost/json.hpp>

namespace gantry::agent {
namespace {

namespace json = boost::json;

constexpr std::string_view kStudies =
    "SELECT s.id, study_instance_uid, coalesce(subject_id, ''), coalesce(visit_id, ''), study_date, state, "
    "coalesce((SELECT outcome FROM verdict v WHERE v.study_id = s.id ORDER BY number DESC LIMIT 1), '') "
    "FROM study s WHERE trial_id = ?1 AND (?2 = '' OR subject_id = ?2) ORDER BY study_date DESC, s.id DESC";

bool isAccepted(State state) {
    return state == State::Deidentifying || state == State::Ready || state == State::Uploading ||
           state == State::Delivered || state == State::Confirmed || state == State::Purged;
}

Result<std::vector<SubjectStudy>> studies(Database& db, const std::string& trial,
                                          const std::string& subject) {
    auto select = GANTRY_TRY(db.prepare(kStudies));
    select.bind(trial).bind(subject);
    std::vector<SubjectStudy> out;
    while (GANTRY_TRY(select.step())) {
        const auto state = parseState(select.text(5)).value_or(State::Quarantined);
        out.push_back({select.integer(0), select.text(1), select.text(2), select.text(3), select.text(4),
                       select.text(6), state, isAccepted(state)});
    }
    return out;
}

}  // namespace

Result<> keepFingerprints(Database& db, StudyId study, const std::vector<Fingerprint>& prints) {
    json::object document;
    for (const auto& print : prints) {
        json::object values;
        for (const auto& [check, texts] : print.values) values[check] = json::value_from(texts);
        document[print.slot_id] = std::move(values);
    }
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO fingerprint (study_id, document) VALUES (?, ?) "
                              "ON CONFLICT (study_id) DO UPDATE SET document = excluded.document"));
    return insert.bind(study).bind(json::serialize(document)).run();
}

Result<std::vector<Fingerprint>> fingerprintsOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare("SELECT document FROM fingerprint WHERE study_id = ?"));
    select.bind(study);
    std::vector<Fingerprint> prints;
    if (!GANTRY_TRY(select.step())) return prints;
    boost::system::error_code ec;
    const auto document = json::parse(select.text(0), ec);
    if (ec || !document.is_object()) return fail(Errc::BadFormat, "a stored fingerprint is not readable");
    for (const auto& [slot, values] : document.get_object()) {
        Fingerprint print{std::string(slot), {}};
        if (!values.is_object()) continue;
        for (const auto& [check, texts] : values.get_object()) {
            auto parsed = json::try_value_to<std::vector<std::string>>(texts);
            if (parsed) print.values[std::string(check)] = *std::move(parsed);
        }
        prints.push_back(std::move(print));
    }
    return prints;
}

Result<std::vector<SubjectStudy>> studiesOfTrial(Database& db, const std::string& trial) {
    return studies(db, trial, "");
}

Result<std::vector<SubjectStudy>> studiesOfSubject(Database& db, const std::string& trial,
                                                   const std::string& subject) {
    if (subject.empty()) return std::vector<SubjectStudy>();
    return studies(db, trial, subject);
}

}  // namespace gantry::agent
