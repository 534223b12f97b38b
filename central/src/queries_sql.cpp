#include <boost/json.hpp>
#include <map>

#include "audit.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "gantry/uplink/statement.hpp"
#include "queries.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

constexpr std::string_view kColumns = "SELECT query_id, site, state, content, asked_at_ms, due FROM query ";
constexpr std::size_t kIdBytes = 8;

QueryThread threadFrom(const IndexStatement& row) {
    QueryThread out;
    out.query_id = row.text(0);
    out.site = row.text(1);
    out.open = row.text(2) == "open";
    out.content = json::parse(row.text(3)).as_object();
    out.asked_at = row.integer(4);
    out.due = row.text(5);
    return out;
}

std::string textIn(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Each word of the central team has a name of its own: a site that says it has taken one has not said so of
/// the next. Names sort in the order in which they were said.
std::string statementName(const std::string& query_id, std::int64_t revision) {
    constexpr std::size_t kDigits = 5;
    const auto number = std::to_string(revision);
    return "queries/" + query_id + "-" + std::string(kDigits - std::min(kDigits, number.size()), '0') + number + ".age";
}

std::string mistakesIn(Question& question) {
    std::string out;
    const auto add = [&out](const char* sentence) { out += (out.empty() ? "" : "\n") + std::string(sentence); };
    if (question.subject.empty()) add("a question is about a subject: name it, or a parcel");
    if (question.topic.empty() || question.text.empty()) add("topic and text must not be empty");
    if (question.who.empty()) add("say who asks");
    if (question.wants != "text" && question.wants != "decision" && question.wants != "series")
        add("an answer is text, decision or series");
    if ((question.wants == "decision") == question.choices.empty())
        add("choices belong to a question that wants a decision, and it needs them");
    if (question.due.size() == 10) question.due += "T23:59:59Z";
    if (!question.due.empty() && !uplink::unixSeconds(question.due))
        add("due must be a day, such as 2026-12-24, or a time, such as 2026-12-24T16:00:00Z");
    return out;
}

json::object entryOf(const std::string& who, const std::string& text, UnixMillis now) {
    return {{"entry_id", randomHex(kIdBytes)}, {"at", isoUtc(now)}, {"who", who}, {"text", text}};
}

json::object contentOf(const Question& question, const std::string& id, UnixMillis now) {
    json::array choices(question.choices.begin(), question.choices.end());
    return {{"format", 1},
            {"kind", "query"},
            {"query_id", id},
            {"revision", 0},
            {"subject", question.subject},
            {"visit", question.visit},
            {"study_instance_uid", question.study_instance_uid},
            {"object_id", question.object_id},
            {"topic", question.topic},
            {"entries", json::array{entryOf(question.who, question.text, now)}},
            {"wants", question.wants},
            {"choices", std::move(choices)},
            {"due", question.due},
            {"state", "open"},
            {"closed_why", ""},
            {"closed_by", ""}};
}

}  // namespace

bool QueryThread::isAnswered() const {
    if (answers.empty()) return false;
    return textIn(answers.back(), "at") >= textIn(content.at("entries").as_array().back().as_object(), "at");
}

bool QueryThread::isOverdue(UnixMillis now) const {
    return open && !due.empty() && !isAnswered() && due < isoUtc(now);
}

Result<std::unique_ptr<Queries>> Queries::open(const std::filesystem::path& directory, const Clock& clock) {
    return std::unique_ptr<Queries>(new Queries(
        GANTRY_TRY(IndexDatabase::open(directory, IndexDatabase::Access::ReadWrite)), clock));
}

Result<> Queries::completeFromParcel(Question& question) {
    if (question.object_id.empty()) return {};
    auto select = GANTRY_TRY(database_.prepare("SELECT subject, visit FROM parcel WHERE site = ? AND parcel_id = ?"));
    if (!GANTRY_TRY(select.bind(question.site).bind(question.object_id).step()))
        return fail(Errc::NotFound, "parcel " + question.object_id + " did not come from site " + question.site);
    if (question.subject.empty()) question.subject = select.text(0);
    if (question.visit.empty()) question.visit = select.text(1);
    return {};
}

