#pragma once
/// A trial that this site was enrolled for, or asked to be: what stands in its folder below
/// data_directory/trials (docs/formats/enrolment.md). Keys are made here and never leave it.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/certificates.hpp"
#include "gantry/uplink/enrolment.hpp"

namespace gantry::agent {

/// enrolment.json
struct Enrolment {
    std::string trial, title, site, ae_title;
    std::vector<std::string> inbox;  ///< addresses
    std::string hub;                 ///< "": requests and answers go by hand
    std::string state;               ///< requested | accepted | rejected
    std::string request_id;          ///< of the hub; "" until it was asked
    std::string fingerprint;         ///< what people compare, 64 hexadecimal digits
    std::string enrolled_by;
    UnixMillis made_at = 0;
    std::string accepted_at, accepted_by;
};

/// The folder of one trial. Files are 0600, the folder 0700.
class EnrolmentFolder {
public:
    EnrolmentFolder(const std::filesystem::path& data_directory, const std::string& trial);
    /// Folders with an enrolment in them.
    static std::vector<EnrolmentFolder> all(const std::filesystem::path& data_directory);

    std::filesystem::path tlsKey() const { return folder_ / "site.key"; }
    std::filesystem::path certificate() const { return folder_ / "site.pem"; }
    std::filesystem::path authorities() const { return folder_ / "ca.pem"; }
    std::filesystem::path ageIdentity() const { return folder_ / "site.age"; }
    std::filesystem::path statementKey() const { return folder_ / "statement.key"; }
    std::filesystem::path trialKey() const { return folder_ / "trial.key"; }
    std::filesystem::path credentials() const { return folder_ / "s3.yaml"; }
    std::filesystem::path metadata() const { return folder_ / "inbox" / "metadata"; }
    std::filesystem::path request() const { return folder_ / "request.json"; }
    std::filesystem::path record() const { return folder_ / "enrolment.json"; }
    const std::filesystem::path& path() const { return folder_; }

    /// @errors NotFound; BadFormat
    Result<Enrolment> read() const;
    Result<> write(const Enrolment& enrolment) const;

private:
    explicit EnrolmentFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path folder_;
};

struct EnrolmentWish {
    std::string file;  ///< text of the enrolment file
    std::string ae_title;
    std::string software;
    std::string who;
};

/// Makes keys and request. The same file again gives what is there.
/// @errors BadFormat, Unsupported: not an enrolment file; InvalidArgument: a name that cannot be a folder's,
/// or
///         an AE title that is none; Expired; AlreadyExists: the site is enrolled for this trial
Result<Enrolment> beginEnrolment(const std::filesystem::path& data_directory, const EnrolmentWish& wish,
                                 UnixMillis now);

/// Puts the sponsor's answer in place. The same again changes nothing.
/// @errors BadFormat; Conflict: of another trial, site or request, or a certificate for another key
Result<Enrolment> takeAnswer(const EnrolmentFolder& folder, std::string_view answer);

/// Puts a renewed certificate in place. @errors BadFormat; Conflict: it is for another key
Result<> takeRenewed(const EnrolmentFolder& folder, std::string_view certificate);

/// A certificate is renewed when a third of its life is left.
bool isRenewalDue(const uplink::CertificateInfo& certificate, UnixMillis now);

}  // namespace gantry::agent
