#pragma once
/// Frames for a person to look at: decoded by gantry-worker, kept nowhere.

#include "images/images.hpp"
#include "images/worker_request.hpp"

namespace gantry::agent {

struct ViewedInstance {
    std::int64_t instance = 0;  ///< our own number
    int frames = 1;             ///< NumberOfFrames (0028,0008)
};
struct ViewedSeries {
    std::string series_instance_uid;
    std::vector<ViewedInstance> instances;  ///< by InstanceNumber
};
/// Conflicting copies are left out. @errors NotFound
Result<std::vector<ViewedSeries>> seriesToView(Database& db, StudyId study);
/// Where its bytes lie. @errors NotFound: it is none of the study's, or its images are gone
Result<OutgoingInstance> instanceToView(Database& db, StudyId study, std::int64_t instance);

/// As gantry-worker --view answers. @errors Unsupported, with the reason, when it cannot be shown
Result<std::string> frameToView(const PixelWorker& worker, const std::filesystem::path& spool_folder,
                                const OutgoingInstance& instance, std::int64_t frame);

}  // namespace gantry::agent
