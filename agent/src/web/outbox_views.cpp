#include "web/outbox_views.hpp"

#include <boost/url/parse.hpp>

#include "catalogue/outbox_control.hpp"
#include "gantry/core/crypto.hpp"
#include "web/csv.hpp"
#include "workflow/line.hpp"
#include "workflow/waiting.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

struct Known {
    std::vector<OutboxRow> objects;
    std::map<std::string, OutboxPause> pauses;
    LineWish wish;
    std::map<StudyId, StudyRow> studies;
};

Result<Known> look(Database& db) {
    Known out;
    out.objects = GANTRY_TRY(outboxObjects(db));
    out.pauses = GANTRY_TRY(outboxPauses(db));
    out.wish = GANTRY_TRY(lineWish(db));
    for (const auto& object : out.objects)
        if (object.study != 0 && !out.studies.contains(object.study))
            out.studies.emplace(object.study, GANTRY_TRY(studyById(db, object.study)));
    return out;
}

json::value waitingJson(const std::optional<Waiting>& waiting) {
    if (!waiting) return nullptr;
    return {{"reason", waiting->reason},
            {"sentence", waiting->sentence},
            {"do", waiting->advice},
            {"until", waiting->until ? json::value(*waiting->until) : json::value(nullptr)}};
}

json::value pauseJson(const std::map<std::string, OutboxPause>& pauses, const std::string& trial) {
    const auto found = pauses.find(trial);
    if (found == pauses.end()) return nullptr;
    return {{"who", found->second.who}, {"at", found->second.at}};
}

json::object objectJson(const OutboxRow& object, const Known& known) {
    const auto study = known.studies.find(object.study);
    const bool has = study != known.studies.end();
    return {{"id", object.id},
            {"kind", object.kind},
            {"content", object.topic},
            {"trial", object.trial_id},
            {"study", has ? json::value(object.study) : json::value(nullptr)},
            {"subject", has ? study->second.subject_id.value_or("") : ""},
            {"visit", has ? study->second.visit_id.value_or("") : ""},
            {"bytes", object.bytes},
            {"sent", object.sent_bytes},
            {"state", object.state},
            {"attempts", object.attempts},
            {"paused", !object.paused_by.empty()},
            {"created_at", object.created_at},
            {"delivered_at", object.delivered_at ? json::value(*object.delivered_at) : json::value(nullptr)}};
}

/// It would go at once, if it were its turn.
bool isReady(const OutboxRow& object, UnixMillis now) {
    return object.state != "delivered" && object.paused_by.empty() && object.next_attempt_at <= now;
}

json::object lineJson(const Line& line, const LineWish& wish, UnixMillis now) {
    const auto rate = line.rateAt(now);
    const auto number = [](const auto& value) { return value ? json::value(*value) : json::value(nullptr); };
    const auto opens = rate.open ? std::nullopt : line.opensAt(now);
    return {{"open", rate.open},
            {"opens_at", number(opens)},
            {"bytes_per_second", number(rate.bytes_per_second)},
            {"limit_bytes_per_second", number(wish.bytes_per_second)},
            {"from_minute", number(wish.from_minute)},
            {"to_minute", number(wish.to_minute)},
            {"who", wish.who}};
}

/// Its sponsor's address that is not the first: the name of the server. Nullopt: the first is used.
std::optional<std::string> otherAddress(const Trial& trial, const UploadsUnderWay& uploads) {
    const auto& others = trial.config.other_endpoints;
    const auto used = uploads.addresses.find(trial.config.id);
    if (used == uploads.addresses.end() || used->second == 0 || used->second > others.size())
        return std::nullopt;
    const auto url = boost::urls::parse_uri(others[used->second - 1]);
    return url ? std::string(url->encoded_host()) : others[used->second - 1];
}

/// Null: it sets no bound now.
json::value sponsorRate(const Trial& trial, UnixMillis now) {
    if (!trial.sponsor_line) return nullptr;
    const auto rate = trial.sponsor_line->rateAt(now);
    if (!rate.bytes_per_second) return nullptr;
    return *rate.bytes_per_second;
}

