#include "index_errors_poco.hpp"

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/SQLiteException.h>

#include <array>
#include <string>
#include <string_view>

namespace gantry::central {
namespace {

namespace sqlite = Poco::Data::SQLite;

struct SqlState {
    std::string_view begin;
    Errc code;
};
// PostgreSQL 15, appendix A: the first two characters are the class.
constexpr std::array kSqlStates = {
    SqlState{"23", Errc::Conflict},      // integrity constraint violation
    SqlState{"40", Errc::Busy},          // serialization failure, deadlock
    SqlState{"55P03", Errc::Busy},       // lock not available
    SqlState{"53100", Errc::DiskFull},   //
    SqlState{"53", Errc::Busy},          // insufficient resources, too many connections
    SqlState{"57P", Errc::NetworkDown},  // shut down by an administrator, starting up
    SqlState{"08", Errc::NetworkDown},   // connection exception
    SqlState{"28", Errc::NotAllowed},    // invalid authorization
    SqlState{"42501", Errc::Io},         // no right to a table
};

/// Poco gives the state as text alone.
std::string_view sqlStateOf(std::string_view text) {
    constexpr std::string_view kLabel = " State: ";
    const auto at = text.find(kLabel);
    return at == std::string_view::npos ? "" : text.substr(at + kLabel.size(), 5);
}

template <class... Thrown>
bool isOneOf(const Poco::Exception& thrown) {
    return ((dynamic_cast<const Thrown*>(&thrown) != nullptr) || ...);
}

Errc codeOf(const Poco::Exception& thrown, bool connected) {
    if (isOneOf<sqlite::ConstraintViolationException>(thrown)) return Errc::Conflict;
    if (isOneOf<sqlite::DBLockedException, sqlite::TableLockedException>(thrown)) return Errc::Busy;
    if (isOneOf<sqlite::DatabaseFullException>(thrown)) return Errc::DiskFull;
    if (isOneOf<sqlite::IOErrorException, sqlite::CantOpenDBFileException, sqlite::ReadOnlyException>(thrown))
        return Errc::Io;
    const auto state = sqlStateOf(thrown.message());
    for (const auto& row : kSqlStates)
        if (state.starts_with(row.begin)) return row.code;
    for (const auto* refusal : {"authentication failed", "no password supplied"})  // a login gets no state
        if (thrown.message().find(refusal) != std::string::npos) return Errc::NotAllowed;
    if (!connected ||
        isOneOf<Poco::Data::ConnectionFailedException, Poco::Data::NotConnectedException>(thrown))
        return Errc::NetworkDown;
    return Errc::CatalogueBroken;
}

}  // namespace

Error indexError(const Poco::Exception& thrown, bool connected) {
    const auto text = thrown.displayText();
    return fail(codeOf(thrown, connected), "the index: " + text.substr(0, text.find('\n')));
}

}  // namespace gantry::central
