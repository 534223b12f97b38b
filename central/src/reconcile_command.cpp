// Expected against received: who was to come, what came.
#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "delivered.hpp"
#include "gantry/core/files.hpp"
#include "gantry/qc/visits.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "office.hpp"
#include "pack_published.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

struct ReconcileOptions {
    std::string directory;
    std::string site;
    std::string out;
    bool open_only = false;
};

qc::Anchors anchorsOf(const ExpectedSubject& subject) {
    qc::Anchors out;
    const auto roster = json::parse(subject.roster);
    if (const auto* anchors = roster.as_object().if_contains("anchors"); anchors && anchors->is_object())
        for (const auto& [name, day] : anchors->get_object()) out[name] = std::string(day.as_string());
    return out;
}

/// Where the roster lists no visits of a subject, those of the imaging manual are expected.
void addVisitsOfPack(std::vector<ExpectedSubject>& expected, const qc::Pack& pack, const std::string& today) {
    for (auto& subject : expected) {
        if (!subject.visits.empty()) continue;
        for (const auto& visit : qc::expectedVisits(pack, anchorsOf(subject), today))
            subject.visits.push_back({visit.id, visit.from, visit.to});
    }
}

Result<> reconcileAll(const ReconcileOptions& options) {
    const SystemClock clock;
    const auto now = clock.nowMillis();
    auto expected = GANTRY_TRY(expectedSubjects(options.directory));
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    if (const auto pack = GANTRY_TRY(packInForce(*office, now))) addVisitsOfPack(expected, *pack, dayOf(now));
    const auto index = GANTRY_TRY(Index::open(options.directory, Index::Access::ReadOnly, clock));
    const auto deliveries = GANTRY_TRY(deliveredStudies(*index, options.directory));
    auto lines = reconcile(expected, deliveries, dayOf(now));
    std::erase_if(lines, [&](const ReconcileLine& line) {
        const bool calm = line.standing == "received" || line.standing == "coming" || line.standing == "left";
        return (!options.site.empty() && line.site != options.site) || (options.open_only && calm);
    });
    const auto csv = toCsv(lines);
    if (!options.out.empty()) return writeFileDurably(options.out, asBytes(csv));
    std::cout << csv;
    return {};
}

}  // namespace

void addReconcile(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("reconcile", "expected against received, as CSV: a line for each visit");
    const auto options = std::make_shared<ReconcileOptions>();
    command->add_option("DIR", options->directory, "the sponsor's directory")->required();
    command->add_option("--site", options->site, "this site alone");
    command->add_flag("--open", options->open_only, "without what is received, still to come, or of subjects who left");
    command->add_option("--out", options->out, "write into this file, mode 0600, instead of printing");
    runs(*command, run, options, reconcileAll);
}

}  // namespace gantry::central
