#pragma once
/// Both ends of the link as they really are: gantry-central makes a trial, a hub with TLS serves it, a
/// gantryd enrols there and two people publish its pack.

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "gantry/agent/daemon.hpp"
#include "gantry/central/hub.hpp"
#include "office.hpp"
#include "support.hpp"
#include "wait.hpp"

namespace gantry::test {

inline constexpr auto kSoon = std::chrono::seconds(60);

struct SiteSide {
    /// @param id  the site's own number
    explicit SiteSide(const std::string& id = "0417");
    void start();
    boost::json::value call(const std::string& method, const std::string& path,
                            const boost::json::object& body = {});
    /// Looks into the inboxes until that holds.
    template <class F>
    bool comesTrue(F&& holds) {
        const auto look = [&] {
            if (holds()) return true;
            call("POST", "/inbox/pull");
            return false;
        };
        return waitUntil(look, kSoon);
    }
    boost::json::object inbox(const std::string& trial = "onc-demo");
    /// Sends the demonstration pack's series; every instance must be stored.
    void scan(const std::string& ae_title, std::uint64_t seed, const std::string& subject);

    TemporaryDirectory folder = temporaryDirectory();
    agent::Config config;
    std::unique_ptr<agent::Daemon> daemon;

private:
    std::string token() const;
};

/// A trial's sponsor end with a hub at https://localhost.
struct SponsorSide {
    /// @param addresses  where sites put objects before they come to the hub
    explicit SponsorSide(std::string trial_id = "onc-demo", const std::vector<std::string>& addresses = {});
    std::string run(const std::vector<std::string>& arguments) const;   ///< gantry-central; its output
    boost::json::array list(std::vector<std::string> arguments) const;  ///< with --json
    /// Lists one file in a role, signed by those who speak for it.
    void publish(const std::string& role, const std::string& path, const std::string& content);
    /// From the enrolment file to the accepted request.
    void enrol(SiteSide& site, const std::string& number, const std::string& ae_title) const;
    /// The demonstration pack as this trial's, and a roster of one subject; waits until both are in force.
    void bringIntoForce(SiteSide& site, const std::string& number, const std::string& subject);
    std::string directory() const { return sponsor.directory().string(); }

    TemporaryDirectory folder = temporaryDirectory();
    SystemClock clock;
    std::string trial;
    std::uint16_t port;
    central::SponsorFolder sponsor;
    bool has_openssl = false;
    std::unique_ptr<central::Hub> hub;
};

}  // namespace gantry::test
