#include "inbox/pack_life.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "catalogue/history.hpp"
#include "deid/pack_policy.hpp"
#include "gantry/qc/pack_diff.hpp"
#include "inbox/inbox_rows.hpp"
#include "inbox/json_reader.hpp"
#include "workflow/judge_context.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr UnixMillis kDay = 86'400'000;
constexpr UnixMillis kTrialRunSince = 56 * kDay;
constexpr int kTrialRunStudies = 40;

struct SaidOfPack {
    UnixMillis in_force_at = 0;
    std::string withdrawn;
};

Result<SaidOfPack> saidOf(const std::string& custom) {
    SaidOfPack out;
    if (custom.empty()) return out;
    const auto value = GANTRY_TRY(parsedJson(custom, "custom"));
    JsonReader reader(value, "custom");
    if (const auto at = reader.text("in_force_at"); !at.empty()) out.in_force_at = GANTRY_TRY(readTime(at));
    out.withdrawn = reader.text("withdrawn");
    GANTRY_CHECK(reader.done());
    return out;
}

/// Everything that stands against a new pack, a line each; "" when nothing does.
std::string againstPack(const InboxTarget& target, const std::string& content,
                        const std::vector<PackRow>& known) {
    std::string all;
    const auto add = [&](const std::string& line) { all += (all.empty() ? "" : "\n") + line; };
    for (const auto& mistake : qc::Pack::mistakes(content))
        add(mistake.path.empty() ? mistake.message : mistake.path + ": " + mistake.message);
    if (!all.empty()) return all;
    const auto pack = qc::Pack::fromJson(content);
    if (!pack) return pack.error().context;
    for (const auto& source : pack->unverifiedSources())
        add("it is a draft: its source " + source + " is not verified yet");
    if (const auto policy = policyOf(*pack); !policy) add(policy.error().context);
    if (target.path != "packs/" + pack->id() + "/" + pack->version() + ".json")
        add("its name does not fit: it is version " + pack->version() + " of " + pack->id());
    if (!known.empty() && known.front().pack_id != pack->id())
        add("it is the pack of another trial: " + known.front().pack_id + " is known here");
    if (!known.empty() && !isLowerVersion(known.front().version, pack->version()))
        add("version " + pack->version() + " is not above " + known.front().version +
            ", the highest known here");
    return all;
}

/// In words, to the one in force, else to the highest known.
std::string changesTo(const std::vector<PackRow>& known, const std::string& content) {
    json::array out;
    if (known.empty()) return json::serialize(out);
    const auto in_force = std::ranges::find(known, std::string("in-force"), &PackRow::state);
    const auto& before = in_force == known.end() ? known.front() : *in_force;
    for (const auto& change :
         qc::comparePacks(json::parse(before.content).as_object(), json::parse(content).as_object())) {
        json::array details;
        for (const auto& line : change.details) details.emplace_back(line);
        out.push_back({{"section", change.section}, {"text", change.text}, {"details", std::move(details)}});
    }
    return json::serialize(out);
}

/// By the pack on trial and by the one in force, both as everything is known now.
struct Judged {
    Verdict now, then;
};
Result<std::optional<Judged>> judgeOnTrial(Database& db, const Config& config, const Trial& in_force,
                                           const qc::Pack& candidate, StudyId id, UnixMillis now) {
    const auto study = GANTRY_TRY(studyById(db, id));
    const auto facts = GANTRY_TRY(factsOfStudy(db, id));
    if (facts.empty()) return std::optional<Judged>();
    auto view = viewOf(study.study_instance_uid, facts);
    view.unreadable = GANTRY_TRY(refusedImages(db, id));
    const Identity identity{study.subject_id.value_or(""), study.visit_id.value_or(""), "", ""};
    const auto context = GANTRY_TRY(contextFor(db, config, in_force, study, identity, view, now));
    return std::optional(
        Judged{qc::judge(in_force.pack, view, context), qc::judge(candidate, view, context)});
}

