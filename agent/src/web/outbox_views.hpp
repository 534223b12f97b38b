#pragma once
/// The outbox and the log of transfers as the page gets them; docs/formats/api.md.

#include <boost/json.hpp>

#include "catalogue/catalogue.hpp"
#include "catalogue/transfers.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

struct UploadsUnderWay {
    std::uint64_t bytes_per_second = 0;            ///< of all together
    std::map<std::string, std::size_t> addresses;  ///< by trial, which of its sponsor's is used; 0: the first
};

Result<boost::json::object> outboxView(Catalogue& catalogue, const Config& config, const Trials& trials,
                                       const UploadsUnderWay& uploads, UnixMillis now);
boost::json::object transferJson(const TransferRow& row);
/// For spreadsheets. It names no patient: neither accession number nor study date stands in it.
std::string transfersCsv(const std::vector<TransferRow>& rows);

}  // namespace gantry::agent
