#pragma once
/// Rows as the JSON that docs/formats/api.md describes.

#include <boost/json/value.hpp>

#include "catalogue/board.hpp"
#include "web/words.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

boost::json::object boardJson(const BoardRow& row, const Card& card, const Trial* trial,
                              std::uint64_t upload_rate);
/// Series, findings, questions, checklist and the count of what cannot be told, as the verdict itself is written.
boost::json::object verdictJson(const Verdict& verdict);
boost::json::array timelineJson(const std::vector<AuditRow>& entries, const std::vector<Decision>& decisions);
boost::json::object parcelJson(const ParcelRow& parcel, const std::optional<ReceiptRow>& receipt);
boost::json::object refusalJson(const RefusalRow& row);

}  // namespace gantry::agent
