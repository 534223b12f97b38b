#pragma once
/// One trial as it is in force here: its pack, its subjects, its keys, its sponsor's addresses.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/agent/config.hpp"
#include "gantry/anonymizer/engine.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/qc/pack.hpp"
#include "gantry/uplink/age.hpp"
#include "workflow/crosswalk.hpp"

namespace gantry::agent {

/// An expected subject. The hospital's patient ID is the crosswalk; it never leaves the site.
struct RosterEntry {
    std::string subject_id;
    std::string patient_id;  ///< (0010,0020) at the hospital; "" when not known yet
    std::string sex;         ///< as PatientSex; "" when not known
    std::string visit_id;    ///< the visit that is due; "" when not known
    std::optional<int> birth_year = {};
    std::string laterality = {};                      ///< "L", "R", "B"; "" when not known
    std::map<std::string, std::string> anchors = {};  ///< dates that visits are counted from, YYYYMMDD
    std::string left = {};  ///< YYYYMMDD since when the subject takes part no longer; "" while it does
};

/// The token in a file of mode 0600; "" where no file is named. @errors NotAllowed: open to others; NotFound
Result<std::string> loadToken(const std::filesystem::path& file);
/// CSV with the header subject_id,patient_id,sex,visit_id, after which birth_year, laterality and anchor:NAME
/// may follow; no quoting, so no value holds a comma.
/// @errors ConfigInvalid with every bad line
Result<std::vector<RosterEntry>> parseRoster(std::string_view csv);
/// The one subject that these identifiers name: hospital ID or subject ID; nullopt when none or several do.
std::optional<RosterEntry> findSubject(const std::vector<RosterEntry>& roster, std::string_view patient_id,
                                       std::string_view clinical_trial_subject_id);

struct Trial {
    TrialConfig config;
    qc::Pack pack;
    std::vector<RosterEntry> roster;
    anonymizer::DeidPolicy policy;
    anonymizer::DeidKeys keys;
    std::vector<uplink::AgeRecipient> recipients;
    std::vector<Ed25519PublicKey> receipt_keys;
    std::string bearer_token;
    std::string pack_refused =
        {};  ///< why the configured pack is not in force, and an older one is; "" usually
    std::vector<std::string> operators = {};      ///< OperatorsName of the trained ones
    std::optional<CrosswalkKeys> crosswalk = {};  ///< of the site; set once the catalogue is open
    std::string sending_stopped = {};  ///< sentence: why nothing of this trial may leave now; "" usually
    bool receives = true;  ///< false: no pack is in force yet; messages go out, images are not let in
    bool closed = false;  ///< not even messages may leave: the site takes part no longer
    std::optional<uplink::LineSchedule> sponsor_line = {};  ///< when the sponsor wants uploads; in force too
    std::chrono::minutes heartbeat_interval{15};

    const RosterEntry* subject(std::string_view subject_id) const;
};

/// The secret of the keyed mappings; made, mode 0600, when it is not there yet.
/// @errors ConfigInvalid: open to others, or no key; those of files
Result<anonymizer::DeidKeys> loadTrialKeys(const std::filesystem::path& file);

/// Reads all that the configuration names. The trial's key file is made, mode 0600, when it is not there yet.
/// @param data_directory  where the last good pack of each trial is kept: a bad pack leaves that one in force
/// @errors ConfigInvalid, or what reading a file gives, with the trial's id
Result<Trial> loadTrial(const TrialConfig& config, const std::filesystem::path& data_directory);

}  // namespace gantry::agent
