#include "phantom/phantom_step.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "images/image_step.hpp"
#include "images/images.hpp"
#include "messages/messages.hpp"
#include "phantom/phantom_json.hpp"
#include "phantom/phantom_ledger.hpp"
#include "phantom/phantom_statement.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr UnixMillis kRetryMillis = 60'000;
constexpr std::size_t kLooksEach = 5;        ///< images of a series whose headers are asked
constexpr std::size_t kMostUnclaimed = 600;  ///< images of a series that a patient's study has looked at

/// Headers of a few images of each series.
qc::PhantomClaim claimOf(const qc::Pack& pack, const std::vector<SeriesFacts>& study) {
    std::vector<const Facts*> asked;
    for (const auto& series : study) {
        const std::size_t step = std::max<std::size_t>(1, series.instances.size() / kLooksEach);
        for (std::size_t i = 0; i < series.instances.size(); i += step)
            asked.push_back(&series.instances[i].second);
    }
    return qc::phantomClaim(&pack, asked);
}

bool isOfPhantoms(std::string_view modality) {
    return modality == "MR" || modality == "CT" || modality == "PT";
}

/// All images; of large series that no header says to be a phantom's, some of everywhere.
PhantomRun runOf(const std::vector<PhantomSeries>& study, const fs::path& spool, bool claimed) {
    PhantomRun run;
    for (const auto& series : study) {
        if (!isOfPhantoms(series.modality)) continue;
        const std::size_t count = series.images.size();
        const std::size_t step = claimed || count <= kMostUnclaimed ? 1 : (count - 1) / 60 + 1;
        for (std::size_t i = 0; i < count; i += step) {
            const auto& image = series.images[i];
            run.files.push_back({spool / image.segment_name, image.offset, image.length});
        }
    }
    return run;
}

std::string acquiredOn(const PhantomReading& reading, const StudyRow& study) {
    for (const auto& analysis : reading.analyses)
        if (analysis.acquired.size() >= 8) return analysis.acquired.substr(0, 8);
    return study.study_date;
}

std::string documentOf(const PhantomReading& reading) {
    json::array out;
    for (const auto& analysis : reading.analyses) out.push_back(analysisJson(analysis));
    return json::serialize(out);
}

/// The pack's phantom of this kind: the one the headers name, or the only one.
std::string phantomIdOf(const qc::Pack& pack, const qc::PhantomClaim& claim, const std::string& kind) {
    if (!claim.phantom_id.empty()) return claim.phantom_id;
    std::string found;
    for (const auto& plan : qc::phantomPlans(pack)) {
        if (plan.kind != kind) continue;
        if (!found.empty()) return {};
        found = plan.id;
    }
    return found;
}

Result<std::optional<std::int64_t>> scannerOf(Database& db, const std::string& trial, const qc::Pack& pack,
                                              const qc::StudyFacts& view, UnixMillis seen_at) {
    std::optional<std::int64_t> out;
    for (const auto& seen : qc::scannersOf(pack, view)) {
        GANTRY_CHECK(noteScanner(db, trial, seen, seen_at));
        for (const auto& row : GANTRY_TRY(scanners(db, trial)))
            if (row.key == seen.key && !out) out = row.id;
    }
    return out;
}

}  // namespace

Result<PhantomStep> PhantomStep::open(Workshop& shop, fs::path spool_folder, fs::path worker) {
    const auto scratch = shop.config.data_directory / kPicturesFolder / "scratch-phantom";
    std::error_code ec;
    fs::remove_all(scratch, ec);
    GANTRY_CHECK(makeDirectory(scratch));
    return PhantomStep(shop, std::move(spool_folder), std::move(worker), scratch);
}

/// Messages of statements that were signed. A stop between both writes sends one twice; none is lost.
void PhantomStep::tellSponsors() {
    const auto signed_ones = shop_.catalogue.read([](Database& db) { return unsentStatements(db); });
    if (!signed_ones) return log::error("phantoms.read_failed", {{"reason", signed_ones.error().message()}});
    for (const auto& one : *signed_ones) {
        const auto told = [&]() -> Result<> {
            const auto study =
                GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return studyById(db, one.study); }));
            const auto trial = shop_.trialOf(study);
            if (!trial) return fail(Errc::NotFound, "the trial is not configured here");
            const auto report = json::parse(one.document).as_object();
            GANTRY_CHECK(queueMessage(shop_, *trial, "phantom-report", phantomReportFields(report)));
            return shop_.catalogue.write([&](Database& db) { return markStatementQueued(db, one.id); });
        }();
        if (!told)
            log::error("phantoms.not_told", {{"study", one.study}, {"reason", told.error().message()}});
    }
}

bool PhantomStep::run(const std::stop_token& stop) {
    tellSponsors();
    const auto due = shop_.catalogue.read([](Database& db) { return studiesToRecognise(db); });
    if (!due) {
        log::error("phantoms.read_failed", {{"reason", due.error().message()}});
        return false;
    }
    bool looked = false;
    for (const auto& study : *due) {
        if (stop.stop_requested()) return looked;
        const auto now = shop_.clock.nowMillis();
        if (const auto wait = not_before_.find(study.id); wait != not_before_.end() && wait->second > now)
            continue;
        const auto done = look(study, stop);
        if (!done && done.error().code == Errc::Stopped) return looked;
        if (!done && done.error().code != Errc::Conflict) {
            log::error("phantoms.failed", {{"study", study.id}, {"reason", done.error().message()}});
            not_before_[study.id] = now + kRetryMillis;
            continue;
        }
        not_before_.erase(study.id);
        looked = true;
        shop_.changed(study.id);
    }
    return looked;
}

