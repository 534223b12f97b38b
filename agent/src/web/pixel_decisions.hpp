#pragma once
/// Burnt-in text on the page: what was found, and what a person says about the doubtful images.

#include <boost/json/array.hpp>

#include "images/pixel_looks.hpp"
#include "web/decisions.hpp"

namespace gantry::agent {

/// docs/formats/api.md, studies/{id}/pixels.
boost::json::array looksJson(StudyId study, const std::vector<PixelLook>& looks,
                             const std::vector<PixelWord>& words);

/// `input`: instance, boxes ("none" or "x,y,width,height ..."), who. When no doubt is left the study goes on.
/// @errors InvalidArgument, NotFound for an instance that was not looked at; Conflict once it was sent
Result<> sayWherePixelsShowText(Catalogue& catalogue, StudyId study, const DecisionInput& input,
                                UnixMillis now);

}  // namespace gantry::agent
