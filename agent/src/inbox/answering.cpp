#include "inbox/answering.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "catalogue/parcels.hpp"
#include "gantry/anonymizer/gate_options.hpp"
#include "gantry/anonymizer/leak_gate.hpp"
#include "inbox/inbox_rows.hpp"
#include "workflow/dispatch_step.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

using anonymizer::ValueKind;

/// Studies whose patient the answer is about.
Result<std::vector<StudyRow>> studiesAbout(Database& db, const QueryRow& query) {
    std::vector<StudyRow> out;
    if (query.study) out.push_back(GANTRY_TRY(studyById(db, *query.study)));
    if (!query.study)
        for (const auto& one : GANTRY_TRY(studiesOfSubject(db, query.trial_id, query.subject_id, "")))
            out.push_back(GANTRY_TRY(studyById(db, one.id)));
    return out;
}

/// One image of each series: what names the patient stands in all of them.
Result<> addImages(Database& db, const std::filesystem::path& spool_folder, StudyId study,
                   anonymizer::IdentifyingValues& values) {
    std::set<std::string> seen;
    for (const auto& one : GANTRY_TRY(instancesOfStudy(db, study))) {
        if (!seen.insert(one.series_instance_uid).second) continue;
        const auto map =
            GANTRY_TRY(MappedFile::open(spool_folder / one.segment_name, one.range.offset, one.range.length));
        values.merge(anonymizer::collect(GANTRY_TRY(dicom::readFile(map.bytes()))));
    }
    return {};
}

Result<anonymizer::LeakGate> gateFor(Database& db, const Config& config, const Trial& trial,
                                     const std::filesystem::path& spool_folder, const QueryRow& query) {
    anonymizer::IdentifyingValues values;
    values.options = anonymizer::gateOptions(trial.policy, trial.keys, query.subject_id);
    for (const auto& study : GANTRY_TRY(studiesAbout(db, query))) {
        if (!study.patient_label.empty()) values.add(ValueKind::PatientName, study.patient_label);
        if (!study.patient_id.empty()) values.add(ValueKind::PatientId, study.patient_id);
        if (!study.accession_number.empty()) values.add(ValueKind::AccessionNumber, study.accession_number);
        if (study.state != State::Purged) GANTRY_CHECK(addImages(db, spool_folder, study.id, values));
    }
    if (trial.crosswalk) {
        const auto link = GANTRY_TRY(linkOfSubject(db, query.trial_id, query.subject_id));
        const auto patient = link ? GANTRY_TRY(trial.crosswalk->patient(*link)) : Patient{};
        if (!patient.id.empty()) values.add(ValueKind::PatientId, patient.id);
        if (!patient.name.empty()) values.add(ValueKind::PatientName, patient.name);
        if (!patient.birth_date.empty()) values.add(ValueKind::BirthDate, patient.birth_date);
    }
    for (const auto& text :
         {trial.config.id, config.siteIdFor(trial.config), query.subject_id, query.visit_id})
        if (!text.empty()) values.allow(text);
    return anonymizer::LeakGate::build(values);
}

Result<std::vector<QuerySeries>> seriesFor(Database& db, const Trial& trial, const AnswerWish& wish) {
    std::vector<QuerySeries> out;
    for (const auto& one : GANTRY_TRY(seriesOfTrial(db, trial.config.id))) {
        const bool named = std::ranges::find(wish.series, one.series_instance_uid) != wish.series.end();
        if (wish.series.empty() ? wish.study == one.study : named)
            out.push_back({uidForSponsor(trial, one.study_instance_uid),
                           uidForSponsor(trial, one.series_instance_uid)});
    }
    return out;
}

Result<> mustAnswer(const QueryRow& query, const AnswerWish& wish, const std::vector<QuerySeries>& series) {
    if (query.state != "open")
        return fail(Errc::Conflict, "the question is closed; nobody waits for an answer");
    if (!wish.decision.empty() && std::ranges::find(query.choices, wish.decision) == query.choices.end())
        return fail(Errc::InvalidArgument, "'" + wish.decision + "' is not one of the choices");
    if ((wish.study || !wish.series.empty()) && series.empty())
        return fail(Errc::InvalidArgument, "no such series of this trial is here");
    const bool says = query.wants == "decision" ? !wish.decision.empty()
                      : query.wants == "series" ? !series.empty() || !wish.text.empty()
                                                : !wish.text.empty();
    if (says) return {};
    return fail(Errc::InvalidArgument, query.wants == "decision" ? "choose one of the answers"
                                       : query.wants == "series"
                                           ? "say which series answers it, or why none can"
                                           : "the answer is empty");
}

json::object messageOf(const QueryRow& query, const QueryEntry& entry) {
    json::array series;
    for (const auto& one : entry.series)
        series.push_back({{"study_instance_uid", one.study_instance_uid},
                          {"series_instance_uid", one.series_instance_uid}});
    return {{"query_id", query.query_id}, {"answer_id", entry.entry_id}, {"who", entry.who},
            {"at", isoUtc(entry.at)},     {"text", entry.text},          {"decision", entry.decision},
            {"series", std::move(series)}};
}

}  // namespace

Result<QueryRow> answerQuery(Catalogue& catalogue, const Config& config, const Trial& trial,
                             const std::filesystem::path& spool_folder, std::int64_t id,
                             const AnswerWish& wish, UnixMillis now) {
    const auto query = GANTRY_TRY(catalogue.read([&](Database& db) { return queryById(db, id); }));
    const auto series = GANTRY_TRY(catalogue.read([&](Database& db) { return seriesFor(db, trial, wish); }));
    GANTRY_CHECK(mustAnswer(query, wish, series));
    const auto gate = GANTRY_TRY(
        catalogue.read([&](Database& db) { return gateFor(db, config, trial, spool_folder, query); }));
    if (gate.findsIn(wish.text))
        return fail(Errc::LeakFound,
                    "the answer names the patient, or a date or number of theirs; write the subject's number "
                    "instead. Nothing was sent");
    const QueryEntry entry{randomHex(16), "site", now, wish.who, wish.text, wish.decision, series};
    return catalogue.write([&](Database& db) -> Result<QueryRow> {
        if (GANTRY_TRY(queryById(db, id)).state != "open")
            return fail(Errc::Conflict, "the question was closed meanwhile");
        GANTRY_CHECK(addAnswerTo(db, id, entry));
        GANTRY_CHECK(markQueryRead(db, id));
        GANTRY_CHECK(messageIsDue(db, query.trial_id, "answer", messageOf(query, entry), now));
        GANTRY_CHECK(appendAudit(
            db, {query.study, wish.who, "query.answered", "", "", query.topic + " (" + query.query_id + ")"},
            now));
        return queryById(db, id);
    });
}

}  // namespace gantry::agent
