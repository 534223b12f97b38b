#pragma once
/// The folder of a trial's sponsor end: where its keys lie, and what the trial says of itself.
///
///     sponsor.json              names and addresses; no secret
///     identity.txt              opens parcels and messages
///     receipt.key, receipt.pub  signs receipts, refusals and queries
///     keys/online.key           signs what is valid now, and single sites' statements
///     keys/desk.key, .pub       of the central team, with a passphrase
///     keys/authority.key, .pem  signs the sites' certificates
///     offline/NAME.key          a person's, with a passphrase: to be moved to where no network is
///     offline/NAME.pub
///     drafts/                   what waits for signatures
///     repository/               the inbox, unless it lies in a bucket

#include <filesystem>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"

namespace gantry::central {

struct SponsorFacts {
    std::string trial;
    std::string title;
    std::string hub;                  ///< "https://hub.example": enrolment; "" for none
    std::vector<std::string> outbox;  ///< where sites put objects
    std::vector<std::string> inbox;   ///< where they read the repository
    std::string ca;                   ///< PEM of the authorities of these servers; "": the system's
    /// Where the repository is written: "" for the folder, or "s3+https://…".
    std::string store;
    std::string store_credentials;  ///< file with the bucket's credentials; relative to the folder
    std::string store_ca;           ///< PEM file of the bucket's authorities; "" for the system's
    std::vector<std::string> people;       ///< names of those who sign offline
    std::vector<std::string> recipients;   ///< "age1…"
    std::vector<std::string> compromised;  ///< "age1…"
    std::vector<std::string> receipt_keys;  ///< "gantry-ed25519-public:…"
};

class SponsorFolder {
public:
    explicit SponsorFolder(std::filesystem::path directory) : directory_(std::move(directory)) {}
    const std::filesystem::path& directory() const { return directory_; }
    std::filesystem::path factsFile() const { return directory_ / "sponsor.json"; }
    std::filesystem::path identity() const { return directory_ / "identity.txt"; }
    std::filesystem::path receiptKey() const { return directory_ / "receipt.key"; }
    std::filesystem::path receiptPublic() const { return directory_ / "receipt.pub"; }
    std::filesystem::path onlineKey() const { return directory_ / "keys" / "online.key"; }
    /// Made, and in force once people have signed and published it.
    std::filesystem::path nextOnlineKey() const { return directory_ / "keys" / "online.next.key"; }
    std::filesystem::path nextDeskKey() const { return directory_ / "keys" / "desk.next.key"; }
    std::filesystem::path nextDeskPublic() const { return directory_ / "keys" / "desk.next.pub"; }
    std::filesystem::path deskKey() const { return directory_ / "keys" / "desk.key"; }
    std::filesystem::path deskPublic() const { return directory_ / "keys" / "desk.pub"; }
    std::filesystem::path authorityKey() const { return directory_ / "keys" / "authority.key"; }
    std::filesystem::path authority() const { return directory_ / "keys" / "authority.pem"; }
    std::filesystem::path offlineKey(const std::string& person) const;
    std::filesystem::path offlinePublic(const std::string& person) const;
    std::filesystem::path drafts() const { return directory_ / "drafts"; }
    std::filesystem::path repository() const { return directory_ / "repository"; }

    /// @errors NotFound: no trial was set up here; BadFormat
    Result<SponsorFacts> facts() const;
    Result<> save(const SponsorFacts& facts) const;

private:
    std::filesystem::path directory_;
};

/// 1 to 64 of [A-Za-z0-9_.-], not starting with a dot: trials, sites, people, packs.
bool isPlainName(std::string_view text);

/// trial.json as the sites read it, canonical. @param authority PEM of what signs the sites' certificates
Result<std::string> trialJson(const SponsorFacts& facts, const std::string& authority);

}  // namespace gantry::central
