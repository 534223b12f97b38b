#pragma once
/// Which studies still have an association open that brought images of them. Memory only: after a restart
/// none has.

#include <map>
#include <mutex>
#include <set>

#include "catalogue/instances.hpp"

namespace gantry::agent {

class Arrivals {
public:
    explicit Arrivals(const Clock& clock) : clock_(clock) {}
    void arrived(StudyId study, AssociationId association);
    void ended(AssociationId association);
    bool isOpen(StudyId study) const;
    /// When the last association of the study ended; 0 if none has since the start.
    UnixMillis lastEnd(StudyId study) const;
    void forget(StudyId study);

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<AssociationId, std::set<StudyId>> open_;  // guarded by mutex_
    std::map<StudyId, UnixMillis> last_end_;           // guarded by mutex_
};

}  // namespace gantry::agent
