#include "inbox/documents.hpp"

#include <algorithm>
#include <set>

#include "gantry/uplink/iso_time.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/s3_presigned.hpp"
#include "inbox/json_reader.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

void checkRecipients(JsonReader& reader, std::string_view key, const std::vector<std::string>& texts) {
    for (const auto& text : texts)
        if (!uplink::AgeRecipient::parse(text))
            reader.mistake(std::string(key) + " holds what is no age recipient");
}

void readWindow(JsonReader& outer, const json::value& value, std::vector<uplink::LineWindow>& windows) {
    JsonReader reader(value, "upload.windows");
    const auto from = uplink::parseMinuteOfDay(reader.required("from"));
    const auto to = uplink::parseMinuteOfDay(reader.required("to"));
    const auto rate = reader.number("kib_s", 0, 1 << 30);
    if (from && to) {
        uplink::LineWindow window;
        window.begin_minute = *from;
        window.end_minute = *to;
        if (rate.value_or(0) > 0) window.rate.bytes_per_second = static_cast<std::uint64_t>(*rate) * 1024;
        windows.push_back(window);
    } else {
        reader.mistake("from and to must be times of day, such as 20:00");
    }
    outer.take(reader);
}

std::optional<uplink::LineSchedule> readUpload(JsonReader& outer) {
    const auto* value = outer.member("upload");
    if (value == nullptr) return std::nullopt;
    JsonReader reader(*value, "upload");
    std::vector<uplink::LineWindow> windows;
    for (const auto& one : reader.list("windows")) readWindow(reader, one, windows);
    const auto rate = reader.number("kib_s", 0, 1 << 30);
    outer.take(reader);
    uplink::LineRate otherwise;
    otherwise.open = windows.empty();  // with windows, the line is used in them alone
    if (rate.value_or(0) > 0) otherwise.bytes_per_second = static_cast<std::uint64_t>(*rate) * 1024;
    auto schedule = uplink::LineSchedule::make(std::move(windows), otherwise);
    if (schedule) return *std::move(schedule);
    outer.mistake("upload: " + schedule.error().context);
    return std::nullopt;
}

std::string dayOf(JsonReader& reader, std::string_view key) {
    auto day = reader.text(key);
    if (!day.empty() && !isCalendarDay(day))
        reader.mistake(std::string(key) + " must be a day of the calendar, YYYYMMDD");
    return day;
}

ExpectedSubject readSubject(JsonReader& outer, const json::value& value) {
    JsonReader reader(value, "roster");
    ExpectedSubject out;
    auto& entry = out.entry;
    entry.subject_id = reader.required("subject");
    entry.sex = reader.text("sex");
    if (!entry.sex.empty() && entry.sex != "F" && entry.sex != "M" && entry.sex != "O")
        reader.mistake("sex must be F, M or O");
    entry.birth_year = reader.number("birth_year", 1880, 2200);
    entry.laterality = reader.text("laterality");
    if (!entry.laterality.empty() && entry.laterality != "L" && entry.laterality != "R" &&
        entry.laterality != "B")
        reader.mistake("laterality must be L, R or B");
    if (const auto* anchors = reader.member("anchors"); anchors && anchors->is_object()) {
        JsonReader dates(*anchors, "roster: anchors");
        for (const auto& [name, date] : anchors->get_object()) entry.anchors[name] = dayOf(dates, name);
        reader.take(dates);
    }
    for (const auto& one : reader.list("visits")) {
        JsonReader visit(one, "roster: visits");
        out.visits.push_back({visit.required("visit"), dayOf(visit, "from"), dayOf(visit, "to")});
        reader.take(visit);
    }
    out.left = dayOf(reader, "left");
    outer.take(reader);
    return out;
}

}  // namespace

Result<UnixMillis> readTime(std::string_view iso) {
    const auto seconds = uplink::unixSeconds(iso);
    if (!seconds) return fail(Errc::ConfigInvalid, "'" + std::string(iso) + "' is no time in ISO 8601, UTC");
    return *seconds * 1000;
}

Result<TrialDocument> readTrialDocument(std::string_view text, const std::string& trial) {
    const auto value = GANTRY_TRY(parsedJson(text, "trial.json"));
    JsonReader reader(value, "trial.json");
    reader.format(1);
    TrialDocument out;
    if (reader.required("trial") != trial) reader.mistake("it is of another trial");
    out.title = reader.text("title");
    out.recipients = reader.texts("recipients");
    out.compromised = reader.texts("compromised");
    out.receipt_keys = reader.texts("receipt_keys");
    out.outbox = reader.texts("outbox");
    out.inbox = reader.texts("inbox");
    checkRecipients(reader, "recipients", out.recipients);
    checkRecipients(reader, "compromised", out.compromised);
    const auto is_compromised = [&](const std::string& one) {
        return std::ranges::find(out.compromised, one) != out.compromised.end();
    };
    std::erase_if(out.recipients, is_compromised);
    if (out.recipients.empty()) reader.mistake("no recipient is left to encrypt for");
    for (const auto& key : out.receipt_keys)
        if (!uplink::parsePublicKey(key)) reader.mistake("receipt_keys holds what is no public key");
    if (out.receipt_keys.empty()) reader.mistake("receipt_keys is empty: no receipt could be believed");
    if (out.outbox.empty()) reader.mistake("outbox names no address");
    GANTRY_CHECK(reader.done());
    return out;
}