json::object trialJson(const Trial& trial, const Known& known, const UploadsUnderWay& uploads,
                       UnixMillis now) {
    const auto other = otherAddress(trial, uploads);
    return {{"id", trial.config.id},
            {"paused", pauseJson(known.pauses, trial.config.id)},
            {"other_address", other ? json::value(*other) : json::value(nullptr)},
            {"sponsor_bytes_per_second", sponsorRate(trial, now)}};
}

/// Named by its own digest: short enough to read out on the telephone.
std::string receiptName(const TransferRow& row) {
    return row.receipt.empty() ? "" : toHex(Bytes(sha256(asBytes(row.receipt))).first(8));
}

}  // namespace

Result<json::object> outboxView(Catalogue& catalogue, const Config& config, const Trials& trials,
                                const UploadsUnderWay& uploads, UnixMillis now) {
    const auto known = GANTRY_TRY(catalogue.read([](Database& db) { return look(db); }));
    Line line(config.uploads.schedule);
    line.allow(known.wish);
    OutboxView view;
    view.now = now;
    view.line_open = line.rateAt(now).open;
    if (!view.line_open) view.line_opens = line.opensAt(now);
    json::array objects;
    std::map<std::string, int> ahead;
    for (const auto& object : known.objects) {
        const auto all = known.pauses.find("");
        const auto own = known.pauses.find(object.trial_id);
        view.pauses_all = all != known.pauses.end();
        view.pause = view.pauses_all             ? std::optional(all->second)
                     : own != known.pauses.end() ? std::optional(own->second)
                                                 : std::nullopt;
        view.trial_known = trials.contains(object.trial_id);
        view.ahead = ahead[object.trial_id];
        const auto waiting = waitingOf(object, view);
        auto one = objectJson(object, known);
        one["rate_bytes_s"] = waiting || object.state != "uploading" ? 0 : uploads.bytes_per_second;
        one["waits"] = waitingJson(waiting);
        objects.push_back(std::move(one));
        if (isReady(object, now)) ++ahead[object.trial_id];
    }
    json::array trial_list;
    for (const auto& [id, trial] : trials) trial_list.push_back(trialJson(trial, known, uploads, now));
    return json::object{{"now", now},
                        {"paused", pauseJson(known.pauses, "")},
                        {"trials", std::move(trial_list)},
                        {"line", lineJson(line, known.wish, now)},
                        {"rate_bytes_s", uploads.bytes_per_second},
                        {"objects", std::move(objects)}};
}

json::object transferJson(const TransferRow& row) {
    const auto time = [](const auto& at) { return at ? json::value(*at) : json::value(nullptr); };
    return {{"id", row.id},
            {"kind", row.kind},
            {"content", row.topic},
            {"trial", row.trial_id},
            {"study", row.study != 0 ? json::value(row.study) : json::value(nullptr)},
            {"subject", row.subject_id},
            {"visit", row.visit_id},
            {"study_date", row.study_date},
            {"accession_number", row.accession_number},
            {"bytes", row.bytes},
            {"sha256", row.sha256},
            {"state", row.state},
            {"created_at", row.created_at},
            {"delivered_at", time(row.delivered_at)},
            {"confirmed_at", time(row.confirmed_at)},
            {"receipt", receiptName(row)}};
}

std::string transfersCsv(const std::vector<TransferRow>& rows) {
    std::string out =
        "id,kind,content,trial,subject,visit,bytes,sha256,state,made_at,delivered_at,confirmed_at,"
        "receipt\r\n";
    const auto time = [](const std::optional<UnixMillis>& at) { return at ? isoUtc(*at) : std::string(); };
    for (const auto& row : rows) {
        std::string line;
        for (const auto& field : {row.id, row.kind, row.topic, row.trial_id, row.subject_id, row.visit_id,
                                  std::to_string(row.bytes), row.sha256, row.state, isoUtc(row.created_at),
                                  time(row.delivered_at), time(row.confirmed_at), receiptName(row)})
            line += (line.empty() ? "" : ",") + csvField(field);
        out += line + "\r\n";
    }
    return out;
}

}  // namespace gantry::agent
