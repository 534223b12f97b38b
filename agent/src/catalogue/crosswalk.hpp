#pragma once
/// Rows of the crosswalk: which patient of the hospital is which subject of a trial. The patient's values are
/// sealed; what the rows are searched by is a keyed hash. Keys and rules: workflow/crosswalk.hpp.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

using LinkId = std::int64_t;

/// HMAC-SHA256 under the site's key, hex.
struct PatientHash {
    std::string patient;  ///< of the normalised PatientID
    std::string issuer;   ///< of IssuerOfPatientID; "" when none was told
    /// The same patient, as far as can be told: an issuer that one side does not tell stands against none.
    bool matches(const PatientHash& other) const {
        return patient == other.patient && (issuer.empty() || other.issuer.empty() || issuer == other.issuer);
    }
};

struct LinkRow {
    LinkId id = 0;
    std::string trial_id, subject_id;
    PatientHash patient;
    std::string sealed;  ///< Base64
    std::string source;  ///< person | roster | header | import | correction
    std::string who;
    UnixMillis at = 0;
};

/// Keeps the check value of the site's key, or compares with the one that is kept.
/// @errors Conflict: the rows are sealed with another key
Result<> keepKeyCheck(Database& db, const std::string& check_value);
/// True once a key was used here, so that a missing key file is a loss and no first start.
Result<bool> keyWasUsed(Database& db);

/// @errors Conflict when the subject or this very patient is linked already
Result<> addLink(Database& db, const LinkRow& link);
Result<> endLink(Database& db, LinkId link, const std::string& who, UnixMillis now);

// Of links in force only.
/// @param trial  "": of all trials
Result<std::vector<LinkRow>> links(Database& db, const std::string& trial);
Result<std::vector<LinkRow>> linksOfPatient(Database& db, const std::string& trial,
                                            const PatientHash& patient);
Result<std::optional<LinkRow>> linkOfSubject(Database& db, const std::string& trial,
                                             const std::string& subject);
/// @errors NotFound
Result<LinkRow> linkById(Database& db, LinkId link);

}  // namespace gantry::agent
