#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/commands.hpp"
#include "ctl/show.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

Result<> tell(const Options& options, Api& api, const std::string& path, json::object body) {
    body["who"] = options.who;
    const auto answer = GANTRY_TRY(api.call("POST", path, body));
    if (options.as_json)
        std::cout << json::serialize(answer) << '\n';
    else if (!text(answer, "state").empty())
        std::cout << "The study is " << text(answer, "state") << " now.\n";
    else
        std::cout << "Noted.\n";
    return {};
}

Command toStudy(const char* action, std::function<json::object(const Options&)> body) {
    return [action, body = std::move(body)](const Options& o, Api& api) {
        return tell(o, api, "/api/v1/studies/" + std::to_string(o.id) + "/" + action, body(o));
    };
}

Command toEntry(const char* kind, const char* action, std::function<json::object(const Options&)> body) {
    return [kind, action, body = std::move(body)](const Options& o, Api& api) {
        return tell(o, api, std::string("/api/v1/") + kind + "/" + std::to_string(o.id) + "/" + action,
                    body(o));
    };
}

/// A command about something with a number, said by somebody.
class Adder {
public:
    Adder(CLI::App& app, Options& options, Command& chosen) : app_(app), options_(options), chosen_(chosen) {}
    CLI::App* operator()(const char* name, const char* help, const char* numbered, const Command& does) {
        auto* command = app_.add_subcommand(name, help);
        command->callback([&chosen = chosen_, does] { chosen = does; });
        command->add_option("ID", options_.id, numbered)->required();
        command->add_option("--who", options_.who, "Your name, for the record")->required();
        return command;
    }

private:
    CLI::App& app_;
    Options& options_;
    Command& chosen_;
};

void addWhy(CLI::App* command, Options& options) {
    command->add_option("--why", options.why, "Why, for the record")->required();
}

void addStudyDecisions(Adder& add, Options& options) {
    constexpr const char* kStudy = "Number of the study";
    auto* assign = add("assign", "Say which subject a study belongs to", kStudy,
                       toStudy("assign", [](const Options& o) -> json::object {
                           return {{"subject", o.subject}, {"visit", o.visit}};
                       }));
    assign->add_option("--subject", options.subject, "Subject of the trial")->required();
    assign->add_option("--visit", options.visit, "Visit of the trial");
    const auto why = [](const Options& o) -> json::object { return {{"why", o.why}}; };
    addWhy(add("release", "Send a held study with its deviation", kStudy, toStudy("release", why)), options);
    addWhy(add("judge-again", "Have a held or quarantined study judged again", kStudy,
               toStudy("judge-again", why)),
           options);
}

void addAnswer(Adder& add, Options& options) {
    auto* answer = add("answer", "Answer a question of a study", "Number of the study",
                       toStudy("answer", [](const Options& o) -> json::object {
                           return {{"question", o.question}, {"value", o.value}};
                       }));
    answer->add_option("QUESTION", options.question, "Its id, as 'gantryctl study' shows it")->required();
    answer
        ->add_option("ANSWER", options.value,
                     "A number with its unit ('5.4 mmol/l'), true, false, a time (14:30), or text")
        ->required();
}

void addPlace(Adder& add, Options& options) {
    auto* place =
        add("place", "Say which of the trial's series a series is", "Number of the study",
            toStudy("place", [](const Options& o) -> json::object {
                return {{"series", o.series}, {"slot", o.slot}, {"remember", o.remember ? "yes" : "no"}};
            }));
    place->add_option("SERIES", options.series, "Its UID, as 'gantryctl study' shows it")->required();
    auto* where = place->add_option_group("Which");
    where->add_option("--slot", options.slot, "Id of the slot of the pack");
    where->add_flag("--none", options.none, "It is none of the trial's series");
    where->require_option(1);
    place->add_flag("--remember", options.remember, "Also for this scanner and protocol from now on");
}

