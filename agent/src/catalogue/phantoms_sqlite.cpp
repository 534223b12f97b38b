#include "catalogue/phantoms.hpp"

#include "workflow/judge_context.hpp"

namespace gantry::agent {
namespace {

constexpr std::string_view kColumns =
    "SELECT study_id, instance_count, analysed_at_ms, is_what, filed_as_patient, why, kind, phantom_id, "
    "scanner_id, acquired_on, said, said_by, document FROM phantom_study ";

PhantomStudyRow rowFrom(const Statement& select) {
    PhantomStudyRow row;
    row.study = select.integer(0);
    row.instances = static_cast<int>(select.integer(1));
    row.analysed_at = select.integer(2);
    row.is_what = select.text(3);
    row.filed_as_patient = select.integer(4) != 0;
    row.why = select.text(5);
    row.kind = select.text(6);
    row.phantom_id = select.text(7);
    if (!select.isNull(8)) row.scanner = select.integer(8);
    row.acquired_on = select.text(9);
    row.said = select.text(10);
    row.said_by = select.text(11);
    row.document = select.text(12);
    return row;
}

std::optional<double> realAt(const Statement& select, int column) {
    return select.isNull(column) ? std::nullopt : std::optional(select.real(column));
}

Result<> insertValue(Database& db, StudyId study, const PhantomValueRow& value) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT OR REPLACE INTO phantom_value (study_id, metric, part, unit, value, uncertainty, "
                   "low, high, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(study).bind(value.metric).bind(value.part).bind(value.unit).bind(value.value);
    insert.bind(value.uncertainty).bind(value.low).bind(value.high).bind(value.verdict);
    return insert.run();
}

}  // namespace

Result<std::vector<StudyRow>> studiesToRecognise(Database& db, int limit) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id FROM study s WHERE s.state IN ('unassigned', 'checked', 'held', 'phantom') AND NOT "
        "EXISTS "
        "(SELECT 1 FROM phantom_study p WHERE p.study_id = s.id AND p.instance_count = s.instance_count) "
        "ORDER BY s.last_instance_at_ms DESC LIMIT ?"));
    select.bind(limit);
    std::vector<StudyRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(GANTRY_TRY(studyById(db, select.integer(0))));
    return out;
}

Result<bool> awaitsRecognition(Database& db, StudyId study) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT 1 FROM phantom_study p JOIN study s ON s.id = p.study_id WHERE s.id = ? AND "
                   "p.instance_count = s.instance_count"));
    select.bind(study);
    return !GANTRY_TRY(select.step());
}

Result<std::string> phantomHold(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT why FROM phantom_study WHERE study_id = ? AND said <> 'patient' AND (is_what <> 'patient' "
        "OR said = 'phantom')"));
    select.bind(study);
    if (!GANTRY_TRY(select.step())) return std::string();
    const auto why = select.text(0);
    return why.empty() ? std::string("The images show a phantom.") : why;
}

Result<std::vector<PhantomSeries>> imagesToRecognise(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT s.id, s.modality, g.name, i.byte_offset, i.byte_length FROM series s JOIN instance i ON "
        "i.series_id = s.id JOIN segment g ON g.id = i.segment_id WHERE s.study_id = ? AND i.conflict_of IS "
        "NULL ORDER BY s.id, i.id"));
    select.bind(study);
    std::vector<PhantomSeries> out;
    std::int64_t last = 0;
    while (GANTRY_TRY(select.step())) {
        if (out.empty() || select.integer(0) != last) out.push_back({select.text(1), {}});
        last = select.integer(0);
        out.back().images.push_back({select.text(2), static_cast<std::uint64_t>(select.integer(3)),
                                     static_cast<std::uint64_t>(select.integer(4))});
    }
    return out;
}

Result<> storePhantom(Database& db, const PhantomStudyRow& row, const std::vector<PhantomValueRow>& values) {
    for (const auto* sql : {"DELETE FROM phantom_value WHERE study_id = ?",
                            "DELETE FROM phantom_confirmation WHERE study_id = ?"}) {
        auto remove = GANTRY_TRY(db.prepare(sql));
        GANTRY_CHECK(remove.bind(row.study).run());
    }
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO phantom_study (study_id, instance_count, analysed_at_ms, is_what, filed_as_patient, "
        "why, kind, phantom_id, scanner_id, acquired_on, said, said_by, document) VALUES (?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, '', '', ?) ON CONFLICT (study_id) DO UPDATE SET instance_count = "
        "excluded.instance_count, analysed_at_ms = excluded.analysed_at_ms, is_what = excluded.is_what, "
        "filed_as_patient = excluded.filed_as_patient, why = excluded.why, kind = excluded.kind, phantom_id "
        "= excluded.phantom_id, scanner_id = excluded.scanner_id, acquired_on = excluded.acquired_on, "
        "document = excluded.document"));
    insert.bind(row.study).bind(row.instances).bind(row.analysed_at).bind(row.is_what);
    insert.bind(row.filed_as_patient).bind(row.why).bind(row.kind).bind(row.phantom_id).bind(row.scanner);
    GANTRY_CHECK(insert.bind(row.acquired_on).bind(row.document).run());
    for (const auto& value : values) GANTRY_CHECK(insertValue(db, row.study, value));
    return {};
}

Result<PhantomStudyRow> phantomOf(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(std::string(kColumns) + "WHERE study_id = ?"));
    select.bind(study);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "there is no phantom study of this number");
    return rowFrom(select);
}

