#include "catalogue/crosswalk.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kLinks =
    "SELECT id, trial_id, subject_id, patient_hmac, issuer_hmac, sealed, source, who, at_ms FROM crosswalk "
    "WHERE ended_at_ms IS NULL ";

LinkRow linkFrom(const Statement& row) {
    return {row.integer(0), row.text(1), row.text(2), {row.text(3), row.text(4)},
            row.text(5),    row.text(6), row.text(7), row.integer(8)};
}

Result<std::vector<LinkRow>> linksFrom(Statement& select) {
    std::vector<LinkRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(linkFrom(select));
    return out;
}

}  // namespace

Result<bool> keyWasUsed(Database& db) {
    auto select = GANTRY_TRY(db.prepare("SELECT 1 FROM crosswalk_key"));
    return select.step();
}

Result<> keepKeyCheck(Database& db, const std::string& check_value) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO crosswalk_key (id, check_value) VALUES (1, ?) ON CONFLICT (id) DO NOTHING"));
    GANTRY_CHECK(insert.bind(check_value).run());
    auto select = GANTRY_TRY(db.prepare("SELECT check_value FROM crosswalk_key WHERE check_value = ?"));
    select.bind(check_value);
    if (GANTRY_TRY(select.step())) return {};
    return fail(Errc::Conflict, "the crosswalk is sealed with another key");
}

Result<> addLink(Database& db, const LinkRow& link) {
    const bool taken = GANTRY_TRY(linkOfSubject(db, link.trial_id, link.subject_id)).has_value();
    if (taken || !GANTRY_TRY(linksOfPatient(db, link.trial_id, link.patient)).empty())
        return fail(Errc::Conflict, "the subject or the patient is linked already");
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO crosswalk (trial_id, subject_id, patient_hmac, issuer_hmac, sealed, source, who, at_ms, "
        "ended_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')"));
    insert.bind(link.trial_id).bind(link.subject_id).bind(link.patient.patient).bind(link.patient.issuer);
    return insert.bind(link.sealed).bind(link.source).bind(link.who).bind(link.at).run();
}

Result<> endLink(Database& db, LinkId link, const std::string& who, UnixMillis now) {
    auto update = GANTRY_TRY(db.prepare(
        "UPDATE crosswalk SET ended_by = ?, ended_at_ms = ? WHERE id = ? AND ended_at_ms IS NULL"));
    return update.bind(who).bind(now).bind(link).run();
}

Result<std::vector<LinkRow>> links(Database& db, const std::string& trial) {
    auto select = GANTRY_TRY(
        db.prepare(std::string(kLinks) + "AND (?1 = '' OR trial_id = ?1) ORDER BY trial_id, subject_id"));
    return linksFrom(select.bind(trial));
}

Result<std::vector<LinkRow>> linksOfPatient(Database& db, const std::string& trial,
                                            const PatientHash& patient) {
    auto select =
        GANTRY_TRY(db.prepare(std::string(kLinks) + "AND trial_id = ? AND patient_hmac = ? ORDER BY id"));
    auto all = GANTRY_TRY(linksFrom(select.bind(trial).bind(patient.patient)));
    std::erase_if(all, [&](const LinkRow& link) { return !link.patient.matches(patient); });
    return all;
}

Result<std::optional<LinkRow>> linkOfSubject(Database& db, const std::string& trial,
                                             const std::string& subject) {
    auto select = GANTRY_TRY(db.prepare(std::string(kLinks) + "AND trial_id = ? AND subject_id = ?"));
    select.bind(trial).bind(subject);
    if (!GANTRY_TRY(select.step())) return std::optional<LinkRow>();
    return std::optional(linkFrom(select));
}

Result<LinkRow> linkById(Database& db, LinkId link) {
    auto select = GANTRY_TRY(db.prepare(std::string(kLinks) + "AND id = ?"));
    select.bind(link);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no such entry in the crosswalk");
    return linkFrom(select);
}

}  // namespace gantry::agent