void addWaive(Adder& add, Options& options) {
    auto* waive = add("waive", "Let a failed rule pass under a deviation", "Number of the study",
                      toStudy("waive", [](const Options& o) {
                          json::object body{{"rule", o.rule},
                                            {"deviation", o.deviation},
                                            {"for", o.for_subject ? "subject" : "study"}};
                          if (!o.until.empty()) body["until"] = o.until;
                          return body;
                      }));
    waive->add_option("RULE", options.rule, "Id of the rule that failed")->required();
    waive->add_option("--deviation", options.deviation, "Number of the deviation")->required();
    waive->add_flag("--for-subject", options.for_subject, "For later studies of the subject too");
    waive->add_option("--until", options.until, "Last day it holds, YYYYMMDD");
}

void addPixels(Adder& add, Options& options) {
    auto* pixels = add("pixels-say", "Say where an image shows text about the patient", "Number of the study",
                       toStudy("pixels", [](const Options& o) {
                           std::string boxes;
                           for (const auto& box : o.boxes) boxes += (boxes.empty() ? "" : " ") + box;
                           return json::object{{"instance", o.instance}, {"boxes", o.none ? "none" : boxes}};
                       }));
    pixels->add_option("IMAGE", options.instance, "Its number, as 'gantryctl pixels' shows it")->required();
    auto* where = pixels->add_option_group("Where");
    where->add_option("--box", options.boxes, "x,y,width,height in pixels; may be given several times");
    where->add_flag("--none", options.none, "It shows no such text");
    where->require_option(1);
}

void addScannerDecisions(Adder& add, Options& options) {
    constexpr const char* kScanner = "Number of the scanner, as 'gantryctl scanners' shows it";
    auto* qualify = add("qualify", "A scanner is qualified as it is now", kScanner,
                        toEntry("scanners", "qualify", [](const Options& o) {
                            json::object body{{"qualified", o.withdraw ? "no" : "yes"}, {"why", o.why}};
                            if (!o.study.empty()) body["study"] = o.study;
                            if (!o.slot.empty()) body["slot"] = o.slot;
                            if (!o.standard.empty()) body["standard"] = o.standard;
                            return body;
                        }));
    addWhy(qualify, options);
    auto* withdraw = qualify->add_flag("--withdraw", options.withdraw, "It is qualified no longer");
    auto* study =
        qualify->add_option("--study", options.study, "Study with the reconstruction that is qualified");
    qualify->add_option("--slot", options.slot, "The reconstruction's slot")->needs(study);
    qualify->add_option("--standard", options.standard, "Standard it meets, such as EARL1")->needs(study);
    study->excludes(withdraw);
    auto* passed = add("phantom-passed", "A scan of a phantom passed", kScanner,
                       toEntry("scanners", "phantom", [](const Options& o) -> json::object {
                           return {{"phantom", o.phantom}, {"passed_on", o.passed_on}};
                       }));
    passed->add_option("PHANTOM", options.phantom, "Id of the phantom in the pack")->required();
    passed->add_option("--on", options.passed_on, "Day it was scanned, YYYYMMDD")->required();
}

}  // namespace

void addDecisions(CLI::App& app, Options& options, Command& chosen) {
    Adder add(app, options, chosen);
    const auto nothing = [](const Options&) { return json::object{}; };
    addStudyDecisions(add, options);
    addAnswer(add, options);
    addPlace(add, options);
    addWaive(add, options);
    addPixels(add, options);
    addScannerDecisions(add, options);
    add("acknowledge", "Take note of an entry of the refusals", "Number of the entry",
        toEntry("refusals", "acknowledge", nothing));
    constexpr const char* kFind = "Number of the find, as 'gantryctl study' shows it";
    const auto why = [](const Options& o) -> json::object { return {{"why", o.why}}; };
    addWhy(add("remove-attribute", "Take an attribute that the leak gate found out of its study", kFind,
               toEntry("leaks", "remove", why)),
           options);
    addWhy(add("withhold", "Keep the objects that the leak gate found here", kFind,
               toEntry("leaks", "withhold", why)),
           options);
    add("forget", "Remember a choice of series no longer",
        "Number of the choice, as 'gantryctl placements' shows it", toEntry("placements", "forget", nothing));
}

}  // namespace gantry::ctl
