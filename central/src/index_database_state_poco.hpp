#pragma once
#include "gantry/central/index_database.hpp"
#include "index_session_poco.hpp"

namespace gantry::central {

struct IndexDatabase::State {
    Poco::Data::Session session;
    StoragePlaces place;
    Access access;
    std::int64_t changes = 0;
    bool in_transaction = false;  ///< a connection that is lost in one is not made anew before it ended
};

}  // namespace gantry::central