Result<std::vector<PhantomValueRow>> phantomValues(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT metric, part, unit, value, uncertainty, low, high, verdict FROM phantom_value WHERE study_id "
        "= ? ORDER BY metric, part"));
    select.bind(study);
    std::vector<PhantomValueRow> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.text(1), select.text(2), select.real(3), select.real(4),
                       realAt(select, 5), realAt(select, 6), select.text(7)});
    return out;
}

Result<std::vector<PhantomStudyRow>> phantomsOfScanner(Database& db, std::optional<std::int64_t> scanner) {
    auto select = GANTRY_TRY(db.prepare(
        std::string(kColumns) +
        "WHERE scanner_id IS ? AND said <> 'patient' AND (is_what <> 'patient' OR said = 'phantom') "
        "ORDER BY acquired_on, study_id"));
    select.bind(scanner);
    std::vector<PhantomStudyRow> out;
    while (GANTRY_TRY(select.step())) out.push_back(rowFrom(select));
    return out;
}

Result<> sayPhantom(Database& db, StudyId study, const std::string& is_what, const std::string& who) {
    auto update = GANTRY_TRY(db.prepare("UPDATE phantom_study SET said = ?, said_by = ? WHERE study_id = ?"));
    return update.bind(is_what).bind(who).bind(study).run();
}

Result<bool> isPreScore(Database& db, StudyId study, const std::string& metric) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT 1 FROM phantom_value v WHERE v.study_id = ?1 AND v.metric = ?2 AND (v.verdict = 'review' OR "
        "EXISTS (SELECT 1 FROM phantom_confirmation c WHERE c.study_id = ?1 AND c.metric = ?2))"));
    select.bind(study).bind(metric);
    return GANTRY_TRY(select.step());
}

Result<> setPhantomVerdict(Database& db, StudyId study, const std::string& metric,
                           const std::string& verdict) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE phantom_value SET verdict = ? WHERE study_id = ? AND metric = ?"));
    return update.bind(verdict).bind(study).bind(metric).run();
}

Result<> confirmPhantomValue(Database& db, StudyId study, const PhantomConfirmation& confirmation) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT OR REPLACE INTO phantom_confirmation (study_id, metric, value, who, at_ms) VALUES (?, ?, ?, "
        "?, ?)"));
    insert.bind(study).bind(confirmation.metric).bind(confirmation.value);
    return insert.bind(confirmation.who).bind(confirmation.at).run();
}

Result<std::vector<PhantomConfirmation>> phantomConfirmations(Database& db, StudyId study) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT metric, value, who, at_ms FROM phantom_confirmation WHERE study_id = ?"));
    select.bind(study);
    std::vector<PhantomConfirmation> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.real(1), select.text(2), select.integer(3)});
    return out;
}

Result<> setPhantomForm(Database& db, StudyId study, const std::map<std::string, std::string>& form) {
    auto remove = GANTRY_TRY(db.prepare("DELETE FROM phantom_form WHERE study_id = ?"));
    GANTRY_CHECK(remove.bind(study).run());
    for (const auto& [name, value] : form) {
        auto insert =
            GANTRY_TRY(db.prepare("INSERT INTO phantom_form (study_id, name, value) VALUES (?, ?, ?)"));
        GANTRY_CHECK(insert.bind(study).bind(name).bind(value).run());
    }
    // No study has so many images: it is looked at anew.
    auto due = GANTRY_TRY(db.prepare("UPDATE phantom_study SET instance_count = -1 WHERE study_id = ?"));
    return due.bind(study).run();
}

Result<std::map<std::string, std::string>> phantomForm(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare("SELECT name, value FROM phantom_form WHERE study_id = ?"));
    select.bind(study);
    std::map<std::string, std::string> out;
    while (GANTRY_TRY(select.step())) out[select.text(0)] = select.text(1);
    return out;
}

Result<> addPhantomStatement(Database& db, StudyId study, const PhantomStatement& statement) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO phantom_statement (study_id, who, at_ms, document, queued) "
                              "VALUES (?, ?, ?, ?, 0)"));
    return insert.bind(study).bind(statement.who).bind(statement.at).bind(statement.document).run();
}

Result<std::optional<PhantomStatement>> phantomStatement(Database& db, StudyId study) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT who, at_ms, document FROM phantom_statement WHERE study_id = ? ORDER BY id DESC LIMIT 1"));
    select.bind(study);
    if (!GANTRY_TRY(select.step())) return std::optional<PhantomStatement>();
    return std::optional(PhantomStatement{select.text(0), select.integer(1), select.text(2)});
}

Result<std::vector<UnsentStatement>> unsentStatements(Database& db) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT id, study_id, document FROM phantom_statement WHERE queued = 0 ORDER BY id LIMIT 20"));
    std::vector<UnsentStatement> out;
    while (GANTRY_TRY(select.step())) out.push_back({select.integer(0), select.integer(1), select.text(2)});
    return out;
}

Result<> markStatementQueued(Database& db, std::int64_t id) {
    auto update = GANTRY_TRY(db.prepare("UPDATE phantom_statement SET queued = 1 WHERE id = ?"));
    return update.bind(id).run();
}

Result<std::string> lastChangeOf(Database& db, std::int64_t scanner) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT at_ms FROM scanner_change WHERE scanner_id = ? ORDER BY at_ms DESC LIMIT 1"));
    select.bind(scanner);
    return GANTRY_TRY(select.step()) ? siteDate(select.integer(0)) : std::string();
}

std::filesystem::path phantomPictures(const std::filesystem::path& data_directory, StudyId study) {
    return data_directory / "pictures" / std::to_string(study) / "phantom";
}

}  // namespace gantry::agent
