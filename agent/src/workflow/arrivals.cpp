#include "workflow/arrivals.hpp"

#include <algorithm>

namespace gantry::agent {

void Arrivals::arrived(StudyId study, AssociationId association) {
    const std::lock_guard lock(mutex_);
    open_[association].insert(study);
}

void Arrivals::ended(AssociationId association) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(association);
    if (found == open_.end()) return;
    for (const auto study : found->second) last_end_[study] = clock_.nowMillis();
    open_.erase(found);
}

bool Arrivals::isOpen(StudyId study) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(open_, [&](const auto& entry) { return entry.second.contains(study); });
}

UnixMillis Arrivals::lastEnd(StudyId study) const {
    const std::lock_guard lock(mutex_);
    const auto found = last_end_.find(study);
    return found == last_end_.end() ? 0 : found->second;
}

void Arrivals::forget(StudyId study) {
    const std::lock_guard lock(mutex_);
    last_end_.erase(study);
}

}  // namespace gantry::agent
