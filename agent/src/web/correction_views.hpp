#pragma once
/// Corrections and the crosswalk as the JSON that docs/formats/api.md describes.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "catalogue/corrections.hpp"
#include "workflow/crosswalk.hpp"

namespace gantry::agent {

boost::json::object correctionJson(const CorrectionRow& row);
/// Null where there is none.
boost::json::value correctionJson(const std::optional<CorrectionRow>& row);
/// Without the patient.
boost::json::object linkJson(const LinkRow& link);
/// With the patient's values.
boost::json::object linkJson(const LinkRow& link, const Patient& patient);

}  // namespace gantry::agent