Result<> Queries::keep(QueryThread& thread, const std::string& who, const std::string& event, const Ed25519Seed& seed) {
    const auto now = clock_.nowMillis();
    const auto former = thread.content.at("revision").as_int64();
    thread.content["revision"] = former + 1;
    {
        auto insert = GANTRY_TRY(database_.prepare(
            "INSERT INTO query (query_id, site, state, content, asked_at_ms, due) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (query_id) DO UPDATE SET state = excluded.state, content = excluded.content"));
        insert.bind(thread.query_id).bind(thread.site).bind(thread.open ? "open" : "closed");
        GANTRY_CHECK(insert.bind(json::serialize(thread.content)).bind(thread.asked_at).bind(thread.due).run());
    }
    {
        auto replace = GANTRY_TRY(database_.prepare(
            "UPDATE statement SET state = 'taken', taken_at_ms = NULL WHERE site = ? AND name = ? AND state <> 'taken'"));
        GANTRY_CHECK(replace.bind(thread.site).bind(statementName(thread.query_id, former)).run());
    }
    auto say = GANTRY_TRY(database_.prepare(
        "INSERT INTO statement (site, name, text, state, made_at_ms) VALUES (?, ?, ?, 'waiting', ?)"));
    say.bind(thread.site).bind(statementName(thread.query_id, former + 1));
    GANTRY_CHECK(say.bind(GANTRY_TRY(uplink::signStatement(seed, json::serialize(thread.content)))).bind(now).run());
    return appendAudit(database_, {who, event, thread.site, textIn(thread.content, "topic") + " (" + thread.query_id + ")"},
                       now);
}

Result<std::string> Queries::ask(Question question, const Ed25519Seed& seed) {
    const std::lock_guard lock(mutex_);
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    GANTRY_CHECK(completeFromParcel(question));
    if (const auto mistakes = mistakesIn(question); !mistakes.empty()) return fail(Errc::InvalidArgument, mistakes);
    QueryThread thread;
    thread.query_id = "q" + randomHex(kIdBytes);
    thread.site = question.site;
    thread.asked_at = clock_.nowMillis();
    thread.due = question.due;
    thread.content = contentOf(question, thread.query_id, thread.asked_at);
    GANTRY_CHECK(keep(thread, question.who, "query.asked", seed));
    GANTRY_CHECK(transaction.commit());
    return thread.query_id;
}

Result<QueryThread> Queries::openThread(const std::string& query_id) {
    auto select = GANTRY_TRY(database_.prepare(std::string(kColumns) + "WHERE query_id = ?"));
    if (!GANTRY_TRY(select.bind(query_id).step())) return fail(Errc::NotFound, "there is no question " + query_id);
    auto thread = threadFrom(select);
    if (thread.open) return thread;
    return fail(Errc::Conflict, "the question is closed: " + textIn(thread.content, "closed_why"));
}

Result<> Queries::say(const std::string& query_id, const std::string& who, const std::string& text,
                      const Ed25519Seed& seed) {
    const std::lock_guard lock(mutex_);
    if (who.empty() || text.empty()) return fail(Errc::InvalidArgument, "say who asks, and what");
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    auto thread = GANTRY_TRY(openThread(query_id));
    thread.content.at("entries").as_array().push_back(entryOf(who, text, clock_.nowMillis()));
    GANTRY_CHECK(keep(thread, who, "query.said", seed));
    return transaction.commit();
}

Result<> Queries::close(const std::string& query_id, const std::string& who, const std::string& why, bool in_place,
                        const Ed25519Seed& seed) {
    const std::lock_guard lock(mutex_);
    if (who.empty() || why.empty()) return fail(Errc::InvalidArgument, "say who closes it, and why");
    auto transaction = GANTRY_TRY(IndexTransaction::begin(database_));
    auto thread = GANTRY_TRY(openThread(query_id));
    const auto asker = textIn(thread.content.at("entries").at(0).as_object(), "who");
    if (asker != who && !in_place)
        return fail(Errc::NotAllowed, "the question is closed by who asked it, " + asker +
                                          ", or with --in-place of them by another");
    thread.open = false;
    thread.content["state"] = "closed";
    thread.content["closed_by"] = who;
    thread.content["closed_why"] = why;
    GANTRY_CHECK(keep(thread, who, "query.closed", seed));
    return transaction.commit();
}

Result<> Queries::addAnswers(std::vector<QueryThread>& threads) {
    std::map<std::pair<std::string, std::string>, QueryThread*> by_id;
    for (auto& thread : threads) by_id[{thread.site, thread.query_id}] = &thread;
    auto select = GANTRY_TRY(
        database_.prepare("SELECT site, text FROM message WHERE kind = 'answer' ORDER BY made_at, message_id"));
    while (GANTRY_TRY(select.step())) {
        boost::system::error_code ec;
        auto answer = json::parse(select.text(1), ec);
        if (ec || !answer.is_object()) continue;
        const auto found = by_id.find({select.text(0), textIn(answer.get_object(), "query_id")});
        if (found != by_id.end()) found->second->answers.push_back(std::move(answer.get_object()));
    }
    return {};
}

Result<std::vector<QueryThread>> Queries::all() {
    const std::lock_guard lock(mutex_);
    std::vector<QueryThread> out;
    {
        auto select = GANTRY_TRY(database_.prepare(
            std::string(kColumns) + "ORDER BY state DESC, CASE due WHEN '' THEN 1 ELSE 0 END, due, asked_at_ms, query_id"));
        while (GANTRY_TRY(select.step())) out.push_back(threadFrom(select));
    }
    GANTRY_CHECK(addAnswers(out));
    return out;
}

}  // namespace gantry::central