Result<> PhantomStep::look(const StudyRow& study, const std::stop_token& stop) {
    const auto trial = shop_.trialOf(study);
    if (!trial) return fail(Errc::NotFound, "the trial is not configured here");
    return keep(study, GANTRY_TRY(see(study, *trial, stop)));
}

Result<PhantomStep::Seen> PhantomStep::see(const StudyRow& study, const Trial& trial,
                                           const std::stop_token& stop) {
    Seen out;
    auto& row = out.row;
    row.study = study.id;
    row.instances =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return instanceCount(db, study.id); }));
    const auto facts =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return factsOfStudy(db, study.id); }));
    const auto claim = claimOf(trial.pack, facts);
    const auto images =
        GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return imagesToRecognise(db, study.id); }));
    auto run = runOf(images, spool_folder_, claim.claimed);
    run.form = GANTRY_TRY(shop_.catalogue.read([&](Database& db) { return phantomForm(db, study.id); }));
    const auto made = GANTRY_TRY(TemporaryDirectory::create(scratch_, "study-"));
    PhantomRunResult result;
    if (!run.files.empty()) {
        run.pictures = made.path() / "pictures";
        GANTRY_CHECK(makeDirectory(run.pictures));
        result = GANTRY_TRY(runPhantomWorker(worker_, run, made.path(), stop));
    }
    if (!result.failure.empty())
        log::warning("phantoms.not_measured", {{"study", study.id}, {"why", result.failure}});
    auto seen = result.reading.seen();
    if (!result.failure.empty()) seen.push_back({"cannot_analyse", "", 0});
    const auto decision = qc::decidePhantom(claim, seen);
    row.is_what = qc::toString(decision.is);
    row.filed_as_patient = decision.filed_as_patient;
    row.why = decision.why;
    if (decision.is == qc::StudyIs::Patient) return out;
    row.kind = decision.kind;
    row.phantom_id = phantomIdOf(trial.pack, claim, decision.kind);
    row.acquired_on = acquiredOn(result.reading, study);
    const auto view = viewOf(study.study_instance_uid, facts);
    row.scanner = GANTRY_TRY(shop_.catalogue.write([&](Database& db) {
        return scannerOf(db, study.trial_id, trial.pack, view, study.last_instance_at);
    }));
    std::map<std::string, double> baseline;
    if (row.scanner)
        baseline = GANTRY_TRY(
            shop_.catalogue.read([&](Database& db) { return phantomBaseline(db, *row.scanner, row.kind); }));
    judgeByTrial(result.reading, trial.pack, row.phantom_id, baseline);
    row.document = documentOf(result.reading);
    if (decision.is == qc::StudyIs::Phantom) out.values = valueRowsOf(result.reading);
    // A patient's headers, or a patient that is known: a person says which of both is wrong.
    const bool doubtful = decision.filed_as_patient || study.subject_id.has_value();
    out.as_phantom = !doubtful;
    if (doubtful)
        out.hold = (row.why.empty() ? std::string("The headers and the images say that this is a phantom.")
                                    : row.why) +
                   " Say whether it is a phantom or a patient.";
    // Pictures are put in place before the row that names them.
    const auto folder = phantomPictures(shop_.config.data_directory, study.id);
    GANTRY_CHECK(makeDirectory(folder));
    std::error_code ec;
    fs::remove_all(folder, ec);
    fs::rename(run.pictures, folder, ec);
    if (ec) return failErrno("putting pictures in place", ec.value());
    return out;
}

Result<> PhantomStep::keep(const StudyRow& study, const Seen& seen) {
    const auto now = shop_.clock.nowMillis();
    return shop_.catalogue.write([&](Database& db) -> Result<> {
        const auto latest = GANTRY_TRY(studyById(db, study.id));
        if (!next(latest.state, Event::PhantomFound)) return fail(Errc::Conflict, "the study moved on");
        auto row = seen.row;
        row.analysed_at = now;
        GANTRY_CHECK(storePhantom(db, row, seen.values));
        const auto said = GANTRY_TRY(phantomOf(db, study.id)).said;
        if (row.is_what == "patient" || said == "patient") return {};
        if (seen.as_phantom || said == "phantom") {
            GANTRY_CHECK(notePhantomPass(db, row, "gantry"));
            const auto sentence =
                row.is_what == "phantom" ? phantomSentence(row.kind, verdictOf(seen.values)) : row.why;
            GANTRY_TRY(applyEvent(db, study.id, Event::PhantomFound, Cause::because(sentence), now));
            return {};
        }
        if (latest.state == State::Checked) {
            GANTRY_TRY(applyEvent(db, study.id, Event::Hold, Cause::because(seen.hold), now));
            return {};
        }
        if (latest.state == State::Phantom) return {};  // a person said so
        return setReason(db, study.id, seen.hold);
    });
}

}  // namespace gantry::agent