Result<json::object> trialRun(Catalogue& catalogue, const Config& config, const Trial& in_force,
                              const qc::Pack& candidate, UnixMillis now) {
    const auto studies = GANTRY_TRY(catalogue.read([&](Database& db) {
        return recentStudies(db, in_force.config.id, now - kTrialRunSince, kTrialRunStudies);
    }));
    std::int64_t judged = 0;
    std::int64_t fail_now = 0;
    std::int64_t fail_then = 0;
    json::array changed;
    for (const auto id : studies) {
        const auto both = GANTRY_TRY(catalogue.read(
            [&](Database& db) { return judgeOnTrial(db, config, in_force, candidate, id, now); }));
        if (!both) continue;
        ++judged;
        if (both->now.outcome == Outcome::Fail) ++fail_now;
        if (both->then.outcome == Outcome::Fail) ++fail_then;
        if (both->now.outcome == both->then.outcome) continue;
        changed.push_back({{"study", id},
                           {"before", std::string(toString(both->now.outcome))},
                           {"after", std::string(toString(both->then.outcome))},
                           {"headline", both->then.headline}});
    }
    return json::object{{"studies", judged},
                        {"fail_now", fail_now},
                        {"fail_then", fail_then},
                        {"changed", std::move(changed)}};
}

}  // namespace

Result<std::function<Result<>(Database&)>> preparePack(Catalogue& catalogue, const std::string& trial,
                                                       const InboxTarget& target, const std::string& content,
                                                       UnixMillis now) {
    const auto said = GANTRY_TRY(saidOf(target.custom));
    const auto known = GANTRY_TRY(catalogue.read([&](Database& db) { return packsOf(db, trial); }));
    const auto same = std::ranges::find(known, target.digest, &PackRow::digest);
    if (same != known.end())
        return [id = same->id, said](Database& db) {
            return changePack(db, id, said.in_force_at, said.withdrawn);
        };
    if (const auto against = againstPack(target, content, known); !against.empty())
        return fail(Errc::ConfigInvalid, against);
    const auto pack = GANTRY_TRY(qc::Pack::fromJson(content));
    PackRow row;
    row.trial_id = trial;
    row.pack_id = pack.id();
    row.version = pack.version();
    row.content = content;
    row.digest = target.digest;
    row.in_force_at = said.in_force_at;
    row.withdrawn = said.withdrawn;
    row.changes = changesTo(known, content);
    row.offered_at = now;
    return [row = std::move(row)](Database& db) { return addPack(db, row); };
}

Result<bool> putDuePackInForce(Catalogue& catalogue, const std::string& trial, UnixMillis now) {
    return catalogue.write([&](Database& db) -> Result<bool> {
        for (const auto& pack : GANTRY_TRY(packsOf(db, trial))) {
            if (pack.state == "in-force") return false;  // none above it is due
            if (pack.state != "scheduled" || !pack.withdrawn.empty() || pack.in_force_at > now) continue;
            GANTRY_CHECK(putPackInForce(db, pack, now));
            for (const auto& other : GANTRY_TRY(packsOf(db, trial)))
                if (other.state == "scheduled" && isLowerVersion(other.version, pack.version))
                    GANTRY_CHECK(retirePack(db, other.id));
            GANTRY_CHECK(messageIsDue(
                db, trial, "pack-in-force",
                {{"pack", pack.pack_id}, {"version", pack.version}, {"since", isoUtc(now)}}, now));
            GANTRY_CHECK(appendAudit(
                db, {{}, "gantry", "pack.in-force", "", "", trial + ": " + pack.pack_id + " " + pack.version},
                now));
            return true;
        }
        return false;
    });
}

Result<> runPacksOnTrial(Catalogue& catalogue, const Config& config, const Trial& in_force, UnixMillis now) {
    const auto packs =
        GANTRY_TRY(catalogue.read([&](Database& db) { return packsOf(db, in_force.config.id); }));
    for (const auto& row : packs) {
        if (row.state != "scheduled" || row.trial_run != "{}") continue;
        const auto candidate = GANTRY_TRY(qc::Pack::fromJson(row.content));
        const auto told = GANTRY_TRY(trialRun(catalogue, config, in_force, candidate, now));
        GANTRY_CHECK(
            catalogue.write([&](Database& db) { return keepTrialRun(db, row.id, json::serialize(told)); }));
    }
    return {};
}

Result<> acknowledge(Database& db, std::int64_t pack, const std::string& who, UnixMillis now) {
    const auto row = GANTRY_TRY(packById(db, pack));
    if (!GANTRY_TRY(acknowledgePack(db, pack, {who, now}))) return {};
    GANTRY_CHECK(messageIsDue(
        db, row.trial_id, "pack-acknowledged",
        {{"pack", row.pack_id}, {"version", row.version}, {"who", who}, {"at", isoUtc(now)}}, now));
    return appendAudit(
        db, {{}, who, "pack.acknowledged", "", "", row.trial_id + ": " + row.pack_id + " " + row.version},
        now);
}

}  // namespace gantry::agent
