#pragma once
/// The crosswalk as CSV: subject_id,patient_id,issuer,name,birth_date,sex; fields may stand in double quotes
/// (RFC 4180), a line end does not stand in a field.

#include <string_view>
#include <vector>

#include "workflow/crosswalk.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

struct CrosswalkEntry {
    std::string subject_id;
    Patient patient;
    std::size_t line = 0;  ///< of the file
};

inline constexpr std::string_view kCrosswalkHeader = "subject_id,patient_id,issuer,name,birth_date,sex";

/// @errors InvalidArgument with every bad line, by its number and without its values
Result<std::vector<CrosswalkEntry>> parseCrosswalk(std::string_view csv);

/// Links all of them or none; what is linked so already stays as it is. @return how many are new
/// @errors InvalidArgument: subjects that the trial does not have; Conflict: subjects or patients that are
/// linked
///         with another. Each by its line.
Result<int> importCrosswalk(Catalogue& catalogue, const Trial& trial,
                            const std::vector<CrosswalkEntry>& entries, const std::string& who,
                            UnixMillis now);

}  // namespace gantry::agent
