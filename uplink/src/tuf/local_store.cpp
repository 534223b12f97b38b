#include "local_store.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>

#include "../json_fields.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kPatience{60};
constexpr std::uint64_t kMostFile = 64u << 20;
constexpr std::uint64_t kMostState = 64u << 10;
// Neither is a ".json", so that no role's file can meet them.
constexpr std::string_view kLockFile = "lock";
constexpr std::string_view kStateFile = "state";

Result<ClientState> stateFrom(std::string_view text) {
    const auto value = GANTRY_TRY(parseJson(text, "state"));
    const auto fields = GANTRY_TRY(Fields::of(value, "state"));
    ClientState state;
    state.clock = static_cast<UnixMillis>(GANTRY_TRY(fields.number("clock_ms")));
    state.timestamp_etag = GANTRY_TRY(fields.text("timestamp_etag"));
    state.timestamp_sha256 = GANTRY_TRY(fields.text("timestamp_sha256"));
    return state;
}

}  // namespace

Result<FolderLock> LocalStore::lock(std::stop_token stop) const {
    return FolderLock::take(folder_ / kLockFile, kPatience, std::move(stop));
}

std::filesystem::path LocalStore::fileOf(std::string_view role) const {
    return folder_ / (fileNameOf(role) + ".json");
}

Result<std::string> LocalStore::read(std::string_view role) const {
    return readFile(fileOf(role), kMostFile);
}

Result<> LocalStore::write(std::string_view role, std::string_view text) const {
    return writeFileDurably(fileOf(role), asBytes(text));
}

Result<> LocalStore::remove(std::string_view role) const {
    if (::unlink(fileOf(role).c_str()) != 0)
        return errno == ENOENT ? Result<>() : failErrno("forgetting " + std::string(role), errno);
    return syncDirectory(folder_);
}

ClientState LocalStore::readState() const {
    const auto text = readFile(folder_ / kStateFile, kMostState);
    const auto state = text ? stateFrom(*text) : Result<ClientState>(text.error());
    return state ? *state : ClientState();
}

Result<> LocalStore::writeState(const ClientState& state) const {
    const json::object out{{"clock_ms", state.clock},
                           {"timestamp_etag", state.timestamp_etag},
                           {"timestamp_sha256", state.timestamp_sha256}};
    return writeFileDurably(folder_ / kStateFile, asBytes(json::serialize(out) + "\n"));
}

}  // namespace gantry::uplink::tuf
