#pragma once
/// From arrived to judged: completion, identity, checks, hold or clearance.

#include <functional>
#include <map>
#include <memory>

#include "catalogue/catalogue.hpp"
#include "catalogue/studies.hpp"
#include "workflow/arrivals.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

/// What workflow steps share. `changed` tells the page that a study has news.
struct Workshop {
    const Config& config;
    Catalogue& catalogue;
    Arrivals& arrivals;
    const Clock& clock;
    const std::map<std::string, Trial>& trials;
    std::function<void(StudyId)> changed;
    bool measures_pixels = false;  ///< an ImageStep runs: sending waits a while for what it finds

    const Trial* trialOf(const StudyRow& study) const {
        const auto found = trials.find(study.trial_id);
        return found == trials.end() ? nullptr : &found->second;
    }
};

class JudgeStep {
public:
    explicit JudgeStep(Workshop& shop) : shop_(shop) {}
    /// Does all that is due now. @return how long nothing can become due, at most kLongest
    std::chrono::milliseconds run();
    static constexpr std::chrono::milliseconds kLongest{1000};

private:
    void endArrivals();
    void judgeComplete();
    void clearSettled();
    Result<> judge(const StudyRow& study);
    Result<> clear(const StudyRow& study);
    void report(const StudyRow& study, std::string_view doing, const Result<>& outcome);
    void nextAt(UnixMillis when);

    Workshop& shop_;
    UnixMillis next_ = 0;
};

}  // namespace gantry::agent
