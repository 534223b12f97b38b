// How the sites are: what each last said of itself, and what is not well.
#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/html_text.hpp"
#include "statements.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

struct FleetOptions {
    std::string directory;
    std::string html;
    int silent_hours = 24;
    bool json = false;
};

struct FleetRow {
    Site site;
    UnixMillis seen_at = 0;  ///< 0: never
    json::object heartbeat;  ///< as it was signed
    std::vector<std::string> alarms;
};

/// "pack.version" of a heartbeat, as text; "" where it is not told.
std::string told(const json::object& heartbeat, std::string_view object, std::string_view key) {
    const auto* outer = heartbeat.if_contains(object);
    if (outer != nullptr && !key.empty())
        outer = outer->if_object() ? outer->get_object().if_contains(key) : nullptr;
    if (outer == nullptr || outer->is_null()) return {};
    if (const auto* counts = outer->if_object()) {  // those of which there are some
        std::string out;
        for (const auto& [name, count] : *counts)
            if (!count.is_int64() || count.get_int64() != 0)
                out += (out.empty() ? "" : ", ") + std::string(name) + " " + json::serialize(count);
        return out;
    }
    if (key.ends_with("_bytes") && outer->is_int64())
        return std::to_string(outer->get_int64() / 1'000'000'000) + " GB";
    return outer->if_string() ? std::string(outer->get_string()) : json::serialize(*outer);
}

std::vector<std::string> alarmsOf(const FleetRow& row, UnixMillis now, int silent_hours) {
    std::vector<std::string> out;
    if (row.site.revoked()) return out;
    constexpr UnixMillis kHour = 3'600'000;
    if (row.site.enrolled() && row.seen_at == 0 && now - row.site.accepted_at > silent_hours * kHour)
        out.emplace_back("never heard of");
    if (row.seen_at != 0 && now - row.seen_at > silent_hours * kHour)
        out.push_back("silent since " + isoUtc(row.seen_at));
    if (told(row.heartbeat, "clock", "synchronised") == "false") out.emplace_back("clock not synchronised");
    if (told(row.heartbeat, "pack", "withdrawn") == "true") out.emplace_back("works by a withdrawn pack");
    if (const auto* problems = row.heartbeat.if_contains("problems"); problems && problems->is_array())
        for (const auto& problem : problems->get_array())
            if (problem.is_string() && problem.get_string() != "clock-not-synchronised")  // told above
                out.emplace_back(problem.get_string());
    return out;
}

Result<std::vector<FleetRow>> fleetOf(const FleetOptions& options) {
    const SystemClock clock;
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    const auto statements = GANTRY_TRY(Statements::open(options.directory, clock));
    std::map<std::string, SiteMessage> last;
    for (auto& message : GANTRY_TRY(statements->latest("heartbeat"))) last.emplace(message.site, std::move(message));
    std::vector<FleetRow> out;
    for (auto& site : GANTRY_TRY(sites->all())) {
        FleetRow row;
        const auto heard = last.find(site.id);
        row.site = std::move(site);
        if (heard != last.end()) {
            row.seen_at = heard->second.received_at;
            row.heartbeat = json::parse(heard->second.text).as_object();
        }
        row.alarms = alarmsOf(row, clock.nowMillis(), options.silent_hours);
        out.push_back(std::move(row));
    }
    return out;
}

struct Column {
    std::string_view title;
    std::string_view object;
    std::string_view key;
};
constexpr Column kColumns[] = {{"software", "software", ""},      {"pack", "pack", "version"},
                               {"read by", "pack", "acknowledged"}, {"waiting", "outbox", "waiting"},
                               {"disk free", "disk", "free_bytes"}, {"clock ms", "clock", "offset_ms"},
                               {"queries", "queries", "open"},    {"studies", "studies", ""}};

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : "; ") + text;
    return out;
}

std::vector<std::string> cellsOf(const FleetRow& row) {
    std::vector<std::string> cells{row.site.id, row.site.revoked() ? "revoked"
                                                : row.seen_at      ? isoUtc(row.seen_at)
                                                                   : "never"};
    for (const auto& column : kColumns) cells.push_back(told(row.heartbeat, column.object, column.key));
    cells.push_back(joined(row.alarms));
    return cells;
}

std::vector<std::string> titles() {
    std::vector<std::string> out{"site", "last seen"};
    for (const auto& column : kColumns) out.emplace_back(column.title);
    out.emplace_back("not well");
    return out;
}

/// Columns as wide as their widest cell.
std::string tableOf(const std::vector<FleetRow>& rows) {
    std::vector<std::vector<std::string>> lines{titles()};
    for (const auto& row : rows) lines.push_back(cellsOf(row));
    std::vector<std::size_t> widths(lines.front().size(), 0);
    for (const auto& cells : lines)
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
    std::string out;
    for (const auto& cells : lines) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i)
            line += cells[i] + std::string(widths[i] - cells[i].size() + 2, ' ');
        out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return out;
}

std::string htmlRow(const std::vector<std::string>& cells, std::string_view tag) {
    std::string out = "<tr>";
    for (const auto& cell : cells)
        out += "<" + std::string(tag) + ">" + htmlText(cell) + "</" + std::string(tag) + ">";
    return out + "</tr>\n";
}

/// A page without scripts, for any browser and any web server.
std::string pageOf(const std::vector<FleetRow>& rows) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Sites</title>\n"
        "<style>body{font:16px sans-serif}td,th{padding:.3em .8em;text-align:left;border-bottom:1px solid #ccc}"
        "</style>\n<h1>Sites</h1>\n<p>As of " +
        isoUtc(SystemClock().nowMillis()) + "</p>\n<table>\n" + htmlRow(titles(), "th");
    for (const auto& row : rows) out += htmlRow(cellsOf(row), "td");
    return out + "</table>\n</html>\n";
}

json::object toJson(const FleetRow& row) {
    json::array alarms;
    for (const auto& alarm : row.alarms) alarms.emplace_back(alarm);
    return {{"site", row.site.id},
            {"revoked", row.site.revoked()},
            {"last_seen", row.seen_at ? json::value(isoUtc(row.seen_at)) : json::value(nullptr)},
            {"heartbeat", row.heartbeat},
            {"alarms", std::move(alarms)}};
}

Result<> fleet(const FleetOptions& options) {
    const auto rows = GANTRY_TRY(fleetOf(options));
    if (!options.html.empty()) return writeFileDurably(options.html, asBytes(pageOf(rows)));
    if (!options.json) {
        std::cout << tableOf(rows);
        return {};
    }
    json::array all;
    for (const auto& row : rows) all.push_back(toJson(row));
    std::cout << json::serialize(all) << '\n';
    return {};
}

}  // namespace

void addFleet(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand("fleet", "how the sites are: last seen, software, pack, queue, disk, clock, alarms");
    const auto options = std::make_shared<FleetOptions>();
    command->add_option("DIR", options->directory, "the hub's directory")->required();
    command->add_flag("--json", options->json, "as JSON, with the whole of each heartbeat");
    command->add_option("--html", options->html, "write a page into this file instead");
    command->add_option("--silent-hours", options->silent_hours, "an alarm after so long without a heartbeat; 24 when left out")
        ->check(CLI::Range(1, 8760));
    runs(*command, run, options, fleet);
}

}  // namespace gantry::central
