#include "ctl/people.hpp"

#include <CLI/CLI.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <iostream>

#include "ctl/commands.hpp"
#include "gantry/core/files.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

std::string queryText(const std::string& text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

std::string roleWords(const std::string& role) {
    return role == "site-it" ? "site IT" : role;
}

void printPeople(const Options& o, const json::value& answer) {
    if (o.as_json) {
        std::cout << json::serialize(answer) << '\n';
        return;
    }
    for (const auto& one : answer.as_array())
        std::cout << text(one, "id") << "  " << text(one, "name") << "  " << text(one, "full_name") << ", "
                  << roleWords(text(one, "role")) << (timeOf(one, "left_at").empty() ? "" : ", left") << '\n';
}

void printPassword(const Options& o, const json::value& answer) {
    if (o.as_json)
        std::cout << json::serialize(answer) << '\n';
    else
        std::cout << "Password: " << text(answer, "password") << "\nIt works once: the person chooses a new one then.\n";
}

std::string pathOf(const Options& o, const std::string& what) {
    return "/api/v1/people/" + std::to_string(o.id) + "/" + what;
}

Result<> listPeople(const Options& o, Api& api) {
    printPeople(o, GANTRY_TRY(api.call("GET", "/api/v1/people")));
    return {};
}

Result<> addPerson(const Options& o, Api& api) {
    const json::object body{{"name", o.name}, {"full_name", o.full_name}, {"role", o.role}, {"who", o.who}};
    printPassword(o, GANTRY_TRY(api.call("POST", "/api/v1/people", body)));
    return {};
}

Result<> newPassword(const Options& o, Api& api) {
    printPassword(o, GANTRY_TRY(api.call("POST", pathOf(o, "password"), {{"who", o.who}})));
    return {};
}

Result<> newRole(const Options& o, Api& api) {
    printPeople(o, GANTRY_TRY(api.call("POST", pathOf(o, "role"), {{"role", o.role}, {"who", o.who}})));
    return {};
}

Result<> left(const Options& o, Api& api) {
    printPeople(o, GANTRY_TRY(api.call("POST", pathOf(o, "left"), {{"left", o.back ? "no" : "yes"}, {"who", o.who}})));
    return {};
}

Result<> audit(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("GET", "/api/v1/audit?q=" + queryText(o.search)));
    if (o.as_json) std::cout << json::serialize(answer) << '\n';
    for (const auto& one : o.as_json ? json::array() : list(answer, "entries"))
        std::cout << timeOf(one, "at") << "  " << text(one, "who") << "  " << text(one, "event")
                  << (text(one, "study").empty() ? "" : "  study " + text(one, "study"))
                  << (text(one, "detail").empty() ? "" : "  " + text(one, "detail")) << '\n';
    if (text(answer, "intact") == "true") {
        if (!o.as_json) std::cout << "The audit's chain is whole.\n";
        return {};
    }
    return fail(Errc::BadSignature, "the audit was altered: its chain breaks at entry " + text(answer, "broken_at"));
}

}  // namespace

void addPeople(CLI::App& app, Options& options, Command& chosen) {
    const auto add = [&](const char* name, const char* help, Result<> (*run)(const Options&, Api&)) {
        auto* command = app.add_subcommand(name, help);
        command->callback([&chosen, run] { chosen = run; });
        return command;
    };
    const auto roles = CLI::IsMember({"technologist", "site-it", "investigator", "auditor"});
    add("people", "Accounts of this site", listPeople);
    auto* person = add("person-add", "Add a person; prints a password that works once", addPerson);
    person->add_option("name", options.name, "What is typed to sign in")->required();
    person->add_option("--full-name", options.full_name, "What stands beside decisions")->required();
    person->add_option("--role", options.role, "What the person may do")->required()->check(roles);
    auto* password = add("person-password", "A new password that works once; PIN and one-time codes are gone", newPassword);
    auto* role = add("person-role", "Change what a person may do", newRole);
    role->add_option("--role", options.role, "What the person may do")->required()->check(roles);
    auto* gone = add("person-left", "A person left: no more signing in", left);
    gone->add_flag("--back", options.back, "The person is here again");
    for (auto* command : {password, role, gone})
        command->add_option("id", options.id, "Number of the person, as gantryctl people prints it")->required();
    for (auto* command : {person, password, role, gone})
        command->add_option("--who", options.who, "Your name")->required();
    auto* entries = add("audit", "Newest entries of the audit, and whether its chain is intact", audit);
    entries->add_option("--search", options.search, "Part of a name, an event, a subject");
}

void addSetupCode(CLI::App& app, const Options& options, OfflineCommand& chosen) {
    auto* command = app.add_subcommand("setup-code", "The one-time code for the first account, to type on the page");
    command->callback([&] {
        chosen = [&options]() -> Result<int> {
            const auto code = readFile(std::filesystem::path(options.data_directory) / "setup-code", 4096);
            if (!code)
                return fail(Errc::NotFound, "there is none in " + options.data_directory +
                                                ": somebody of site IT has an account already, or this is not "
                                                "gantryd's user or root, or --data-directory is another one");
            std::cout << *code;
            return 0;
        };
    });
}

}  // namespace gantry::ctl
