#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/commands.hpp"
#include "gantry/core/files.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMostBytes = 1u << 20;

void print(const Options& o, const json::value& answer, const std::string& words) {
    std::cout << (o.as_json ? json::serialize(answer) + "\n" : words);
}

Result<> enrol(const Options& o, Api& api) {
    const json::object body{
        {"file", GANTRY_TRY(readFile(o.file, kMostBytes))}, {"ae_title", o.ae_title}, {"who", o.who}};
    const auto answer = GANTRY_TRY(api.call("POST", "/api/v1/enrolments", body));
    const bool by_hand = text(answer, "by_hand") == "true";
    print(o, answer,
          "Keys were made for " + text(answer, "trial") + ", site " + text(answer, "site") +
              ".\nFingerprint: " + text(answer, "fingerprint") +
              "\nThe central team calls, or is called: read the fingerprint to them.\n" +
              (by_hand
                   ? "Send them the request: gantryctl enrol-request --trial " + text(answer, "trial") +
                         " --out FILE\n"
                   : "They are asked by themselves. When they have accepted, the trial comes by itself.\n"));
    return {};
}

Result<> enrolRequest(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/enrolments/request?trial=" + o.trial));
    const auto request = json::serialize(answer) + "\n";
    if (o.out.empty()) return std::cout << request, Result<>();
    return writeFileDurably(o.out, asBytes(request), 0644);
}

Result<> enrolAnswer(const Options& o, Api& api) {
    const json::object body{
        {"trial", o.trial}, {"answer", GANTRY_TRY(readFile(o.file, kMostBytes))}, {"who", o.who}};
    const auto answer = GANTRY_TRY(api.call("POST", "/api/v1/enrolments/answer", body));
    print(o, answer, "This site is enrolled for " + text(answer, "trial") + ".\n");
    return {};
}

Result<> inbox(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/inbox"));
    std::string words;
    for (const auto& one : answer.as_array()) {
        words +=
            text(one, "trial") + ": " + text(one, "state") + ", AE title " + text(one, "ae_title") + "\n";
        if (!text(one, "missing").empty()) words += "  " + text(one, "missing") + "\n";
        if (!text(one, "trouble").empty()) words += "  " + text(one, "trouble") + "\n";
        if (const auto at = timeOf(one, "refreshed_at"); !at.empty()) words += "  Inbox read at " + at + "\n";
        for (const auto& item : list(one, "refused"))
            words += "  Refused: " + text(item, "name") + ": " +
                     std::string(list(item, "reasons").front().as_string()) + "\n";
        for (const auto& offer : list(one, "software"))
            words += "  Offered: " + text(offer, "name") + " " + text(offer, "version") + "\n";
    }
    print(o, answer, words.empty() ? "This site is enrolled for no trial.\n" : words);
    return {};
}

Result<> pull(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("POST", "/api/v1/inbox/pull", {{"trial", o.trial}}));
    print(o, answer, "The inbox is looked into now.\n");
    return {};
}

Result<> packs(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/packs"));
    std::string words;
    for (const auto& pack : answer.as_array()) {
        words += text(pack, "id") + "  " + text(pack, "trial") + " " + text(pack, "version") + ": " +
                 text(pack, "shown_as") + ", read by " + std::to_string(list(pack, "acknowledged").size()) +
                 "\n";
        if (text(pack, "state") == "former") continue;
        for (const auto& change : list(pack, "changes"))
            words += "    " + text(change, "section") + ": " + text(change, "text") + "\n";
    }
    print(o, answer, words.empty() ? "No protocol pack has come yet.\n" : words);
    return {};
}

Result<> acknowledgePack(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(
        api.call("POST", "/api/v1/packs/" + std::to_string(o.id) + "/acknowledge", {{"who", o.who}}));
    print(o, answer, "The central team is told that you have read it.\n");
    return {};
}

Result<> queries(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/queries"));
    std::string words;
    for (const auto& query : answer.as_array()) {
        words += text(query, "id") + "  " + text(query, "subject") + " " + text(query, "visit") + ": " +
                 text(query, "topic") + " (" + text(query, "state") +
                 (text(query, "overdue") == "true" ? ", overdue" : "") + ")\n";
        for (const auto& entry : list(query, "entries"))
            words +=
                "    " + text(entry, "who") + ": " + text(entry, "text") + text(entry, "decision") + "\n";
    }
    print(o, answer, words.empty() ? "The central team has asked nothing.\n" : words);
    return {};
}

Result<> answerQuery(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call(
        "POST", "/api/v1/queries/" + std::to_string(o.id) + "/answer",
        {{"who", o.who}, {"text", o.why}, {"decision", o.value}, {"study", o.study}, {"series", o.series}}));
    print(o, answer, "The answer goes to the central team.\n");
    return {};
}

}  // namespace

void addInbox(CLI::App& app, Options& options, Command& chosen) {
    const auto add = [&](CLI::App& to, const char* name, const char* help,
                         Result<> (*does)(const Options&, Api&)) {
        auto* command = to.add_subcommand(name, help);
        command->callback([&chosen, does] {
            if (!chosen) chosen = does;  // a command below another one is called back first
        });
        return command;
    };
    auto* begin = add(app, "enrol", "Enrol this site for a trial, by the file of the central team", enrol);
    begin->add_option("FILE", options.file, "The enrolment file")->required();
    begin->add_option("--ae-title", options.ae_title, "AE title that scanners call for this trial")
        ->required();
    begin->add_option("--who", options.who, "Your name, for the record")->required();
    auto* request =
        add(app, "enrol-request", "The request, to be sent to the central team by hand", enrolRequest);
    request->add_option("--trial", options.trial, "Id of the trial")->required();
    request->add_option("--out", options.out, "File to write; else it is printed");
    auto* answer =
        add(app, "enrol-answer", "Put the central team's answer in place that came by hand", enrolAnswer);
    answer->add_option("FILE", options.file, "The answer")->required();
    answer->add_option("--trial", options.trial, "Id of the trial")->required();
    answer->add_option("--who", options.who, "Your name, for the record")->required();
    auto* state = add(app, "inbox", "What came from sponsors, and whether their inboxes can be read", inbox);
    auto* now = add(*state, "pull", "Look into the inbox now", pull);
    now->add_option("--trial", options.trial, "Of this trial only");
    add(app, "packs", "The protocol packs: in force, scheduled, what changed", packs);
    auto* read = add(app, "acknowledge-pack", "Say that you have read a protocol pack", acknowledgePack);
    read->add_option("ID", options.id, "Number of the pack")->required();
    read->add_option("--who", options.who, "Your name, for the record")->required();
    add(app, "queries", "Questions of the central team", queries);
    auto* reply = add(app, "answer-query", "Answer a question of the central team", answerQuery);
    reply->add_option("ID", options.id, "Number of the question")->required();
    reply->add_option("--who", options.who, "Your name, for the record")->required();
    reply->add_option("--text", options.why, "What you answer; nothing that names the patient");
    reply->add_option("--decision", options.value, "One of the choices");
    reply->add_option("--study", options.study, "Number of the study that answers it");
    reply->add_option("--series", options.series, "Series Instance UIDs, with commas between");
}

}  // namespace gantry::ctl
