#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "ctl/parcel.hpp"
#include "gantry/uplink/parcel.hpp"

namespace gantry::ctl {

namespace json = boost::json;

namespace {

struct ReadOptions {
    std::string parcel, out;
    std::vector<std::string> identities;
    bool as_json = false;
};

Result<std::vector<uplink::AgeIdentity>> identitiesOf(const std::vector<std::string>& files) {
    std::vector<uplink::AgeIdentity> out;
    for (const auto& file : files) {
        auto found = uplink::loadAgeIdentities(file);
        if (!found) return within("key file " + file, found.error());
        out.insert(out.end(), found->begin(), found->end());
    }
    return out;
}

/// What others wrote, without what a terminal would obey.
std::string plain(const std::string& text) {
    auto out = text;
    std::ranges::replace_if(
        out, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; }, '?');
    return out;
}

std::string orNone(const std::string& text) {
    return text.empty() ? "-" : plain(text);
}

std::string_view nameOf(uplink::ParcelContent content) {
    if (content == uplink::ParcelContent::Verdict) return "a verdict alone";
    return content == uplink::ParcelContent::Withdrawal ? "a withdrawal" : "images";
}

void describe(std::ostream& out, const uplink::ParcelManifest& manifest) {
    out << "parcel    " << manifest.parcel_id << ": " << nameOf(manifest.content) << ", made "
        << plain(manifest.created_at) << (manifest.software.empty() ? "" : " by " + plain(manifest.software))
        << '\n'
        << "subject   " << orNone(manifest.subject) << ", visit " << orNone(manifest.visit) << ", trial "
        << orNone(manifest.trial) << ", site " << orNone(manifest.site) << '\n'
        << "study     " << plain(manifest.study_instance_uid) << '\n'
        << "pack      " << orNone(manifest.pack_id) << ' ' << plain(manifest.pack_version) << '\n';
    if (manifest.verdict)
        out << "verdict   " << toString(manifest.verdict->outcome) << ": "
            << orNone(manifest.verdict->headline) << " (" << manifest.verdict->findings.size()
            << " findings)\n";
    for (const auto& decision : manifest.decisions)
        out << "decision  " << plain(decision.action) << " by " << plain(decision.who) << ": "
            << plain(decision.why) << '\n';
    if (manifest.supplements) out << "adds to   " << *manifest.supplements << '\n';
    for (const auto& id : manifest.supersedes) out << "replaces  " << id << '\n';
    for (const auto& one : manifest.withdraws)
        out << "withdraws " << one.parcel_id << ": " << one.reason << '\n';
    std::uint64_t bytes = 0;
    std::size_t compressed = 0;
    for (const auto& file : manifest.files) {
        bytes += file.bytes;
        compressed += file.uncompressed.has_value();
    }
    out << "files     " << manifest.files.size() << ", " << bytes << " bytes, " << compressed
        << " with pixels compressed for the parcel\n";
}

Result<int> show(const ReadOptions& options) {
    const auto identities = GANTRY_TRY(identitiesOf(options.identities));
    const auto shown = GANTRY_TRY(uplink::readParcelManifest(options.parcel, identities));
    if (options.as_json)
        std::cout << shown.text;
    else
        describe(std::cout, shown.manifest);
    return 0;
}

Result<int> open(const ReadOptions& options) {
    const auto identities = GANTRY_TRY(identitiesOf(options.identities));
    const auto opened = GANTRY_TRY(uplink::openParcel(options.parcel, identities, options.out));
    if (options.as_json) {
        json::object answer{{"folder", opened.folder.string()},
                            {"bytes", opened.info.bytes},
                            {"sha256", opened.info.sha256},
                            {"manifest_sha256", opened.info.manifest_sha256}};
        answer["manifest"] = json::parse(GANTRY_TRY(uplink::toJson(opened.manifest)));
        std::cout << json::serialize(answer) << '\n';
        return 0;
    }
    describe(std::cout, opened.manifest);
    std::cout << "All digests hold. Opened to " << opened.folder.string() << '\n';
    return 0;
}

}  // namespace

void addParcelReaders(CLI::App& parcel, OfflineCommand& chosen) {
    const auto add = [&](const char* name, const char* help, auto does) {
        auto options = std::make_shared<ReadOptions>();
        auto* command = parcel.add_subcommand(name, help);
        command->fallthrough(false);
        command->add_option("PARCEL", options->parcel, "File that ends in .age")->required();
        command
            ->add_option("--identity", options->identities,
                         "Key file, as age-keygen writes it; several may be given")
            ->required()
            ->allow_extra_args(false);
        command->add_flag("--json", options->as_json, "Print JSON");
        command->callback([&chosen, options, does] {
            chosen = [options, does]() -> Result<int> {
                const auto code = does(*options);
                return code ? *code : toldOf(code.error());
            };
        });
        return std::pair{command, options};
    };
    add("show", "Print what a parcel's manifest says; its images are not looked at", show);
    const auto [command, options] = add("open", "Decrypt, check and unpack a parcel", open);
    command->add_option("--out", options->out, "Folder; the parcel gets one of its own in it")->required();
}

}  // namespace gantry::ctl
