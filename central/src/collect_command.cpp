// What sites put into a bucket, where no hub runs: taken in, to be opened as if a hub had received it.
#include <iostream>

#include "collecting.hpp"
#include "command_run.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/uplink/s3.hpp"
#include "sponsor_folder.hpp"

namespace gantry::central {
namespace {

struct CollectOptions {
    std::string directory, from, credentials, ca, identity;
    std::vector<std::string> sites;
    bool remove = false;
};

/// What that site may put into: its own folder below the address.
Result<std::unique_ptr<uplink::ObjectStore>> storeOf(const CollectOptions& options, const std::string& site) {
    if (!uplink::isS3Url(options.from)) return uplink::openDirectoryStore(std::filesystem::path(options.from) / site);
    uplink::S3Config config;
    config.location = GANTRY_TRY(uplink::parseS3Url(options.from + (options.from.ends_with('/') ? "" : "/") + site));
    config.credentials_file = options.credentials;
    if (!options.ca.empty()) config.http.ca_file = options.ca;
    return uplink::openS3Store(std::move(config));
}

Result<std::vector<std::string>> sitesOf(const CollectOptions& options, const Clock& clock) {
    if (!options.sites.empty()) return options.sites;
    std::vector<std::string> out;
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    for (const auto& site : GANTRY_TRY(sites->all()))
        if (!site.revoked()) out.push_back(site.id);
    return out;
}

/// Every site is tried; one whose folder cannot be read holds up no other.
Result<> collectAll(const CollectOptions& options) {
    const SystemClock clock;
    if (uplink::isS3Url(options.from) && options.credentials.empty())
        return fail(Errc::InvalidArgument, "a bucket needs --credentials, a file of mode 0600");
    const auto identity = options.identity.empty() ? SponsorFolder(options.directory).identity()
                                                   : std::filesystem::path(options.identity);
    const auto keys = GANTRY_TRY(loadOpeningKeys(identity, std::nullopt, ""));
    const auto index = GANTRY_TRY(Index::open(options.directory, Index::Access::ReadWrite, clock));
    const auto shared = GANTRY_TRY(openSharedObjects(options.directory));
    Result<> first;
    for (const auto& site : GANTRY_TRY(sitesOf(options, clock))) {
        const auto store = GANTRY_TRY(storeOf(options, site));
        const auto done = collect({*store, site, options.directory, keys.identities, shared.get(), options.remove}, *index, clock);
        if (!done) {
            std::cerr << site << ": " << done.error().message() << '\n';
            if (first) first = within("site " + site, done.error());
            continue;
        }
        std::cout << site << "  " << done->taken << " taken in, " << done->known << " known\n";
        for (const auto& name : done->refused)
            std::cerr << site << ": " << name << " would replace another object of its id, and was left where it is\n";
    }
    return first;
}

}  // namespace

void addCollect(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("collect", "where no hub runs: take in what sites put into a bucket; then open it");
    const auto options = std::make_shared<CollectOptions>();
    command->add_option("DIR", options->directory, "the sponsor's directory")->required();
    command->add_option("--from", options->from, "s3+https://HOST/BUCKET/PREFIX, or a folder; each site's lies below by its name")
        ->required();
    command->add_option("--credentials", options->credentials, "file of mode 0600 with S3 credentials that may list and read");
    command->add_option("--ca", options->ca, "PEM of the server's authority; the system's when left out");
    command->add_option("--site", options->sites, "this site; all when left out");
    command->add_option("--identity", options->identity, "age key file; DIR/identity.txt when left out");
    command->add_flag("--remove", options->remove, "remove from the bucket what is safely here");
    runs(*command, run, options, collectAll);
}

}  // namespace gantry::central
