#pragma once
/// Which sites there are, who gets in as one of them, and who asks to (docs/formats/enrolment.md). All of it
/// is in the index: the hub and gantry-central see each other's changes at once.

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/central/index_database.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"
#include "gantry/uplink/certificates.hpp"

namespace gantry::central {

struct Site {
    std::string id;  ///< 1 to 64 of [A-Za-z0-9_.-], not starting with a dot
    UnixMillis created_at = 0;
    bool has_token = false;
    std::string recipient;      ///< "" until it is enrolled
    std::string statement_key;  ///< the same
    UnixMillis accepted_at = 0;
    std::string accepted_by;
    UnixMillis revoked_at = 0;  ///< 0: it may deliver
    std::string revoked_why;
    bool enrolled() const { return !recipient.empty(); }
    bool revoked() const { return revoked_at != 0; }
};

enum class EnrolmentState { Open, Requested, Accepted, Rejected };
std::string_view toString(EnrolmentState state);

struct Enrolment {
    std::string id;  ///< 32 random hex digits; who made the request knows it
    std::string site;
    EnrolmentState state = EnrolmentState::Open;
    std::string token;  ///< 32 bytes in hex; "" once it was decided
    UnixMillis made_at = 0;
    UnixMillis expires_at = 0;
    std::string request;      ///< as it came
    std::string fingerprint;  ///< what is compared over the telephone, in full
    std::string answer;       ///< of Accepted
};

bool isSiteId(std::string_view text);

/// Thread-safe; each call is one short transaction, durable when it returns.
class Sites {
public:
    /// Makes the index where there is none. @errors CatalogueBroken, Io
    static Result<std::unique_ptr<Sites>> open(const std::filesystem::path& directory, const Clock& clock);

    Result<std::vector<Site>> all();
    Result<std::optional<Site>> find(const std::string& id);
    /// The site whose token it is; nullopt for nobody's, and for a site that was revoked. Tokens are kept as
    /// SHA-256 alone: they are 256 random bits, so that a plain digest is as good as a slow one.
    Result<std::optional<std::string>> siteOfToken(std::string_view token);
    /// The site that the key of a certificate belongs to; nullopt for nobody's, for a revoked site, and once
    /// the certificate's time is over.
    Result<std::optional<std::string>> siteOfCertificate(const std::string& fingerprint);

    /// A site that shows a token. @return the token, which is kept nowhere. @errors AlreadyExists,
    /// InvalidArgument
    Result<std::string> addWithToken(const std::string& id);
    /// From now on it gets in neither by token nor by certificate. @errors NotFound
    Result<> revoke(const std::string& id, const std::string& why);

    Result<> addEnrolment(const Enrolment& enrolment);
    /// @errors NotFound
    Result<Enrolment> enrolment(const std::string& id);
    /// Newest first; of one site where it is named.
    Result<std::vector<Enrolment>> enrolments(const std::optional<std::string>& site = {});
    /// @errors Conflict: it is not open any more
    Result<> setRequested(const std::string& id, const std::string& request, const std::string& fingerprint);
    Result<> reject(const std::string& id);
    /// The site is enrolled with these keys; what it had before gets in no longer.
    /// @errors Conflict: it does not wait for a decision
    Result<> accept(const Enrolment& enrolment, const Site& site, const uplink::CertificateInfo& certificate);
    /// One more certificate of an enrolled site; those before it are good until they end.
    Result<> addCertificate(const std::string& site, const uplink::CertificateInfo& certificate);

private:
    Sites(IndexDatabase database, const Clock& clock) : database_(std::move(database)), clock_(clock) {}
    Result<> insertCertificate(const std::string& site, const uplink::CertificateInfo& certificate);
    std::mutex mutex_;
    IndexDatabase database_;  // guarded by mutex_
    const Clock& clock_;
};

/// Opens the directory's index, and addWithToken().
Result<std::string> addSite(const std::filesystem::path& directory, std::string_view id, const Clock& clock);

}  // namespace gantry::central
