#pragma once
/// A sponsor's inbox as docs/formats/inbox.md has it, made by the TUF writer and served by an HTTP server;
/// and a site that is enrolled there.

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "enrolment/enrolment.hpp"
#include "gantry/core/http_server.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/tuf_repository.hpp"
#include "inbox/follower.hpp"
#include "support.hpp"

namespace gantry::test {

/// Keys 1 to 3 are people (two must sign), 5 is the desk, 9 is online.
class SponsorInbox final : public http::Handler {
public:
    explicit SponsorInbox(const Clock& clock, std::string trial = "onc-demo", std::string site = "0417");
    ~SponsorInbox() override { server_.reset(); }

    struct File {
        std::string content;
        std::string custom = {};  ///< JSON
    };
    /// Lists these in the next version of a role and publishes. Which keys sign is `signers`, else those of
    /// the role.
    void publish(const std::string& role, const std::map<std::string, File>& files);
    void withdrawListing(const std::string& role, const std::string& path);
    /// trial.json with the sponsor's present keys.
    void publishTrial();
    /// Encrypted for a site's recipient.
    static std::string encryptedFor(const std::string& recipient, const std::string& text);
    /// Signed by the receipt key.
    std::string statement(const boost::json::object& content) const;

    /// @param hub  whether requests go to the hub by themselves
    std::string enrolmentFile(bool hub = false) const;
    /// What a person who accepts would send.
    std::string answerTo(const std::string& request_text) const;

    std::string address() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/inbox"; }
    /// Paths that were asked for since the last call.
    std::vector<std::string> asked();
    http::Response handle(const http::Request& request) override;

    uplink::AgeIdentity identity = uplink::AgeIdentity::generate();
    Ed25519Seed receipt_seed = uplink::generateSigningKey();
    std::vector<std::string> recipients{identity.recipient().toString()};
    std::vector<std::string> compromised;
    std::atomic<bool> down{false};       ///< answers 503
    std::atomic<bool> accepting{false};  ///< a person at the sponsor accepts what is asked
    std::atomic<bool> rejecting{false};
    std::atomic<int> renewed{0};

private:
    std::vector<Ed25519Seed> signersOf(const std::string& role) const;
    http::Response enrol(const http::Request& request);

    const Clock& clock_;
    std::string trial_, site_;
    TemporaryDirectory folder_ = temporaryDirectory();
    std::unique_ptr<uplink::ObjectStore> store_;
    std::unique_ptr<uplink::tuf::RepositoryWriter> writer_;
    uplink::tuf::OnlineKeys online_;
    std::string token_ = randomHex(32);
    std::mutex mutex_;
    std::vector<std::string> asked_;               // guarded by mutex_
    std::map<std::string, std::string> requests_;  // by id; guarded by mutex_
    std::unique_ptr<http::Server> server_;
};

}  // namespace gantry::test
