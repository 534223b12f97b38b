#pragma once
/// Deletes images here once the sponsor has signed for all of them and the pack's retention has passed.

#include <filesystem>

#include "catalogue/parcels.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

class Retention {
public:
    Retention(Workshop& shop, std::filesystem::path spool_folder)
        : shop_(shop), spool_folder_(std::move(spool_folder)) {}
    /// Looks once a minute, whatever how often it is called.
    void runNowAndThen();
    /// Looks now.
    void run();

private:
    Result<> purge(const StudyRow& study);
    void removeEmptySegments();

    Workshop& shop_;
    std::filesystem::path spool_folder_;
    UnixMillis next_ = 0;
};

}  // namespace gantry::agent
