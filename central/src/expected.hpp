#pragma once
/// Whom the central team expects where: what its last roster of each site says.

#include <filesystem>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "roster.hpp"

namespace gantry::central {

struct ExpectedVisit {
    std::string visit;
    std::string from;  ///< YYYYMMDD; "" when it is not told
    std::string to;
};

struct ExpectedSubject {
    std::string site;
    std::string subject;
    std::string left;     ///< YYYYMMDD since when the subject takes part no longer; "" while it does
    std::string roster;   ///< all that the roster says of it, JSON
    std::vector<ExpectedVisit> visits;  ///< as the roster lists them; none: those of the pack
};

/// In place of what these sites had, with a line in the audit.
Result<> keepExpected(const std::filesystem::path& directory, const Rosters& rosters, const Clock& clock);
/// By site and subject.
Result<std::vector<ExpectedSubject>> expectedSubjects(const std::filesystem::path& directory);

}  // namespace gantry::central
