#pragma once
/// Tells the sponsor which parcels are not true any more, by parcels without images. It waits for no verdict:
/// what is under the wrong subject there must go soon.

#include "catalogue/parcels.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

class WithdrawalStep {
public:
    explicit WithdrawalStep(Workshop& shop) : shop_(shop) {}
    /// Deletes what was cancelled, and makes the withdrawals that are due. @return true if one was made
    bool run();

private:
    void removeCancelled();
    /// @param former  parcels of one study that went out under one subject
    Result<> withdraw(const StudyRow& study, const Trial& trial, const std::vector<ParcelRow>& former);

    Workshop& shop_;
    UnixMillis not_before_ = 0;
};

}  // namespace gantry::agent
