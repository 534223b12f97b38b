#pragma once
/// Before de-identification: images of kinds that carry burnt-in text are looked at and blanked.

#include <stop_token>
#include <vector>

#include "catalogue/parcels.hpp"
#include "images/pixel_looks.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

/// Looks at those of the instances that need it, with what people said about the doubtful ones, and keeps
/// what was found and its pictures.
/// @param folder  for the cleaned files; of the caller's
/// @return one answer for each instance, in order
/// @errors Stopped, Io, DiskFull
Result<std::vector<PixelAnswer>> lookAtPixels(Workshop& shop, const StudyRow& study,
                                              const anonymizer::DeidPolicy& policy,
                                              const std::vector<OutgoingInstance>& instances,
                                              const std::filesystem::path& spool_folder,
                                              const std::filesystem::path& folder,
                                              const std::stop_token& stop);

/// "3 images may show text...", for the study that waits for a person.
std::string doubtSentence(std::size_t images);

}  // namespace gantry::agent
