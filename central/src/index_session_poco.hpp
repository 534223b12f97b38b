#pragma once
/// A session of Poco::Data with either database, ready for the index.

#include <Poco/Data/Session.h>

#include "gantry/central/index_database.hpp"
#include "storage_places.hpp"

namespace gantry::central {

/// Throws Poco::Exception.
Poco::Data::Session openSession(const StoragePlaces& place, IndexDatabase::Access access);
/// Settings that a connection begins with, also one that was made anew. Throws Poco::Exception.
void prepareSession(Poco::Data::Session& session, const StoragePlaces& place, IndexDatabase::Access access);

}  // namespace gantry::central
