#pragma once
/// Takes what stands in a trial's inbox: each target once, in one transaction with its audit entry. What
/// cannot be used is refused, with its reasons, and the sponsor is told.

#include <functional>

#include "catalogue/catalogue.hpp"
#include "enrolment/enrolment.hpp"
#include "gantry/uplink/receipt.hpp"
#include "inbox/documents.hpp"
#include "inbox/packs.hpp"
#include "workflow/trials_in_force.hpp"

namespace gantry::agent {

/// A target as the repository's metadata describe it.
struct InboxTarget {
    std::string path;
    std::string digest;  ///< SHA-256 of the content, hexadecimal
    std::string custom;  ///< JSON of the metadata's "custom"; "" for none
    std::uint64_t bytes = 0;
    /// What inbox_item keeps: the content, and what the metadata say of it.
    std::string itemDigest() const;
};

struct TakingParts {
    const Config& config;
    Catalogue& catalogue;
    const Clock& clock;
    TrialsInForce& trials;
    std::function<void(StudyId)> study_changed;
};

/// Of one trial; belongs to one thread.
class Taking {
public:
    /// @errors those of reading the keys
    static Result<Taking> open(TakingParts parts, const EnrolmentFolder& folder, const Enrolment& enrolment);

    /// Whether it was looked at already. @errors those of the catalogue
    Result<bool> isKnown(const InboxTarget& target);
    /// Whether its content is needed. What is only offered is not fetched.
    static bool needsContent(const InboxTarget& target) { return !target.path.starts_with("software/"); }
    /// A refusal is a success here. @errors those of the catalogue and of files: to be asked again
    Result<> take(const InboxTarget& target, const std::string& content);

private:
    using Change = std::function<Result<>(Database&)>;
    Taking(TakingParts parts, Enrolment enrolment, std::vector<uplink::AgeIdentity> identities)
        : parts_(std::move(parts)), enrolment_(std::move(enrolment)), identities_(std::move(identities)) {}

    Result<Change> prepare(const InboxTarget& target, const std::string& content);
    Result<> refuse(const InboxTarget& target, const Error& why);
    Result<Change> trialDocument(const std::string& content);
    Result<Change> settings(const std::string& name, const std::string& content);
    Result<Change> roster(const std::string& content);
    Result<Change> software(const InboxTarget& target);
    Result<Change> receipt(const std::string& content);
    Result<Change> refusal(const std::string& content);
    Result<Change> query(const std::string& content);
    Result<std::string> opened(const std::string& content) const;
    Result<std::vector<Ed25519PublicKey>> receiptKeys();
    Change document(const std::string& name, const std::string& content);

    /// Once the change is durable.
    void afterwards(std::function<void()> what) { afterwards_.push_back(std::move(what)); }
    void studyChanged(StudyId study);

    TakingParts parts_;
    Enrolment enrolment_;
    std::vector<uplink::AgeIdentity> identities_;
    std::vector<std::function<void()>> afterwards_;
};

}  // namespace gantry::agent
