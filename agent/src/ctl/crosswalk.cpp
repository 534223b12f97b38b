/// gantryctl crosswalk …: who is who at this site, and corrections of it.
#include <CLI/CLI.hpp>
#include <array>
#include <iostream>

#include "ctl/commands.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kLargestCsv = 900u << 10;  // gantryd takes a body of 1 MiB
constexpr std::array<const char*, 6> kColumns = {"subject", "patient_id", "issuer",
                                                 "name",    "birth_date", "sex"};

std::string quoted(const std::string& value) {
    if (value.find_first_of(",\"") == std::string::npos) return value;
    std::string out = "\"";
    for (const char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + '"';
}

std::string asCsv(const json::value& rows) {
    std::string out = "subject_id,patient_id,issuer,name,birth_date,sex\n";
    if (!rows.is_array()) return out;
    for (const auto& row : rows.get_array()) {
        std::string line;
        for (const auto* column : kColumns) line += (line.empty() ? "" : ",") + quoted(text(row, column));
        out += line + '\n';
    }
    return out;
}

Result<std::string> encryptedFor(const std::string& recipient, const std::string& text) {
    const std::array recipients = {GANTRY_TRY(uplink::AgeRecipient::parse(recipient))};
    std::string out;
    auto encryptor = GANTRY_TRY(uplink::AgeEncryptor::start(recipients, [&out](Bytes piece) -> Result<> {
        out += asText(piece);
        return {};
    }));
    GANTRY_CHECK(encryptor.write(asBytes(text)));
    GANTRY_CHECK(encryptor.finish());
    return out;
}

Result<> exportCrosswalk(const Options& o, Api& api) {
    const auto rows = GANTRY_TRY(
        api.call("POST", "/api/v1/crosswalk/export", {{"trial", o.trial}, {"who", o.who}, {"why", o.why}}));
    auto content = asCsv(rows);
    if (!o.recipient.empty()) content = GANTRY_TRY(encryptedFor(o.recipient, content));
    std::error_code ec;
    if (std::filesystem::exists(o.out, ec)) return fail(Errc::AlreadyExists, o.out + " is there already");
    GANTRY_CHECK(writeFileDurably(o.out, asBytes(content)));
    std::cout << "Written to " << o.out
              << (o.recipient.empty() ? ", not encrypted: delete it soon.\n" : ".\n");
    return {};
}

Result<> importCrosswalk(const Options& o, Api& api) {
    const auto csv = GANTRY_TRY(readFile(o.file, kLargestCsv));
    const auto answer = GANTRY_TRY(
        api.call("POST", "/api/v1/crosswalk/import", {{"trial", o.trial}, {"who", o.who}, {"csv", csv}}));
    std::cout << text(answer, "added") << " of " << text(answer, "lines") << " are new.\n";
    return {};
}

Result<> listCrosswalk(const Options& o, Api& api) {
    const auto rows =
        GANTRY_TRY(api.call("GET", "/api/v1/crosswalk" + (o.trial.empty() ? "" : "?trial=" + o.trial)));
    if (o.as_json) {
        std::cout << json::serialize(rows) << '\n';
        return {};
    }
    for (const auto& row : rows.as_array())
        std::cout << text(row, "id") << "  " << text(row, "trial") << "  " << text(row, "subject") << "  by "
                  << text(row, "source") << ", " << text(row, "who") << ", " << timeOf(row, "at") << '\n';
    if (rows.as_array().empty()) std::cout << "Nobody is linked yet.\n";
    return {};
}

Result<> showLink(const Options& o, Api& api) {
    const auto row =
        GANTRY_TRY(api.call("POST", "/api/v1/crosswalk/" + std::to_string(o.id) + "/show", {{"who", o.who}}));
    if (o.as_json)
        std::cout << json::serialize(row) << '\n';
    else
        for (const auto* column : kColumns) std::cout << column << ": " << text(row, column) << '\n';
    return {};
}

Result<> proposeCorrection(const Options& o, Api& api) {
    const auto answer = GANTRY_TRY(api.call("POST", "/api/v1/studies/" + std::to_string(o.id) + "/correct",
                                            {{"subject", o.subject},
                                             {"none", o.none ? "yes" : "no"},
                                             {"visit", o.visit},
                                             {"scope", o.this_study ? "study" : "patient"},
                                             {"who", o.who},
                                             {"why", o.why}}));
    if (o.as_json)
        std::cout << json::serialize(answer) << '\n';
    else
        std::cout << "Correction " << text(answer.at("correction"), "id")
                  << " is proposed. Another person confirms it.\n";
    return {};
}

Result<> decide(const Options& o, Api& api, const char* action) {
    json::object body{{"who", o.who}};
    if (!o.why.empty()) body["why"] = o.why;
    const auto answer =
        GANTRY_TRY(api.call("POST", "/api/v1/corrections/" + std::to_string(o.id) + "/" + action, body));
    if (o.as_json)
        std::cout << json::serialize(answer) << '\n';
    else
        std::cout << "Done, for " << list(answer, "studies").size() << " study or studies.\n";
    return {};
}

Result<> listCorrections(const Options& o, Api& api) {
    const auto rows = GANTRY_TRY(api.call("GET", "/api/v1/corrections"));
    if (o.as_json) {
        std::cout << json::serialize(rows) << '\n';
        return {};
    }
    const auto named = [](const json::value& row, const std::string& which) {
        const auto subject = text(row, which + "_subject");
        return subject.empty() ? std::string("no subject") : subject + " " + text(row, which + "_visit");
    };
    for (const auto& row : rows.as_array())
        std::cout << text(row, "id") << "  study " << text(row, "study") << "  " << text(row, "state") << "  "
                  << named(row, "from") << " -> " << named(row, "to") << "  " << text(row, "proposed_by")
                  << ": " << text(row, "why") << '\n';
    if (rows.as_array().empty()) std::cout << "Nothing was ever corrected.\n";
    return {};
}

/// Sets what a parsed subcommand does.
class Adder {
public:
    Adder(CLI::App& app, Command& chosen) : app_(app), chosen_(chosen) {}
    CLI::App* operator()(const char* name, const char* help, const Command& does) {
        auto* command = app_.add_subcommand(name, help);
        command->callback([&chosen = chosen_, does] { chosen = does; });
        return command;
    }

private:
    CLI::App& app_;
    Command& chosen_;
};

void who(CLI::App* command, Options& options) {
    command->add_option("--who", options.who, "Your name, for the record")->required();
}
void why(CLI::App* command, Options& options) {
    command->add_option("--why", options.why, "Why, for the record; no patient data")->required();
}
void trial(CLI::App* command, Options& options) {
    command->add_option("--trial", options.trial, "Id of the trial")->required();
}

}  // namespace

