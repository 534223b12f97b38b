#pragma once
/// From arrived to judged: completion, identity, checks, hold or clearance.

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "catalogue/studies.hpp"
#include "workflow/arrivals.hpp"
#include "workflow/line.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

/// What workflow steps share. `changed` tells the page that a study has news.
struct Workshop {
    const Config& config;
    Catalogue& catalogue;
    Arrivals& arrivals;
    const Clock& clock;
    const TrialsInForce& trials;
    std::function<void(StudyId)> changed;
    std::shared_ptr<Line> line = std::make_shared<Line>(config.uploads.schedule);
    UnixMillis started_at = clock.nowMillis();
    /// Each adds to the heartbeat of a trial what it knows; set before any thread starts.
    std::vector<std::function<void(const Trial&, boost::json::object&)>> heartbeat_parts = {};
    bool measures_pixels = false;  ///< an ImageStep runs: sending waits a while for what it finds

    bool recognises_phantoms = false;  ///< a PhantomStep runs: nothing leaves before it has looked

    std::shared_ptr<const Trial> trialOf(const StudyRow& study) const { return trials.of(study.trial_id); }
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
