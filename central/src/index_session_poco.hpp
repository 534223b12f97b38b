#pragma once
/// A session of Poco::Data with either database, ready for the index.

#include <Poco/Data/Session.h>

#include "gantry/central/index_database.hpp"
#include "index_place.hpp"

namespace gantry::central {

/// Throws Poco::Exception.
Poco::Data::Session openSession(const IndexPlace& place, IndexDatabase::Access access);
/// Settings that a connection begins with, also one that was made anew. Throws Poco::Exception.
void prepareSession(Poco::Data::Session& session, const IndexPlace& place, IndexDatabase::Access access);

}  // namespace gantry::central
