#pragma once
/// What the leak gate refused, what people took out of a study for it, and what the pack should learn from
/// that.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::agent {

struct LeakRow {
    std::string place;  ///< "Sequence[].Keyword", "bytes of PixelData"
    std::string what;   ///< kind of the value; never the value
    dicom::Tag tag{};   ///< attribute that can be removed; 0: the objects can only be withheld
    std::int64_t id = 0;
    StudyId study = 0;
    std::string settled = {};  ///< "", "removed", "withheld"
    std::vector<InstanceId> instances = {};
    std::vector<std::string> series = {};  ///< Series Instance UIDs, as sent
};

/// Adds the instance to the row of the same place and kind, or a row. An instance counts once.
void addLeak(std::vector<LeakRow>& leaks, const LeakRow& found, InstanceId instance);

/// In place of those of the passage before.
Result<> replaceLeaks(Database& db, StudyId study, const std::vector<LeakRow>& leaks);
Result<std::vector<LeakRow>> leaksOf(Database& db, StudyId study);
/// @errors NotFound
Result<LeakRow> leakById(Database& db, std::int64_t id);
/// Also every other open leak of the study that goes with the same attribute.
Result<> settleByRemoval(Database& db, const LeakRow& leak);
/// Keeps the leak's instances here; leaks of those instances alone are settled with it.
Result<> settleByWithholding(Database& db, const LeakRow& leak, const std::string& reason);

struct RemovalRow {
    StudyId study = 0;
    dicom::Tag tag{};
    std::string place, what, who, why;
    UnixMillis at = 0;
};
Result<> addRemoval(Database& db, const RemovalRow& removal);
Result<std::vector<RemovalRow>> removalsOf(Database& db, StudyId study);

/// An attribute that people removed again and again is a rule that the pack lacks.
struct ProposalRow {
    std::string trial_id;
    dicom::Tag tag{};
    std::string place, what;
    int studies = 0;
    std::vector<std::string> reasons;  ///< as people gave them; they stay at the site
};
Result<std::vector<ProposalRow>> proposals(Database& db);

}  // namespace gantry::agent
