// Who did what at the sponsor's end.
#include <boost/json.hpp>
#include <iostream>

#include "audit.hpp"
#include "command_run.hpp"

namespace gantry::central {
namespace {

struct AuditOptions {
    std::string directory;
    std::string site;
    bool json = false;
};

Result<> show(const AuditOptions& options) {
    auto database = GANTRY_TRY(IndexDatabase::open(options.directory, IndexDatabase::Access::ReadOnly));
    boost::json::array all;
    std::int64_t broken = 0;
    for (const auto& line : GANTRY_TRY(auditLines(database))) {
        if (!line.intact && broken == 0) broken = line.id;
        const auto& [who, event, site, detail] = line.entry;
        if (!options.site.empty() && site != options.site) continue;
        if (options.json)
            all.push_back(boost::json::object{
                {"id", line.id}, {"at", isoUtc(line.at)}, {"who", who}, {"event", event}, {"site", site},
                {"detail", detail}, {"intact", line.intact}});
        else
            std::cout << isoUtc(line.at) << "  " << event << "  " << (site.empty() ? "all" : site) << "  " << who
                      << "  " << detail << '\n';
    }
    if (options.json) std::cout << boost::json::serialize(all) << '\n';
    if (broken == 0) return {};
    return fail(Errc::CatalogueBroken, "the audit was changed at or before its line " + std::to_string(broken) +
                                           ". Compare with a backup of the index");
}

}  // namespace

void addAudit(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("audit", "who asked, answered, told and changed what, oldest first");
    const auto options = std::make_shared<AuditOptions>();
    command->add_option("DIR", options->directory, "the sponsor's directory")->required();
    command->add_option("--site", options->site, "what concerns this site alone");
    command->add_flag("--json", options->json, "as JSON");
    runs(*command, run, options, show);
}

}  // namespace gantry::central
