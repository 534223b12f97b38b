#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/commands.hpp"
#include "ctl/show.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

Result<> makeAgain(const Options& o, Api& api) {
    const json::object body{
        {"trial", o.trial}, {"delivered", o.delivered_too ? "yes" : "no"}, {"who", o.who}, {"why", o.why}};
    const auto answer = GANTRY_TRY(api.call("POST", "/api/v1/parcels/make-again", body));
    if (o.as_json)
        std::cout << json::serialize(answer) << '\n';
    else
        std::cout << text(answer, "parcels") << " parcels are made again from the images here.\n";
    return {};
}

void printObject(const json::value& object) {
    std::cout << text(object, "id") << "  " << text(object, "kind") << ' ' << text(object, "content") << "  "
              << text(object, "trial");
    if (const auto subject = text(object, "subject"); !subject.empty())
        std::cout << "  " << subject << ' ' << text(object, "visit");
    std::cout << "  " << text(object, "sent") << " of " << text(object, "bytes") << " bytes\n";
    const auto* waits = object.as_object().if_contains("waits");
    if (!waits || waits->is_null()) {
        std::cout << "    It is being sent.\n";
        return;
    }
    std::cout << "    " << text(*waits, "sentence");
    if (const auto until = timeOf(*waits, "until"); !until.empty()) std::cout << " Until " << until << '.';
    std::cout << ' ' << text(*waits, "do") << '\n';
}

Result<> show(const Options& o, const json::value& outbox) {
    if (o.as_json) {
        std::cout << json::serialize(outbox) << '\n';
        return {};
    }
    int shown = 0;
    for (const auto& object : list(outbox, "objects")) {
        if (!o.trial.empty() && text(object, "trial") != o.trial) continue;
        printObject(object);
        ++shown;
    }
    if (shown == 0) std::cout << "Nothing waits to be sent.\n";
    return {};
}

Command change(std::string what, json::object more = {}) {
    return [what = std::move(what), more = std::move(more)](const Options& o, Api& api) -> Result<> {
        json::object body = more;
        body["who"] = o.who;
        for (const auto& [key, value] : {std::pair{"object", &o.object}, std::pair{"trial", &o.trial},
                                         std::pair{"why", &o.why}, std::pair{"kib_per_second", &o.kib},
                                         std::pair{"from", &o.from}, std::pair{"to", &o.to}})
            if (!value->empty()) body[key] = *value;
        return show(o, GANTRY_TRY(api.call("POST", "/api/v1/outbox/" + what, body)));
    };
}

Result<> listOutbox(const Options& o, Api& api) {
    return show(o, GANTRY_TRY(api.call("GET", "/api/v1/outbox")));
}

CLI::App* changing(CLI::App& app, Options& options, Command& chosen, const std::string& name,
                   const std::string& help, Command command) {
    auto* sub = app.add_subcommand(name, help);
    sub->callback([&chosen, command = std::move(command)] { chosen = command; });
    sub->add_option("--who", options.who, "Your name, for the record")->required();
    return sub;
}

void addOutboxItself(CLI::App& app, Options& options, Command& chosen) {
    auto* outbox = app.add_subcommand("outbox", "What goes to the sponsors: look, pause, order, cancel, limit");
    outbox->require_subcommand(1);
    auto* shown = outbox->add_subcommand("list", "What waits, and why");
    shown->callback([&chosen] { chosen = listOutbox; });
    shown->add_option("--trial", options.trial, "Of this trial alone");
    for (const auto& [name, help] :
         {std::pair{"pause", "Send no more of one object, of a trial, or of everything"},
          std::pair{"resume", "Go on; what failed is tried at once"}}) {
        auto* sub = changing(*outbox, options, chosen, name, help, change(name));
        sub->add_option("OBJECT", options.object, "Its name in the list; left out: the trial, or everything");
        sub->add_option("--trial", options.trial, "Id of the trial");
    }
    for (const auto& [name, help] : {std::pair{"first", "Send this before all others of its trial"},
                                     std::pair{"last", "Send this behind all others of its trial"}})
        changing(*outbox, options, chosen, name, help, change("order", {{"place", name}}))
            ->add_option("OBJECT", options.object, "Its name in the list")
            ->required();
    auto* cancel = changing(*outbox, options, chosen, "cancel",
                            "Send it no further; its study is quarantined", change("cancel"));
    cancel->add_option("OBJECT", options.object, "Its name in the list")->required();
    cancel->add_option("--why", options.why, "Why, for the record; no patient data")->required();
    auto* limit = changing(*outbox, options, chosen, "limit",
                           "At most so much of the line, only at these times; without options: no limit",
                           change("line"));
    limit->add_option("--kib", options.kib, "KiB a second");
    limit->add_option("--from", options.from, "19:00");
    limit->add_option("--to", options.to, "06:00");
}

}  // namespace

void addOutbox(CLI::App& app, Options& options, Command& chosen) {
    addOutboxItself(app, options, chosen);
    auto* command = app.add_subcommand(
        "make-again", "Make the parcels of a trial that are not signed for again, for the recipients of now");
    command->callback([&chosen] { chosen = makeAgain; });
    command->add_option("--trial", options.trial, "Id of the trial")->required();
    command->add_flag("--delivered", options.delivered_too,
                      "Also those that the sponsor has and did not sign for: his key is lost");
    command->add_option("--who", options.who, "Your name, for the record")->required();
    command->add_option("--why", options.why, "Why, for the record; no patient data")->required();
}

}  // namespace gantry::ctl
