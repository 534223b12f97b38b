// Questions to sites: asking, saying more, closing, and what the sites answered.
#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/uplink/receipt.hpp"
#include "queries.hpp"
#include "site_voice.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

struct QueryOptions {
    std::string directory;
    std::string query_id;
    std::string key;
    std::string why;
    Question question;
    bool in_place = false;
    bool open_only = false;
    bool json = false;
};

Result<Ed25519Seed> receiptKey(const QueryOptions& options) {
    const auto file = options.key.empty() ? SponsorFolder(options.directory).receiptKey()
                                          : std::filesystem::path(options.key);
    auto seed = uplink::loadSigningKey(file);
    if (!seed) return within("the key that signs questions, " + file.string(), seed.error());
    return *seed;
}

Result<> publishAndSay(const QueryOptions& options) {
    const SystemClock clock;
    const auto statements = GANTRY_TRY(Statements::open(options.directory, clock));
    const bool done = GANTRY_TRY(publishHere(SponsorFolder(options.directory), *statements, clock));
    std::cerr << (done ? "Published. The site sees it when it next looks into its inbox.\n"
                       : "It waits to be published: the hub does so within a minute.\n");
    return {};
}

Result<> ask(const QueryOptions& options) {
    const SystemClock clock;
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    const auto site = GANTRY_TRY(sites->find(options.question.site));
    if (!site || !site->enrolled())
        return fail(Errc::NotFound, "site " + options.question.site + " is not enrolled: it could not read it");
    const auto seed = GANTRY_TRY(receiptKey(options));
    const auto queries = GANTRY_TRY(Queries::open(options.directory, clock));
    std::cout << GANTRY_TRY(queries->ask(options.question, seed)) << '\n';
    return publishAndSay(options);
}

Result<> say(const QueryOptions& options) {
    const SystemClock clock;
    const auto queries = GANTRY_TRY(Queries::open(options.directory, clock));
    GANTRY_CHECK(queries->say(options.query_id, options.question.who, options.question.text,
                              GANTRY_TRY(receiptKey(options))));
    return publishAndSay(options);
}

Result<> close(const QueryOptions& options) {
    const SystemClock clock;
    const auto queries = GANTRY_TRY(Queries::open(options.directory, clock));
    GANTRY_CHECK(queries->close(options.query_id, options.question.who, options.why, options.in_place,
                                GANTRY_TRY(receiptKey(options))));
    return publishAndSay(options);
}

std::string text(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string standing(const QueryThread& thread, UnixMillis now) {
    if (!thread.open) return "closed";
    if (thread.isAnswered()) return "answered";
    return thread.isOverdue(now) ? "overdue" : "open";
}

void print(const QueryThread& thread, UnixMillis now) {
    std::cout << thread.query_id << "  " << standing(thread, now) << "  " << thread.site << "  "
              << text(thread.content, "subject") << " " << text(thread.content, "visit") << "  "
              << text(thread.content, "topic") << (thread.due.empty() ? "" : "  due " + thread.due) << '\n';
    for (const auto& entry : thread.content.at("entries").as_array())
        std::cout << "    " << text(entry.as_object(), "at") << "  " << text(entry.as_object(), "who") << ": "
                  << text(entry.as_object(), "text") << '\n';
    for (const auto& answer : thread.answers) {
        std::cout << "    " << text(answer, "at") << "  " << thread.site << ", " << text(answer, "who") << ": "
                  << text(answer, "decision") << (text(answer, "decision").empty() ? "" : "  ") << text(answer, "text");
        const auto* series = answer.if_contains("series");
        for (const auto& one : series != nullptr && series->is_array() ? series->get_array() : json::array())
            if (one.is_object()) std::cout << "  series " << text(one.get_object(), "series_instance_uid");
        std::cout << '\n';
    }
    if (!thread.open)
        std::cout << "    closed by " << text(thread.content, "closed_by") << ": "
                  << text(thread.content, "closed_why") << '\n';
}

json::object toJson(const QueryThread& thread, UnixMillis now) {
    auto out = thread.content;
    out["site"] = thread.site;
    out["asked_at"] = isoUtc(thread.asked_at);
    out["standing"] = standing(thread, now);
    out["answers"] = json::array(thread.answers.begin(), thread.answers.end());
    return out;
}

Result<> list(const QueryOptions& options) {
    const SystemClock clock;
    const auto queries = GANTRY_TRY(Queries::open(options.directory, clock));
    const auto now = clock.nowMillis();
    json::array all;
    for (const auto& thread : GANTRY_TRY(queries->all())) {
        if (!options.question.site.empty() && thread.site != options.question.site) continue;
        if (options.open_only && !thread.open) continue;
        if (options.json)
            all.push_back(toJson(thread, now));
        else
            print(thread, now);
    }
    if (options.json) std::cout << json::serialize(all) << '\n';
    return {};
}

CLI::App* subcommand(CLI::App& query, const char* name, const char* what, QueryOptions& options) {
    auto* command = query.add_subcommand(name, what);
    command->add_option("DIR", options.directory, "the sponsor's directory")->required();
    return command;
}

void addAuthor(CLI::App& command, QueryOptions& options) {
    command.add_option("--by", options.question.who, "who says so; the site reads the name")->required();
    command.add_option("--receipt-key", options.key, "the key that signs; DIR/receipt.key when left out");
}

void addAsking(CLI::App& command, Question& question) {
    command.add_option("SITE", question.site, "the site")->required();
    command.add_option("--topic", question.topic, "a short line")->required();
    command.add_option("--text", question.text, "the question")->required();
    command.add_option("--subject", question.subject, "the subject it is about; that of the parcel when left out");
    command.add_option("--visit", question.visit, "the visit; that of the parcel when left out");
    command.add_option("--parcel", question.object_id, "the delivered parcel it is about");
    command.add_option("--study", question.study_instance_uid, "the StudyInstanceUID as it was delivered");
    command.add_option("--wants", question.wants, "what answers it: text (when left out), decision, series");
    command.add_option("--choice", question.choices, "for a decision: one of the answers; once for each");
    command.add_option("--due", question.due, "a day, 2026-12-24, or a time in UTC, 2026-12-24T16:00:00Z");
}

}  // namespace

void addQuery(CLI::App& app, Run& run) {
    const auto options = std::make_shared<QueryOptions>();
    auto* query = app.add_subcommand("query", "questions to sites, and their answers");
    query->require_subcommand(1);
    auto* asking = subcommand(*query, "ask", "ask a site; prints the question's number", *options);
    addAsking(*asking, options->question);
    addAuthor(*asking, *options);
    runs(*asking, run, options, ask);
    auto* saying = subcommand(*query, "say", "say more about an open question", *options);
    saying->add_option("QUERY", options->query_id, "its number")->required();
    saying->add_option("--text", options->question.text, "what is to be said")->required();
    addAuthor(*saying, *options);
    runs(*saying, run, options, say);
    auto* closing = subcommand(*query, "close", "end a question; the site takes no more answers", *options);
    closing->add_option("QUERY", options->query_id, "its number")->required();
    closing->add_option("--why", options->why, "a sentence, which the site reads")->required();
    closing->add_flag("--in-place", options->in_place, "in place of the person who asked");
    addAuthor(*closing, *options);
    runs(*closing, run, options, close);
    auto* listing = subcommand(*query, "list", "all questions with their answers, open ones first", *options);
    listing->add_option("--site", options->question.site, "those to this site alone");
    listing->add_flag("--open", options->open_only, "without the closed ones");
    listing->add_flag("--json", options->json, "as JSON");
    runs(*listing, run, options, list);
}

}  // namespace gantry::central
