#pragma once
/// The folder in which a client keeps what it trusts; docs/formats/tuf-client.md describes it.

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "../folder_lock.hpp"
#include "gantry/core/clock.hpp"
#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

/// What the client knows beside the metadata. Losing it costs one transfer, and the memory of the clock.
struct ClientState {
    UnixMillis clock = 0;          ///< when a timestamp was last found in force, by this machine's clock
    std::string timestamp_etag;    ///< what the server called the timestamp that is kept; "" for nothing
    std::string timestamp_sha256;  ///< of the timestamp that the tag is of
};

/// Every file appears whole or not at all; a killed process leaves a folder that the next one can use.
class LocalStore {
public:
    explicit LocalStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
    Result<FolderLock> lock(std::stop_token stop) const;

    /// The file of a role as it came. @errors NotFound, Io
    Result<std::string> read(std::string_view role) const;
    Result<> write(std::string_view role, std::string_view text) const;
    /// It need not be there.
    Result<> remove(std::string_view role) const;

    /// Empty where it is not there or cannot be read.
    ClientState readState() const;
    Result<> writeState(const ClientState& state) const;

private:
    std::filesystem::path fileOf(std::string_view role) const;
    std::filesystem::path folder_;
};

}  // namespace gantry::uplink::tuf
