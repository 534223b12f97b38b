#include "catalogue/studies.hpp"

namespace gantry::agent {
namespace {

// Series, questions and checklist are kept as the verdict's own JSON; the findings are rows, to be asked for
// by rule.
std::string withoutFindings(const Verdict& verdict) {
    Verdict bare;
    bare.series = verdict.series;
    bare.questions = verdict.questions;
    bare.checklist = verdict.checklist;
    bare.cannot_tell = verdict.cannot_tell;
    return toJson(bare);
}

Result<> addFinding(Database& db, std::int64_t verdict, int position, const Finding& f) {
    auto insert = GANTRY_TRY(
        db.prepare("INSERT INTO finding (verdict_id, position, rule_id, slot_id, series_instance_uid, "
                   "result, severity, repair, "
                   "label, expected, found, why, advice, question, picture, waiver) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(verdict).bind(position).bind(f.rule_id).bind(f.slot_id).bind(f.series_instance_uid);
    insert.bind(toString(f.result)).bind(toString(f.severity)).bind(toString(f.repair));
    insert.bind(f.label).bind(f.expected).bind(f.found).bind(f.why).bind(f.advice);
    insert.bind(f.question).bind(f.picture).bind(f.waiver);
    return insert.run();
}

Result<std::vector<Finding>> findingsOf(Database& db, std::int64_t verdict) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT rule_id, slot_id, series_instance_uid, result, severity, repair, "
                   "label, expected, found, why, "
                   "advice, question, picture, waiver FROM finding WHERE verdict_id = ? ORDER BY position"));
    select.bind(verdict);
    std::vector<Finding> out;
    while (GANTRY_TRY(select.step())) {
        Finding f;
        f.rule_id = select.text(0);
        f.slot_id = select.text(1);
        f.series_instance_uid = select.text(2);
        f.result = GANTRY_TRY(parseRuleResult(select.text(3)));
        f.severity = GANTRY_TRY(parseSeverity(select.text(4)));
        f.repair = GANTRY_TRY(parseRepair(select.text(5)));
        int column = 6;
        for (auto* field :
             {&f.label, &f.expected, &f.found, &f.why, &f.advice, &f.question, &f.picture, &f.waiver})
            *field = select.text(column++);
        out.push_back(std::move(f));
    }
    return out;
}

}  // namespace

Result<int> addVerdict(Database& db, StudyId study, const Verdict& verdict, bool must_hold, UnixMillis now) {
    int number = 1;
    {
        auto select =
            GANTRY_TRY(db.prepare("SELECT coalesce(max(number), 0) + 1 FROM verdict WHERE study_id = ?"));
        select.bind(study);
        GANTRY_TRY(select.step());
        number = static_cast<int>(select.integer(0));
    }
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO verdict (study_id, number, issued_at_ms, outcome, pack_id, "
                              "pack_version, headline, advice, "
                              "series, must_hold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(study).bind(number).bind(now).bind(toString(verdict.outcome)).bind(verdict.pack_id);
    insert.bind(verdict.pack_version)
        .bind(verdict.headline)
        .bind(verdict.advice)
        .bind(withoutFindings(verdict));
    GANTRY_CHECK(insert.bind(must_hold).run());
    const auto id = db.lastInsertRowid();
    int position = 0;
    for (const auto& finding : verdict.findings) GANTRY_CHECK(addFinding(db, id, position++, finding));
    return number;
}

Result<std::optional<StoredVerdict>> latestVerdict(Database& db, StudyId study) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT id, number, issued_at_ms, outcome, pack_id, pack_version, headline, "
                              "advice, series, must_hold "
                              "FROM verdict WHERE study_id = ? ORDER BY number DESC LIMIT 1"));
    select.bind(study);
    if (!GANTRY_TRY(select.step())) return std::optional<StoredVerdict>();
    StoredVerdict stored;
    const auto id = select.integer(0);
    stored.number = static_cast<int>(select.integer(1));
    stored.issued_at = select.integer(2);
    stored.verdict.outcome = GANTRY_TRY(parseOutcome(select.text(3)));
    stored.verdict.pack_id = select.text(4);
    stored.verdict.pack_version = select.text(5);
    stored.verdict.headline = select.text(6);
    stored.verdict.advice = select.text(7);
    auto kept = GANTRY_TRY(verdictFromJson(select.text(8)));
    stored.verdict.series = std::move(kept.series);
    stored.verdict.questions = std::move(kept.questions);
    stored.verdict.checklist = std::move(kept.checklist);
    stored.verdict.cannot_tell = kept.cannot_tell;
    stored.must_hold = select.integer(9) != 0;
    stored.verdict.findings = GANTRY_TRY(findingsOf(db, id));
    return std::optional(std::move(stored));
}

}  // namespace gantry::agent
