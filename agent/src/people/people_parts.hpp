#pragma once
/// What the parts of People share.

#include "people/people.hpp"

namespace gantry::agent {

/// Small letters, spaces around taken away.
std::string signInName(std::string_view typed);
/// @errors InvalidArgument
Result<NewPerson> checkedPerson(const NewPerson& person);
/// @errors Conflict
Result<> mustLeaveSiteIt(Database& db, PersonId without);

}  // namespace gantry::agent
