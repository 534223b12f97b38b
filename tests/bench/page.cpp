// bench_page: what the board costs on a full box. A real gantryd receives one study; its rows are then copied
// until the catalogue holds the wanted number of studies and images, as years of work leave it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <thread>

#include "demo_pack.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/sqlite.hpp"
#include "gantry/scanner/send.hpp"
#include "site.hpp"
#include "wait.hpp"

namespace {

using namespace gantry;
using namespace gantry::test;
using SteadyClock = std::chrono::steady_clock;

Result<Site> prepareSite(const std::filesystem::path& folder) {
    const auto sponsor = GANTRY_TRY(Sponsor::prepare(folder / "sponsor", "0417"));
    SiteSetup setup;
    setup.folder = folder / "site";
    setup.pack = GANTRY_TRY(writeDemoPack(folder, {}));
    setup.roster = {{"0417-001", "BENCH1", "", "BL"}};
    return Site::prepare(setup, sponsor);
}

/// One study, judged and with its parcel made.
Result<> receiveOne(Site& site, int slices) {
    scanner::SeriesSpec spec;
    spec.slices = slices;
    spec.rows = spec.columns = 64;
    spec.patient.patient_id = "BENCH1";
    const auto series = GANTRY_TRY(scanner::makeSeries(spec));
    for (const auto& status : scanner::sendAll(site.destination("BENCH"), series.instances, {}))
        if (!status.stored()) return fail(Errc::PeerRefused, "an image was not stored");
    const auto judged = [](const StudyView& study) { return study.verdict_number > 0; };
    GANTRY_TRY(site.waitForStudy(series.study_instance_uid, judged, std::chrono::seconds(60)));
    std::this_thread::sleep_for(std::chrono::seconds(5));  // a parcel, where the verdict lets it go
    return {};
}

/// Copies all rows of a table `copies` times; `changed` says by which expression a column differs, `i` being
/// the number of the copy.
Result<> copyRows(Database& db, const std::string& table, int copies,
                  const std::map<std::string, std::string>& changed) {
    auto columns = GANTRY_TRY(db.prepare("SELECT name FROM pragma_table_info('" + table + "')"));
    std::string names, values;
    while (GANTRY_TRY(columns.step())) {
        const auto name = columns.text(0);
        const auto other = changed.find(name);
        names += (names.empty() ? "" : ", ") + name;
        values += (values.empty() ? "" : ", ") + (other == changed.end() ? "t." + name : other->second);
    }
    return db.execute("WITH RECURSIVE copy (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM copy WHERE i < " +
                      std::to_string(copies) + ") INSERT INTO " + table + " (" + names + ") SELECT " +
                      values + " FROM " + table + " t CROSS JOIN copy");
}

/// All are confirmed but for one of five hundred, which waits for a person; each changed a minute before the
/// next.
Result<> fill(const std::filesystem::path& catalogue, int studies) {
    auto db = GANTRY_TRY(Database::open(catalogue));
    GANTRY_CHECK(db.execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN"));
    const int copies = studies - 1;
    const std::string id = "t.id + i * 1000", study = "t.study_id + i * 1000";
    GANTRY_CHECK(copyRows(db, "instance", copies,
                          {{"id", id}, {"study_id", study}, {"series_id", "t.series_id + i * 1000"}}));
    GANTRY_CHECK(copyRows(db, "series", copies, {{"id", id}, {"study_id", study}}));
    GANTRY_CHECK(copyRows(db, "finding", copies, {{"verdict_id", "t.verdict_id + i * 1000"}}));
    GANTRY_CHECK(copyRows(db, "verdict", copies, {{"id", id}, {"study_id", study}}));
    for (const auto* table : {"study_image", "phantom_study"})
        GANTRY_CHECK(copyRows(db, table, copies, {{"study_id", study}}));
    GANTRY_CHECK(copyRows(db, "series_image", copies, {{"series_id", "t.series_id + i * 1000"}}));
    GANTRY_CHECK(copyRows(db, "parcel", copies, {{"id", "t.id || '-' || i"}, {"study_id", study}}));
    GANTRY_CHECK(
        copyRows(db, "outbox", copies,
                 {{"object_id", "t.object_id || '-' || i"}, {"state", "'confirmed'"}, {"waits", "''"}}));
    GANTRY_CHECK(copyRows(db, "study", copies,
                          {{"id", id},
                           {"study_instance_uid", "t.study_instance_uid || '.' || i"},
                           {"state", "iif(i % 500 = 0, 'held', 'confirmed')"},
                           {"changed_at_ms", "t.changed_at_ms - i * 60000"}}));
    // Open ones are read again at the start, all that they hold.
    return db.execute("UPDATE segment SET closed = 1; COMMIT; ANALYZE");
}

/// Milliseconds until the answer is there; the median of many, and the worst.
Result<> timeRead(Site& site, const std::string& path, int runs) {
    std::vector<double> all;
    std::size_t bytes = 0;
    for (int i = 0; i < runs; ++i) {
        const auto begin = SteadyClock::now();
        const auto answer = GANTRY_TRY(site.api().get(path));
        if (answer.status != 200) return fail(Errc::PeerRefused, path + " was refused");
        all.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
        bytes = answer.body.size();
    }
    const auto first = all.front();
    std::ranges::sort(all);
    std::printf("%-34s first %6.1f ms, median %6.1f ms, worst %6.1f ms, %zu bytes\n", path.c_str(), first,
                all[all.size() / 2], all.back(), bytes);
    return {};
}

/// Share of a core that gantryd takes while so many pages are open and nothing happens.
Result<> idle(Site& site, int pages, int seconds) {
    std::vector<Process> readers;
    const auto header = site.dataFolder() / "bearer.txt";
    GANTRY_CHECK(writeFileDurably(header, asBytes("Authorization: Bearer " + GANTRY_TRY(site.consoleToken()))));
    for (int i = 0; i < pages; ++i)
        readers.push_back(
            GANTRY_TRY(Process::start({"curl", {"-sN", "-H", "@" + header.string(), site.pageUrl() + "/api/v1/events"}, {}, {}})));
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const auto before = site.process().cpuTime();
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    const auto spent = site.process().cpuTime() - before;
    const auto reading = std::ranges::count_if(readers, [](Process& one) { return one.running(); });
    std::printf("%zd pages open, nothing happens: %.2f %% of a core\n", static_cast<std::ptrdiff_t>(reading),
                static_cast<double>(spent.count()) / (10.0 * seconds));
    return {};
}

Result<> run(int studies, int slices, int runs) {
    const auto folder = GANTRY_TRY(TemporaryDirectory::create("/var/tmp", "gantry-bench-"));
    auto site = GANTRY_TRY(prepareSite(folder.path()));
    GANTRY_CHECK(site.start());
    GANTRY_CHECK(receiveOne(site, slices));
    GANTRY_TRY(site.process().stop());
    GANTRY_CHECK(fill(site.dataFolder() / "catalogue.sqlite", studies));
    GANTRY_CHECK(site.start());
    std::printf("%d studies, %d images\n", studies, studies * slices);
    for (const auto* path : {"/api/v1/studies?limit=200", "/api/v1/status", "/api/v1/visits?trial=onc-demo",
                             "/api/v1/outbox", "/api/v1/refusals", "/api/v1/scanners"})
        GANTRY_CHECK(timeRead(site, path, runs));
    GANTRY_CHECK(idle(site, 0, 20));
    return idle(site, 50, 20);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Time to the first board of a full box, and what idle pages cost."};
    int studies = 20'000, slices = 50, runs = 30;
    app.add_option("--studies", studies, "Studies in the catalogue")->capture_default_str();
    app.add_option("--slices", slices, "Images of each")->capture_default_str();
    app.add_option("--runs", runs, "Reads of each address")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    if (const auto done = run(studies, slices, runs); !done) {
        std::cerr << "bench_page: " << done.error().message() << '\n';
        return 1;
    }
}
