#pragma once
/// A trial's inbox from the sponsor's side: what is published, what waits for signatures, and publishing it.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/uplink/object_store.hpp"
#include "gantry/uplink/tuf_repository.hpp"
#include "inbox_roles.hpp"
#include "sponsor_folder.hpp"

namespace gantry::central {

/// How far a draft is from being published.
struct DraftState {
    std::string role;
    std::int64_t version = 0;
    bool complete = false;
    std::vector<std::string> signed_by;  ///< names, or key identifiers where no name is known
    std::vector<std::string> missing;    ///< of those who may still sign
    std::uint64_t more = 0;              ///< so many of `missing` are needed
};

/// Path to content, of targets that go out with a role.
using Contents = std::map<std::string, std::string>;

/// The store that the trial's inbox is written to, and served from. @errors those of the store
Result<std::unique_ptr<uplink::ObjectStore>> openRepository(const SponsorFolder& folder,
                                                            const SponsorFacts& facts);

/// Belongs to one thread at a time; several processes may work on one inbox, see RepositoryWriter.
class Office {
public:
    /// @errors NotFound: no trial here; those of the store
    static Result<std::unique_ptr<Office>> open(const SponsorFolder& folder);

    const SponsorFolder& folder() const { return folder_; }
    const SponsorFacts& facts() const { return facts_; }
    uplink::ObjectStore& store() { return *store_; }
    uplink::tuf::RepositoryWriter& writer() { return writer_; }
    /// @errors NotFound: this machine has not the online key
    Result<uplink::tuf::OnlineKeys> onlineKeys() const;

    /// What the next version of a role begins with: its draft, else what is published. Version and expiry are
    /// set; nothing of either is changed.
    Result<uplink::tuf::Targets> next(const std::string& role, UnixMillis now);

    /// Puts the role's metadata, and what it newly lists, among the drafts; a former draft of it is replaced.
    Result<> propose(const std::string& role, const std::string& text, const Contents& contents = {});
    /// Nullopt: there is none.
    Result<std::optional<std::string>> draft(const std::string& role) const;
    /// In the order in which they are published.
    Result<std::vector<DraftState>> drafts();
    /// Adds a signature to every draft that the key may sign, or to that of one role. @return their roles
    Result<std::vector<std::string>> signDrafts(const Ed25519Seed& seed, const std::string& only = {});
    /// Publishes all drafts, and removes them. @return the snapshot's version
    /// @errors BadSignature: signatures are missing, named; NotFound: no draft; those of RepositoryWriter
    Result<std::int64_t> publishDrafts(UnixMillis now);

    /// Signs with one key and publishes at once: desk, online, and the roles of sites.
    Result<std::int64_t> publish(const std::vector<uplink::tuf::SignedRole>& roles, const Contents& contents,
                                 UnixMillis now);
    /// A new snapshot and timestamp; roles of the online key that end within two months are signed anew.
    Result<std::int64_t> refresh(UnixMillis now);
    /// The published root's metadata file. @errors NotFound
    Result<std::string> rootText();

    /// The name of who holds that key, as far as the folder knows.
    std::string nameOf(const std::string& key_id) const;

private:
    Office(SponsorFolder folder, SponsorFacts facts, std::unique_ptr<uplink::ObjectStore> store);
    struct Signers {
        uplink::tuf::RoleKeys role;
        uplink::tuf::Keys keys;
    };
    /// Adds what a new online key signs to a publication with the root that lists it. @return the keys to publish by
    Result<uplink::tuf::OnlineKeys> keysFor(uplink::tuf::Publication& publication, UnixMillis now);
    /// Keys that were made to replace others are theirs from now on, where what is published lists them.
    Result<> takeNextKeys();
    /// Who must sign that draft; two of them for a root that follows another.
    Result<std::vector<Signers>> signersOf(const std::string& role);
    Result<DraftState> stateOf(const std::string& role);
    Result<uplink::tuf::Targets> current(const std::string& role);
    Result<std::vector<std::string>> draftRoles() const;
    std::filesystem::path draftFile(const std::string& role) const;

    SponsorFolder folder_;
    SponsorFacts facts_;
    std::unique_ptr<uplink::ObjectStore> store_;
    uplink::tuf::RepositoryWriter writer_;
};

}  // namespace gantry::central
