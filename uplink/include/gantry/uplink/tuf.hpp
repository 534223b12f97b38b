#pragma once
/// A client of a TUF repository (specification 1.0.34, section 5): what it hands out was signed by those whom
/// root trusts with it, is no older than what was seen before, and is in force. docs/formats/tuf-client.md
/// describes the store, the limits and what is done where the specification leaves a choice.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

/// How files come from the repository.
class Fetcher {
public:
    struct Request {
        std::string url;
        std::uint64_t max_bytes = 0;  ///< more must not be taken
        std::string if_none_match;    ///< an ETag; "" to have the file in any case
    };
    enum class Found { Content, NotModified, Absent };
    struct Answer {
        Found found = Found::Absent;
        std::string body;
        std::string etag;  ///< "" when the server gives none
    };
    /// Takes a piece of a file; an error ends the transfer and is its result.
    using Sink = std::function<Result<>(Bytes)>;

    virtual ~Fetcher() = default;
    /// A small file, whole. @errors BadFormat: larger than allowed; those of the transport
    virtual Result<Answer> fetch(const Request& request, std::stop_token stop) = 0;
    /// A file of any size, in pieces. Content or Absent; the body goes to `sink`.
    virtual Result<Found> stream(const Request& request, const Sink& sink, std::stop_token stop) = 0;
};

/// Over HttpClient: HTTPS, or plain HTTP on loopback; redirects are not followed. What the server answers
/// with 403, 404 or 410 is absent: a bucket that may not be listed says 403 of what it has not.
Result<std::unique_ptr<Fetcher>> makeHttpFetcher(HttpClientConfig config);

/// No file above its limit is taken, whatever metadata says of its length.
struct Limits {
    std::uint64_t root_bytes = 512 << 10;
    std::uint64_t timestamp_bytes = 16 << 10;
    std::uint64_t snapshot_bytes = 2 << 20;
    std::uint64_t targets_bytes = 5 << 20;       ///< of one targets role's metadata
    std::uint64_t target_bytes = 4ull << 30;     ///< of one target
    std::uint64_t read_target_bytes = 16 << 20;  ///< of one target that is read into memory
    unsigned root_rotations = 256;               ///< new roots in one refresh
    unsigned delegations = 32;                   ///< roles visited in the search for one target
};

struct ClientConfig {
    std::filesystem::path metadata_dir;
    std::string metadata_url;
    std::filesystem::path target_dir;  ///< where downloads go; "" when none are made
    std::string target_url;            ///< "" when no target is fetched
    Limits limits;
    /// A clock that went back by more than this since the last refresh is not believed: what has expired
    /// would seem to be in force.
    std::chrono::minutes clock_tolerance{60};
};

/// A target as the most trusted role that may name it describes it.
struct Target {
    std::string path;
    std::string role;  ///< the role that names it
    TargetInfo info;
};

struct ClientParts;  // what the client is made of

/// Belongs to one thread at a time. Several, also of several processes, may share one metadata_dir: each call
/// that reads or writes metadata holds its lock.
class Client {
public:
    /// Puts the first trusted root into an empty folder, which is made. The same root again is a success.
    /// @errors AlreadyExists: another root is trusted there; BadFormat, Unsupported, BadSignature: not a root
    /// that is
    ///         signed by itself; Busy, Stopped, Io
    static Result<> initialize(const std::filesystem::path& metadata_dir, std::string_view root,
                               std::stop_token stop = {});

    Client(ClientConfig config, std::unique_ptr<Fetcher> fetcher);

    struct Refreshed {
        bool changed = false;  ///< false: timestamp, snapshot and targets are those of the refresh before
        std::int64_t root_version = 0;
        std::int64_t timestamp_version = 0;
        std::int64_t snapshot_version = 0;
    };
    /// Brings root, timestamp, snapshot and top-level targets up to date. Each is kept as soon as it is found
    /// good; a failure leaves what was trusted before, and the answers of the functions below are those of
    /// the last success.
    /// @param now the fixed update start time
    /// @errors NotFound: never initialized; Conflict: older than what was seen, a version that does not fit,
    /// or a
    ///         clock that went back; Expired; BadSignature, BadFormat, Unsupported: not what it must be, with
    ///         a sentence that says which file; Busy; those of the fetcher
    Result<Refreshed> refresh(UnixMillis now, std::stop_token stop = {});

    /// The target of that path, searched for as 5.6.7 says; delegated roles are fetched as they are needed.
    /// @errors NotFound: no such target; InvalidArgument: before the first refresh; otherwise as refresh
    Result<Target> target(std::string_view path, std::stop_token stop = {});
    /// All targets below a prefix that a role names, in the order of their paths: those that target() would
    /// give for their path. The role is looked for in the delegations, those of the top-level role first.
    /// @errors as target; NotFound: no such role
    Result<std::vector<Target>> list(std::string_view role, std::string_view prefix,
                                     std::stop_token stop = {});

    /// The bytes of a small target, checked. @errors BadSignature: not the bytes that were signed for;
    /// NotFound: the
    ///         server has it not; BadFormat: larger than read_target_bytes; Unsupported: a hash of an unknown
    ///         kind
    Result<std::string> read(const Target& target, std::stop_token stop = {});
    /// Brings the target to target_dir and says where it is. A file that is there with the right bytes is
    /// taken as it is. A file appears when all of it is checked, in place of an older one of the same path.
    /// @errors as read; BadFormat: larger than target_bytes; DiskFull, Io
    Result<std::filesystem::path> download(const Target& target, std::stop_token stop = {});

    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

private:
    std::unique_ptr<ClientParts> parts_;
};

}  // namespace gantry::uplink::tuf
