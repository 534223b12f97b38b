#pragma once
/// All trials by enrolment of this site: their enrolments and the threads that follow their inboxes.

#include "inbox/follower.hpp"

namespace gantry::agent {

/// A trial by enrolment as people see it.
struct EnrolledTrial {
    Enrolment enrolment;
    UnixMillis certificate_ends = 0;  ///< 0: there is none yet
    InboxPoll poll;
    std::string missing;  ///< what it waits for before it can receive, in a sentence; "" when it can
};

/// Puts trials by enrolment in force as they were when gantryd stopped: before anything works on their
/// studies.
void restoreEnrolledTrials(const Config& config, Catalogue& catalogue, const Clock& clock,
                           TrialsInForce& trials, const std::optional<CrosswalkKeys>& crosswalk);

/// Thread-safe.
class SiteInbox {
public:
    /// Goes on with the enrolments that there are.
    static Result<std::unique_ptr<SiteInbox>> start(FollowerParts parts);

    /// Makes keys, asks, and follows. @errors as beginEnrolment; AlreadyExists: the AE title is another
    /// trial's
    Result<Enrolment> enrol(const EnrolmentWish& wish);
    /// The request, to be sent by hand. @errors NotFound
    Result<std::string> request(const std::string& trial) const;
    /// The answer, come by hand. @errors NotFound; as takeAnswer
    Result<Enrolment> answer(const std::string& trial, std::string_view text, const std::string& who);
    /// Looks into the inbox of that trial soon; "": of all. @errors NotFound
    Result<> pull(const std::string& trial);

    Result<std::vector<EnrolledTrial>> trials() const;

private:
    explicit SiteInbox(FollowerParts parts) : parts_(std::move(parts)) {}
    Result<> follow(const EnrolmentFolder& folder, const std::string& trial);
    Result<> audit(const std::string& who, std::string_view event, const std::string& detail);
    EnrolmentFolder folderOf(const std::string& trial) const;
    Result<> mustBeFree(const std::string& ae_title, const std::string& trial) const;

    FollowerParts parts_;
    std::mutex enrolling_;  ///< one at a time
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Follower>> followers_;  // by trial; guarded by mutex_
};

}  // namespace gantry::agent
