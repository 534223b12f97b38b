#pragma once
/// A trial for each test: its keys with passphrases, a hub with TLS, and sites that enrol as real ones do.

#include <boost/json/object.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "gantry/central/hub.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/tuf.hpp"
#include "hub_fixture.hpp"
#include "office.hpp"

namespace gantry::test {

/// What an appliance makes and keeps.
struct EnrolledSite {
    std::string name;
    std::filesystem::path folder;  ///< site.key, site.pem
    uplink::AgeIdentity identity = uplink::AgeIdentity::generate();
    Ed25519Seed statement_key = uplink::generateSigningKey();
    std::string request;  ///< as it was sent
    std::string request_id;
};

/// A statement of a site, encrypted by age and sent by curl.
struct SentMessage {
    std::string text;    ///< the signed statement
    std::string sha256;  ///< of the encrypted bytes
    bool taken = false;
};

struct Trial {
    /// gantry-central init, as a process. @param more further options
    explicit Trial(const std::string& more = "");

    TemporaryDirectory folder = temporaryDirectory();
    central::SponsorFolder sponsor{folder.path() / "sponsor"};
    SystemClock clock;
    std::unique_ptr<central::Hub> hub;

    CommandOutcome command(const std::string& arguments) const;  ///< gantry-central
    /// Its output; the test fails unless it exits with 0.
    std::string run(const std::string& arguments) const;
    /// "--key … --passphrase-file …" of alice, bob or desk.
    std::string keyOf(const std::string& name) const;
    std::string directory() const { return sponsor.directory().string(); }

    /// A hub with TLS at localhost, with all keys. False: there is no openssl to make its certificate.
    bool startHub();
    /// curl, trusting the hub's authority. Prints the body, and the status on a line of its own.
    std::string curl(const std::string& options, const std::string& path) const;
    std::string url() const { return "https://localhost:" + std::to_string(hub->port()); }

    /// Its keys and its request with the file that gantry-central makes; nobody was asked yet.
    EnrolledSite prepareSite(const std::string& name) const;
    /// The whole of it over the hub, accepted.
    EnrolledSite enrol(const std::string& name) const;
    std::string post(const EnrolledSite& site) const;  ///< curl's output
    /// curl's options with which it shows the site's certificate.
    std::string as(const EnrolledSite& site) const;
    SentMessage sendMessage(const EnrolledSite& site, const std::string& id, boost::json::object content,
                            const Ed25519Seed& key) const;
    /// Its client of the inbox, over the hub, refreshed.
    uplink::tuf::Client inboxOf(const EnrolledSite& site) const;
};

}  // namespace gantry::test
