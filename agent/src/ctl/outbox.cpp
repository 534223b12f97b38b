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

}  // namespace

void addOutbox(CLI::App& app, Options& options, Command& chosen) {
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
