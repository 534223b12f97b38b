#pragma once
/// The trials as they are in force now. What comes in by the inbox (a pack, a roster) replaces one while the
/// others go on; whoever works with a trial holds it until the work is done, and so works with one pack from
/// end to end.

#include <functional>
#include <memory>
#include <mutex>

#include "workflow/trial.hpp"

namespace gantry::agent {

/// By the trial's id.
using Trials = std::map<std::string, Trial>;

/// Thread-safe.
class TrialsInForce {
public:
    explicit TrialsInForce(Trials trials = {}) : now_(std::make_shared<const Trials>(std::move(trials))) {}

    std::shared_ptr<const Trials> all() const {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    /// nullptr when there is none of that id.
    std::shared_ptr<const Trial> of(const std::string& id) const {
        auto trials = all();
        const auto found = trials->find(id);
        return found == trials->end() ? nullptr : std::shared_ptr<const Trial>(trials, &found->second);
    }
    /// Adds it, or replaces the one of its id.
    void put(Trial trial) {
        const std::lock_guard lock(mutex_);
        auto changed = std::make_shared<Trials>(*now_);
        const auto id = trial.config.id;
        changed->insert_or_assign(id, std::move(trial));
        now_ = std::move(changed);
    }
    /// Puts a changed copy in force; those who hold the former one keep it. False when there is none of that
    /// id.
    bool change(const std::string& id, const std::function<void(Trial&)>& how) {
        const std::lock_guard lock(mutex_);
        auto changed = std::make_shared<Trials>(*now_);
        const auto found = changed->find(id);
        if (found == changed->end()) return false;
        how(found->second);
        now_ = std::move(changed);
        return true;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Trials> now_;  // guarded by mutex_
};

}  // namespace gantry::agent
