#pragma once
/// The threads that move studies from state to state, and who wakes whom.

#include <map>
#include <memory>
#include <thread>

#include "images/image_step.hpp"
#include "phantom/phantom_step.hpp"
#include "workflow/courier.hpp"
#include "workflow/dispatch_step.hpp"
#include "workflow/withdrawal_step.hpp"

namespace gantry::agent {

class Conductor {
public:
    /// @param changed  called from any thread when a study has news
    static Result<std::unique_ptr<Conductor>> start(const Config& config, Catalogue& catalogue,
                                                    const Clock& clock, const TrialsInForce& trials,
                                                    const std::filesystem::path& spool_folder,
                                                    std::function<void(StudyId)> changed);
    ~Conductor();

    void arrived(StudyId study, AssociationId association);
    void ended(AssociationId association);
    /// A person decided something about a study.
    void decided();
    /// A trial came, or its sponsor's addresses or this site's certificate changed.
    void trialsChanged();
    /// What steps of the workflow share.
    Workshop& workshop() { return shop_; }
    /// Bytes a second of all uploads together.
    std::uint64_t uploadRate() const;
    /// Which of its sponsor's addresses each trial uses; 0: the first.
    std::map<std::string, std::size_t> addressesInUse() const;

private:
    Conductor(const Config& config, Catalogue& catalogue, const Clock& clock, const TrialsInForce& trials,
              std::function<void(StudyId)> changed);
    void judgeLoop(const std::stop_token& stop);
    void dispatchLoop(const std::stop_token& stop);
    void imageLoop(const std::stop_token& stop);
    void studyChanged(StudyId study);
    /// Gives each trial by enrolment a courier to its sponsor as it is known now.
    void followTrials();

    std::function<void(StudyId)> changed_;
    Arrivals arrivals_;
    Workshop shop_;
    Bell judge_bell_;
    Bell dispatch_bell_;
    Bell image_bell_;
    std::optional<DispatchStep> dispatch_;
    std::optional<PhantomStep> phantoms_;
    std::optional<ImageStep> images_;
    std::atomic<bool> trials_changed_{true};
    mutable std::mutex couriers_mutex_;
    std::map<std::string, std::unique_ptr<Courier>> couriers_;  // by trial; guarded by couriers_mutex_
    std::map<std::string, std::string> sponsors_;  // of trials by enrolment: whom the courier goes to
    std::jthread judge_thread_;
    std::jthread dispatch_thread_;
    std::jthread image_thread_;
};

}  // namespace gantry::agent
