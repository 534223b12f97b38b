#pragma once
/// The rows of people.

#include <vector>

#include "gantry/core/sqlite.hpp"
#include "people/person.hpp"

namespace gantry::agent {

/// By full name; who left stands last.
Result<std::vector<Person>> people(Database& db);
/// @errors NotFound
Result<Person> personById(Database& db, PersonId id);
Result<std::optional<Person>> personByName(Database& db, const std::string& name);
/// @errors AlreadyExists: name or full name are another's
Result<PersonId> addPerson(Database& db, const Person& person);
/// All but name and full name, which stand in records.
Result<> updatePerson(Database& db, const Person& person);
/// @return false when a code of this step or a later one was used already
Result<bool> useTotpStep(Database& db, PersonId id, std::int64_t step);

}  // namespace gantry::agent
