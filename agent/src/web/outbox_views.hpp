#pragma once
/// The outbox and the log of transfers as the page gets them; docs/formats/api.md.

#include <boost/json.hpp>

#include "catalogue/catalogue.hpp"
#include "catalogue/transfers.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

/// @param rate  bytes a second of what is under way
Result<boost::json::object> outboxView(Catalogue& catalogue, const Config& config, const Trials& trials,
                                       std::uint64_t rate, UnixMillis now);
boost::json::object transferJson(const TransferRow& row);
/// For spreadsheets. It names no patient: neither accession number nor study date stands in it.
std::string transfersCsv(const std::vector<TransferRow>& rows);

}  // namespace gantry::agent
