#pragma once
/// Follows one trial's inbox: asks, takes what is new, puts what is due in force. A thread of its own.

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "gantry/uplink/tuf.hpp"
#include "inbox/enrolled_trial.hpp"
#include "inbox/inbox_rows.hpp"
#include "inbox/taking.hpp"
#include "workflow/bell.hpp"

namespace gantry::agent {

/// Puts a message into the outbox of a trial.
using Tell = std::function<Result<>(const Trial&, std::string_view kind, const boost::json::object& fields)>;

struct FollowerParts {
    TakingParts taking;
    std::optional<CrosswalkKeys> crosswalk;
    std::function<void()> trials_changed;  ///< a trial came, or changed
    std::function<void()> news;            ///< the inbox was looked at
    Tell tell;                             ///< not set: what is due to be told waits in the catalogue
};

/// When the inbox of a site is asked next: each site at a share of the interval of its own, 10 % sooner or
/// later at random.
/// @param chance  -1 to 1
UnixMillis nextPoll(UnixMillis now, std::chrono::minutes interval, std::string_view trial,
                    std::string_view site, double chance);

class Follower {
public:
    /// @param runs  false: a test drives it by step()
    static Result<std::unique_ptr<Follower>> start(FollowerParts parts, EnrolmentFolder folder,
                                                   bool runs = true);
    ~Follower();

    /// All that can be done now: the hub's answer, the inbox, packs whose time has come, messages.
    void step(std::stop_token stop = {});
    /// Looks soon.
    void ring() { bell_.ring(); }
    const EnrolmentFolder& folder() const { return folder_; }

private:
    Follower(FollowerParts parts, EnrolmentFolder folder)
        : parts_(std::move(parts)), folder_(std::move(folder)) {}
    void run(const std::stop_token& stop);
    Result<> pull(const Enrolment& enrolment, const std::stop_token& stop);
    Result<> pullFrom(const std::string& address, const Enrolment& enrolment, const std::stop_token& stop);
    Result<std::vector<InboxTarget>> targets(uplink::tuf::Client& client, const Enrolment& enrolment,
                                             const std::stop_token& stop);
    /// Asks the hub where a person has not answered yet. @return the enrolment as it is then
    Result<Enrolment> askedIfOpen(const Enrolment& enrolment, const std::stop_token& stop);
    Result<> audit(std::string_view event, const std::string& detail);
    Result<> renewIfDue(const Enrolment& enrolment, const std::stop_token& stop);
    Result<> putInForce(const Enrolment& enrolment);
    void tellWhatIsDue(const std::string& trial);
    std::chrono::milliseconds untilNext();
    UnixMillis now() const { return parts_.taking.clock.nowMillis(); }

    FollowerParts parts_;
    EnrolmentFolder folder_;
    InboxPoll poll_;
    std::string composed_;                              // of what the trial was put together last
    std::map<std::string, uplink::tuf::Target> found_;  // by path, of the present pull
    UnixMillis renewal_tried_ = 0;
    std::minstd_rand random_{std::random_device{}()};
    double chance_ = 0;  // of the wait for the next look, -1 to 1
    Bell bell_;
    std::jthread thread_;
};

}  // namespace gantry::agent
