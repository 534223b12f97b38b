#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "command_run.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {
namespace {

struct SiteOptions {
    std::string directory;
    std::string site;
    std::string token_file;
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

Result<> list(const SiteOptions& options) {
    const auto sites = GANTRY_TRY(loadSites(options.directory));
    boost::json::array out;
    for (const auto& site : sites) {
        if (!options.json) std::cout << site.id << "  since " << site.created_at << '\n';
        out.push_back(boost::json::object{{"site", site.id}, {"created_at", site.created_at}});
    }
    if (options.json) std::cout << boost::json::serialize(out) << '\n';
    return {};
}

}  // namespace

void addSite(CLI::App& app, Run& run) {
    auto* site = app.add_subcommand("site", "which sites may deliver");
    site->require_subcommand(1);
    const auto options = std::make_shared<SiteOptions>();
    auto* adding = site->add_subcommand("add", "let a site deliver: makes its token");
    adding->add_option("DIR", options->directory, "the hub's directory")->required();
    adding->add_option("SITE", options->site, "the site's identifier in the trial")->required();
    adding->add_option("--token-file", options->token_file, "new file for the token, mode 0600")->required();
    runs(*adding, run, options, add);
    auto* listing = site->add_subcommand("list", "the sites that may deliver");
    listing->add_option("DIR", options->directory, "the hub's directory")->required();
    listing->add_flag("--json", options->json, "as JSON");
    runs(*listing, run, options, list);
}

}  // namespace gantry::central
