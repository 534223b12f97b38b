#include "web/inbox_views.hpp"

#include <boost/json.hpp>

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr UnixMillis kWarnBefore = 20LL * 86'400'000;

json::value timeOrNull(UnixMillis at) {
    return at == 0 ? json::value(nullptr) : json::value(at);
}

template <class T>
json::value orNull(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::array textsJson(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

/// The text was written by us.
json::value parsedOr(const std::string& text, json::value otherwise) {
    boost::system::error_code ec;
    auto value = json::parse(text, ec);
    return ec ? otherwise : value;
}

std::string lifeOf(const PackRow& pack, UnixMillis now) {
    if (!pack.withdrawn.empty()) return "withdrawn";
    if (pack.state == "scheduled" && pack.in_force_at <= now) return "due";
    return pack.state;
}

}  // namespace

bool certificateEnds(const EnrolledTrial& trial, UnixMillis now) {
    return trial.certificate_ends != 0 && trial.certificate_ends - now < kWarnBefore;
}

json::object packJson(const PackRow& pack, UnixMillis now) {
    json::array acknowledged;
    for (const auto& one : pack.acknowledged) acknowledged.push_back({{"who", one.who}, {"at", one.at}});
    return {{"id", pack.id},
            {"trial", pack.trial_id},
            {"pack", pack.pack_id},
            {"version", pack.version},
            {"state", pack.state},
            {"shown_as", lifeOf(pack, now)},
            {"in_force_at", timeOrNull(pack.in_force_at)},
            {"in_force_since", orNull(pack.in_force_since)},
            {"offered_at", pack.offered_at},
            {"withdrawn", pack.withdrawn},
            {"changes", parsedOr(pack.changes, json::array())},
            {"trial_run", pack.trial_run == "{}" ? json::value(nullptr) : parsedOr(pack.trial_run, nullptr)},
            {"acknowledged", std::move(acknowledged)}};
}

json::object queryJson(const QueryRow& query, UnixMillis now) {
    json::array entries;
    for (const auto& entry : query.entries)
        entries.push_back({{"side", entry.side},
                           {"at", entry.at},
                           {"who", entry.who},
                           {"text", entry.text},
                           {"decision", entry.decision},
                           {"series", entry.series.size()}});
    return {{"id", query.id},
            {"trial", query.trial_id},
            {"query_id", query.query_id},
            {"study", orNull(query.study)},
            {"subject", query.subject_id},
            {"visit", query.visit_id},
            {"topic", query.topic},
            {"wants", query.wants},
            {"choices", textsJson(query.choices)},
            {"due", orNull(query.due)},
            {"overdue", query.state == "open" && query.due && *query.due < now},
            {"state", query.state},
            {"closed_why", query.closed_why},
            {"closed_by", query.closed_by},
            {"received_at", query.received_at},
            {"unread", query.unread},
            {"entries", std::move(entries)}};
}

json::object enrolledJson(const EnrolledTrial& trial) {
    const auto& enrolment = trial.enrolment;
    return {{"trial", enrolment.trial},
            {"title", enrolment.title},
            {"site", enrolment.site},
            {"ae_title", enrolment.ae_title},
            {"state", enrolment.state},
            {"fingerprint", uplink::forTelephone(enrolment.fingerprint)},
            {"by_hand", enrolment.hub.empty()},
            {"accepted_at", enrolment.accepted_at},
            {"accepted_by", enrolment.accepted_by},
            {"certificate_ends", timeOrNull(trial.certificate_ends)},
            {"missing", trial.missing},
            {"polled_at", timeOrNull(trial.poll.polled_at)},
            {"refreshed_at", timeOrNull(trial.poll.refreshed_at)},
            {"trouble", trial.poll.trouble},
            {"trust", {{"root", trial.poll.root_version}, {"timestamp", trial.poll.timestamp_version}}}};
}

Result<json::object> inboxJson(Database& db, const std::string& trial) {
    json::array refused;
    for (const auto& item : GANTRY_TRY(inboxItems(db, trial)))
        if (!item.reasons.empty())
            refused.push_back({{"name", item.name}, {"at", item.at}, {"reasons", textsJson(item.reasons)}});
    json::array software;
    for (const auto& offer : GANTRY_TRY(softwareOffers(db, trial)))
        software.push_back({{"name", offer.name},
                            {"version", offer.version},
                            {"notes", offer.notes},
                            {"bytes", offer.bytes},
                            {"offered_at", offer.offered_at}});
    const auto settings = GANTRY_TRY(settingsOf(db, trial));
    return json::object{{"refused", std::move(refused)},
                        {"software", std::move(software)},
                        {"not_expected", textsJson(GANTRY_TRY(subjectsNotExpected(db, trial)))},
                        {"poll_minutes", settings.poll_minutes.value_or(kPollMinutes)},
                        {"closed", settings.closed},
                        {"untold", GANTRY_TRY(dueMessages(db, trial)).size()}};
}

}  // namespace gantry::agent
