#include "index_session_poco.hpp"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <sys/stat.h>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>
#include <mutex>

namespace gantry::central {
namespace {

using Poco::Data::Keywords::now;
using Access = IndexDatabase::Access;

/// SQLite's own URI, since its connector has no other way to say how a file is opened.
std::string sqliteUri(const std::filesystem::path& file, Access access) {
    const auto path = std::filesystem::absolute(file).string();
    return "file:" + boost::urls::encode(path, boost::urls::pchars + '/') +
           (access == Access::ReadOnly ? "?mode=ro" : "?mode=rwc");
}

}  // namespace

Poco::Data::Session openSession(const StoragePlaces& place, Access access) {
    static std::once_flag once;
    std::call_once(once, [] {
        Poco::Data::SQLite::Connector::registerConnector();
        Poco::Data::PostgreSQL::Connector::registerConnector();
    });
    Poco::Data::Session session =
        place.isPostgres()
            ? Poco::Data::Session(Poco::Data::PostgreSQL::Connector::KEY, place.postgres)
            : Poco::Data::Session(Poco::Data::SQLite::Connector::KEY, sqliteUri(place.sqlite, access));
    prepareSession(session, place, access);
    return session;
}

void prepareSession(Poco::Data::Session& session, const StoragePlaces& place, Access access) {
    if (place.isPostgres()) {
        session << "SET lock_timeout = '10s'", now;
        session << "SET idle_in_transaction_session_timeout = '60s'", now;
        if (access == Access::ReadOnly) session << "SET default_transaction_read_only = on", now;
        return;
    }
    session << "PRAGMA busy_timeout=10000", now;
    if (access == Access::ReadWrite) {
        ::chmod(place.sqlite.c_str(), 0600);
        session << "PRAGMA journal_mode=WAL", now;
        session << "PRAGMA synchronous=FULL", now;
    }
    session << "PRAGMA foreign_keys=ON", now;
    session << "PRAGMA trusted_schema=OFF", now;
}

}  // namespace gantry::central
