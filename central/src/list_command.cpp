#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "index.hpp"

namespace gantry::central {
namespace {

boost::json::object toJson(const ParcelRow& row) {
    boost::json::object out{{"site", row.site},
                            {"parcel_id", row.parcel_id},
                            {"state", row.withdrawn_by.empty() ? toString(row.state) : "withdrawn"},
                            {"bytes", row.bytes},
                            {"sha256", row.sha256},
                            {"received_at", row.received_at}};
    if (row.state == ParcelState::Refused) {
        out["reason_code"] = row.reason_code;
        out["reason"] = row.reason;
    }
    if (row.state == ParcelState::Opened) {
        out["trial"] = row.trial;
        out["subject"] = row.subject;
        out["visit"] = row.visit;
        out["instances"] = row.instances;
        out["folder"] = row.folder;
        out["opened_at"] = row.judged_at;
        out["content"] = row.content;
    }
    if (!row.withdrawn_by.empty()) {
        out["withdrawn_by"] = row.withdrawn_by;
        out["withdraw_reason"] = row.withdraw_reason;
        out["withdrawn_at"] = row.withdrawn_at;
    }
    return out;
}

void print(const ParcelRow& row) {
    std::cout << isoUtc(row.received_at) << "  " << row.site << "  " << row.parcel_id << "  "
              << (row.withdrawn_by.empty() ? toString(row.state) : "withdrawn");
    if (!row.withdrawn_by.empty())
        std::cout << "  " << row.withdraw_reason << ", by " << row.withdrawn_by << "  " << row.folder;
    else if (row.content == "verdict" || row.content == "withdrawal")
        std::cout << "  " << row.content << " in " << row.folder;
    else if (row.state == ParcelState::Opened)
        std::cout << "  " << row.instances << " instances in " << row.folder;
    if (row.state == ParcelState::Refused) std::cout << "  " << row.reason_code << ": " << row.reason;
    std::cout << '\n';
}

Result<> list(const std::string& directory, bool json) {
    const SystemClock clock;
    const auto index = GANTRY_TRY(Index::open(directory, Index::Access::ReadOnly, clock));
    boost::json::array all;
    for (const auto& row : GANTRY_TRY(index->parcels())) {
        if (json) {
            all.push_back(toJson(row));
        } else {
            print(row);
        }
    }
    if (json) std::cout << boost::json::serialize(all) << '\n';
    return {};
}

}  // namespace

void addList(CLI::App& app, Run& run) {
    auto* command =
        app.add_subcommand("list", "the parcels a hub has, oldest first, and what became of them");
    const auto directory = std::make_shared<std::string>();
    const auto json = std::make_shared<bool>(false);
    command->add_option("DIR", *directory, "the hub's directory")->required();
    command->add_flag("--json", *json, "as JSON");
    command->callback([directory, json, &run] {
        run = [directory, json] {
            const auto done = list(*directory, *json);
            return done ? 0 : report(done.error());
        };
    });
}

}  // namespace gantry::central