Result<Settings> readSettings(std::string_view text) {
    const auto value = GANTRY_TRY(parsedJson(text, "settings"));
    JsonReader reader(value, "settings");
    Settings out;
    out.poll_minutes = reader.number("poll_minutes", 1, 1440);
    out.heartbeat_minutes = reader.number("heartbeat_minutes", 5, 1440);
    out.upload = readUpload(reader);
    out.closed = reader.text("closed");
    out.outbox = reader.texts("outbox");
    if (const auto* grant = reader.member("presigned")) {
        out.presigned = json::serialize(*grant);
        if (const auto good = uplink::readGrant(out.presigned); !good)
            reader.mistake("presigned: " + good.error().context);
    }
    GANTRY_CHECK(reader.done());
    return out;
}

Settings combine(Settings all, const Settings& site) {
    if (site.poll_minutes) all.poll_minutes = site.poll_minutes;
    if (site.heartbeat_minutes) all.heartbeat_minutes = site.heartbeat_minutes;
    if (site.upload) all.upload = site.upload;
    if (!site.closed.empty()) all.closed = site.closed;
    if (!site.outbox.empty()) all.outbox = site.outbox;
    if (!site.presigned.empty()) all.presigned = site.presigned;
    return all;
}

Result<std::vector<ExpectedSubject>> readRoster(std::string_view text) {
    const auto value = GANTRY_TRY(parsedJson(text, "roster"));
    JsonReader reader(value, "roster");
    reader.format(1);
    std::vector<ExpectedSubject> out;
    std::set<std::string> seen;
    for (const auto& one : reader.list("subjects")) {
        out.push_back(readSubject(reader, one));
        if (!seen.insert(out.back().entry.subject_id).second)
            reader.mistake("the subject " + out.back().entry.subject_id + " stands twice");
    }
    GANTRY_CHECK(reader.done());
    return out;
}

std::string visitDue(const ExpectedSubject& subject, std::string_view today) {
    std::string due;
    for (const auto& visit : subject.visits) {
        const bool began = visit.from.empty() || visit.from <= today;
        const bool over = !visit.to.empty() && visit.to < today;
        if (!began || over) continue;
        if (!due.empty()) return {};
        due = visit.visit;
    }
    return due;
}

Result<QueryRow> readQuery(std::string_view signed_text) {
    const auto value = GANTRY_TRY(parsedJson(signed_text, "query"));
    JsonReader reader(value, "query");
    reader.format(1);
    if (reader.required("kind") != "query") reader.mistake("it is no query");
    QueryRow out;
    out.query_id = reader.required("query_id");
    out.subject_id = reader.required("subject");
    out.visit_id = reader.text("visit");
    out.study_instance_uid = reader.text("study_instance_uid");
    out.object_id = reader.text("object_id");
    out.topic = reader.required("topic");
    out.wants = reader.required("wants");
    out.choices = reader.texts("choices");
    if (out.wants != "text" && out.wants != "decision" && out.wants != "series")
        reader.mistake("wants must be text, decision or series");
    if (out.wants == "decision" && out.choices.empty()) reader.mistake("there is nothing to choose from");
    out.state = reader.required("state");
    if (out.state != "open" && out.state != "closed") reader.mistake("state must be open or closed");
    out.closed_why = reader.text("closed_why");
    out.closed_by = reader.text("closed_by");
    if (const auto due = reader.text("due"); !due.empty()) {
        const auto at = readTime(due);
        if (at)
            out.due = *at;
        else
            reader.mistake("due: " + at.error().context);
    }
    for (const auto& one : reader.list("entries")) {
        JsonReader entry(one, "query: entries");
        const auto at = readTime(entry.required("at"));
        if (!at) entry.mistake(at.error().context);
        out.entries.push_back({entry.required("entry_id"), "sponsor", at ? *at : 0, entry.required("who"),
                               entry.required("text")});
        reader.take(entry);
    }
    GANTRY_CHECK(reader.done());
    return out;
}

Result<SponsorRefusal> readSponsorRefusal(std::string_view signed_text) {
    const auto value = GANTRY_TRY(parsedJson(signed_text, "refusal"));
    JsonReader reader(value, "refusal");
    reader.format(1);
    if (reader.required("kind") != "refusal") reader.mistake("it is no refusal");
    SponsorRefusal out{reader.required("refusal_id"), reader.required("object_id"), reader.text("sha256"),
                       reader.required("reason"), reader.text("detail")};
    if (out.reason != "damaged" && out.reason != "no-key" && out.reason != "unusable")
        reader.mistake("reason must be damaged, no-key or unusable");
    GANTRY_CHECK(reader.done());
    return out;
}

}  // namespace gantry::agent
