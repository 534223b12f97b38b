#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "enrolling.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/files.hpp"
#include "passphrase.hpp"
#include "settings.hpp"

namespace gantry::central {
namespace {

struct SiteOptions {
    std::string directory;
    std::string site;
    std::string token_file;
    std::string why;
    std::string key;
    std::string passphrase_file;
    bool json = false;
};

/// The token goes into a file that is there before the hub accepts it; it is never printed.
Result<> add(const SiteOptions& options) {
    const auto fd = GANTRY_TRY(openFile(options.token_file, OpenMode::CreateNew));
    auto token = addSite(options.directory, options.site, SystemClock());
    if (!token) {
        std::error_code ignored;
        std::filesystem::remove(options.token_file, ignored);
        return token.error();
    }
    GANTRY_CHECK(writeAll(fd.get(), asBytes(*token + "\n")));
    GANTRY_CHECK(syncData(fd.get()));
    std::cerr << "Site " << options.site << " may deliver with the token in " << options.token_file << ".\n";
    return {};
}

std::string standingOf(const Site& site) {
    if (site.revoked()) return "revoked " + isoUtc(site.revoked_at) + ": " + site.revoked_why;
    if (site.enrolled()) return "enrolled " + isoUtc(site.accepted_at) + " by " + site.accepted_by;
    return site.has_token ? "by token" : "not enrolled";
}

Result<> list(const SiteOptions& options) {
    const SystemClock clock;
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    boost::json::array out;
    for (const auto& site : GANTRY_TRY(sites->all())) {
        const auto since = isoUtc(site.created_at);
        if (!options.json) std::cout << site.id << "  since " << since << "  " << standingOf(site) << '\n';
        out.push_back(boost::json::object{
            {"site", site.id},
            {"created_at", since},
            {"state", site.revoked() ? "revoked" : site.enrolled() ? "enrolled" : "token"},
            {"revoked_why", site.revoked_why},
            {"recipient", site.recipient},
            {"statement_key", site.statement_key}});
    }
    if (options.json) std::cout << boost::json::serialize(out) << '\n';
    return {};
}

/// Let in no longer at once; then the site is told, which needs the desk's key.
Result<> revoke(const SiteOptions& options) {
    const SystemClock clock;
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    GANTRY_CHECK(sites->revoke(options.site, options.why));
    std::cerr << "Site " << options.site << " gets in no longer.\n";
    const SponsorFolder folder(options.directory);
    const auto office = Office::open(folder);
    if (!office && office.error().code == Errc::NotFound) return {};
    if (!office) return office.error();
    const auto site = GANTRY_TRY(sites->find(options.site));
    if (!site || !site->enrolled()) return {};
    const auto key = options.key.empty() ? folder.deskKey() : std::filesystem::path(options.key);
    const auto seed = GANTRY_TRY(unlockKey(key, options.passphrase_file));
    GANTRY_CHECK(closeSite(**office, *site, options.why, seed, clock.nowMillis()));
    std::cerr << "Its page will say that it takes part no longer.\n";
    return {};
}

}  // namespace

void addSite(CLI::App& app, Run& run) {
    auto* site = app.add_subcommand("site", "which sites may deliver");
    site->require_subcommand(1);
    const auto options = std::make_shared<SiteOptions>();
    auto* adding = site->add_subcommand("add", "let a site deliver by a token, without enrolment: makes the token");
    adding->add_option("DIR", options->directory, "the hub's directory")->required();
    adding->add_option("SITE", options->site, "the site's identifier in the trial")->required();
    adding->add_option("--token-file", options->token_file, "new file for the token, mode 0600")->required();
    runs(*adding, run, options, add);
    auto* revoking = site->add_subcommand("revoke", "let a site in no longer, at once, and tell it");
    revoking->add_option("DIR", options->directory, "the hub's directory")->required();
    revoking->add_option("SITE", options->site, "the site")->required();
    revoking->add_option("--why", options->why, "a sentence, which the site reads")->required();
    revoking->add_option("--key", options->key, "the desk's key file; DIR/keys/desk.key when left out");
    revoking->add_option("--passphrase-file", options->passphrase_file, "file of mode 0600; else it is asked for");
    runs(*revoking, run, options, revoke);
    auto* listing = site->add_subcommand("list", "the sites, and how they get in");
    listing->add_option("DIR", options->directory, "the hub's directory")->required();
    listing->add_flag("--json", options->json, "as JSON");
    runs(*listing, run, options, list);
}

}  // namespace gantry::central
