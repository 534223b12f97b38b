#include "installation.hpp"

#include <functional>

#include "demo_pack.hpp"

namespace gantry::test {

namespace {

constexpr const char* kSiteId = "0417";

bool isBuilt() {
    return findProgram("gantryd") && findProgram("gantry-hub") && findProgram("gantry-central");
}

using PackBuilder = std::function<Result<std::filesystem::path>(const std::filesystem::path& folder)>;

std::optional<Installation> install(const std::vector<RosterEntry>& roster, const PackBuilder& build) {
    if (!isBuilt()) {
        skipLoudly("gantryd, gantry-hub and gantry-central are not built");
        return std::nullopt;
    }
    auto folder = temporaryDirectory();
    auto sponsor = must(Sponsor::prepare(folder.path() / "sponsor", kSiteId));
    SiteSetup setup;
    setup.folder = folder.path() / "site";
    setup.site_id = kSiteId;
    setup.roster = roster;
    setup.pack = must(build(folder.path()));
    auto site = must(Site::prepare(setup, sponsor));
    must(sponsor.start());
    must(site.start());
    return Installation{std::move(folder), std::move(sponsor), std::move(site)};
}

}  // namespace

std::optional<Installation> installOrSkip(const std::vector<RosterEntry>& roster,
                                          std::optional<int> min_coverage_mm) {
    return install(
        roster, [&](const std::filesystem::path& folder) { return writeDemoPack(folder, min_coverage_mm); });
}

std::optional<Installation> installOrSkip(const std::vector<RosterEntry>& roster,
                                          const std::filesystem::path& pack) {
    return install(roster, [&](const std::filesystem::path& folder) { return buildPack(pack, folder); });
}

std::optional<Installation> installOrSkip(std::initializer_list<Enrolled> enrolled,
                                          std::optional<int> min_coverage_mm) {
    std::vector<RosterEntry> roster;
    for (const auto& one : enrolled)
        roster.push_back({one.subject, one.delivery.patient.patient_id, one.delivery.patient.sex, "BL"});
    roster.push_back({"0417-009", "", "", "BL"});
    return installOrSkip(roster, min_coverage_mm);
}

}  // namespace gantry::test
