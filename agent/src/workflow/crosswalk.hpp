#pragma once
/// The crosswalk: patients of the hospital and subjects of a trial, sealed under a key of this site
/// (docs/threat-model.md). Nothing of it leaves the site or stands in a log.

#include <filesystem>

#include "catalogue/catalogue.hpp"
#include "catalogue/crosswalk.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::agent {

/// As the hospital knows a patient. Text as in the images; "" where nothing is told.
struct Patient {
    std::string id;      ///< (0010,0020)
    std::string issuer;  ///< (0010,0021)
    std::string name;    ///< (0010,0010)
    std::string birth_date, sex;
    friend bool operator==(const Patient&, const Patient&) = default;
};

class CrosswalkKeys {
public:
    /// Reads the key file, 64 hex digits, mode 0600; makes it where no key was ever used here.
    /// @errors ConfigInvalid when the key is lost, is another one than the rows are sealed with, or can be
    /// read
    ///         by others. Nothing is guessed and nothing is replaced.
    static Result<CrosswalkKeys> open(const std::filesystem::path& file, Catalogue& catalogue);
    explicit CrosswalkKeys(Bytes site_key);

    /// Spaces around and the case of ASCII letters do not count.
    PatientHash hash(const Patient& patient) const;
    /// A row in force, ready to be added.
    LinkRow link(const std::string& trial, const std::string& subject, const Patient& patient,
                 std::string source, std::string who, UnixMillis at) const;
    /// @errors BadSignature: the row was altered, or belongs to another subject
    Result<Patient> patient(const LinkRow& link) const;
    /// The same for the same key, and tells nothing else of it.
    std::string checkValue() const;
    /// Seals what people's accounts keep secret; of the same site key.
    const SealingKey& peopleKey() const { return people_key_; }

private:
    Digest search_key_;
    SealingKey sealing_key_;
    Digest check_key_;
    SealingKey people_key_;
};

/// Below the data directory.
std::filesystem::path crosswalkKeyFile(const std::filesystem::path& data_directory);

}  // namespace gantry::agent