void addCrosswalk(CLI::App& app, Options& options, Command& chosen) {
    auto* group = app.add_subcommand("crosswalk", "Which patient is which subject, at this site only");
    group->require_subcommand(1);
    Adder add(*group, chosen);
    add("list", "Subjects that are linked with a patient", listCrosswalk)
        ->add_option("--trial", options.trial, "Of this trial only");
    auto* show = add("show", "One link with its patient; that it was shown is recorded", showLink);
    show->add_option("ID", options.id, "Number of the link, as 'crosswalk list' shows it")->required();
    who(show, options);
    auto* import = add("import", "Link subjects and patients of a CSV, all or none", importCrosswalk);
    import->add_option("CSV", options.file, "subject_id,patient_id,issuer,name,birth_date,sex")->required();
    trial(import, options);
    who(import, options);
    auto* out = add("export", "Write all links of a trial to a file of mode 0600", exportCrosswalk);
    trial(out, options);
    who(out, options);
    why(out, options);
    out->add_option("--out", options.out, "The file")->required();
    auto* how = out->add_option_group("How");
    how->add_option("--recipient", options.recipient, "Encrypted for this age recipient, age1…");
    how->add_flag("--plain", options.plain, "As plain CSV");
    how->require_option(1);
}

void addCorrections(CLI::App& app, Options& options, Command& chosen) {
    Adder add(app, chosen);
    auto* correct =
        add("correct", "Propose whose scan it really is; another person confirms it", proposeCorrection);
    correct->add_option("STUDY", options.id, "Number of the study")->required();
    auto* whose = correct->add_option_group("Whose");
    whose->add_option("--subject", options.subject, "Subject of the trial");
    whose->add_flag("--none", options.none, "No subject of the trial: what was sent is withdrawn");
    whose->require_option(1);
    correct->add_option("--visit", options.visit, "Visit of the trial; as before when left out");
    correct->add_flag("--this-study-only", options.this_study,
                      "The patient stays linked, and his other studies stay, as they are");
    who(correct, options);
    why(correct, options);
    constexpr const char* kNumber = "Number of the correction, as 'gantryctl corrections' shows it";
    auto* confirm = add("confirm-correction", "Carry out a correction that another person proposed",
                        [](const Options& o, Api& api) { return decide(o, api, "confirm"); });
    confirm->add_option("ID", options.id, kNumber)->required();
    who(confirm, options);
    auto* reject = add("reject-correction", "Drop a proposed correction",
                       [](const Options& o, Api& api) { return decide(o, api, "reject"); });
    reject->add_option("ID", options.id, kNumber)->required();
    who(reject, options);
    why(reject, options);
    add("corrections", "Proposed corrections, and those that were decided", listCorrections);
}

}  // namespace gantry::ctl
