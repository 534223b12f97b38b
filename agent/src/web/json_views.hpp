#pragma once
/// Rows as the JSON that docs/formats/api.md describes.

#include <boost/json/value.hpp>

#include "catalogue/board.hpp"
#include "web/words.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

boost::json::object boardJson(const BoardRow& row, const Card& card, const Trial* trial,
                              std::uint64_t upload_rate);
boost::json::array seriesJson(const Verdict& verdict);
boost::json::array findingsJson(const Verdict& verdict);
boost::json::array timelineJson(const std::vector<AuditRow>& entries, const std::vector<Decision>& decisions);
boost::json::object parcelJson(const ParcelRow& parcel, const std::optional<ReceiptRow>& receipt);
boost::json::object refusalJson(const RefusalRow& row);

}  // namespace gantry::agent
