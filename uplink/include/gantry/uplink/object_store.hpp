#pragma once
/// Where the sponsor end keeps objects: a directory or a bucket, and nothing above knows which.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"
#include "gantry/uplink/s3.hpp"

namespace gantry::uplink {

/// What is known of an object without reading it.
struct ObjectInfo {
    std::string name;
    std::uint64_t bytes = 0;
    std::string tag;          ///< changes when the content is replaced; opaque
    UnixMillis modified = 0;  ///< to the second at least
};

struct ObjectPage {
    std::vector<ObjectInfo> objects;  ///< ascending by the bytes of their names
    bool more = false;                ///< ask again with after = the last name
};

struct ByteRange {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length = {};  ///< to the end when absent; cut at the end
};

/// Given each piece in order; its error ends the reading and is handed on.
using ByteSink = std::function<Result<>(Bytes)>;

enum class Existing { Replace, Refuse };

/// Names are paths below the store: segments joined by '/', each 1 to 200 bytes of UTF-8 without control
/// characters and backslash, none beginning with '.'; 700 bytes in all. Others are Errc::InvalidArgument.
///
/// Each object appears whole or not at all, is on stable storage when put() says so, and is seen by every
/// reader from then on. Thread-safe; several processes, on several machines where it is a bucket, may use one
/// store at once.
/// @errors besides those named: what the file system gives, or for a bucket NetworkDown, Timeout, PeerBusy,
/// PeerRefused,
///         NotAllowed, ClockWrong, Stopped
class ObjectStore {
public:
    virtual ~ObjectStore() = default;
    /// @errors AlreadyExists: Existing::Refuse, and there is one. Of several that put at once with Refuse one
    /// succeeds.
    virtual Result<> put(const std::string& name, Bytes content, Existing existing,
                         std::stop_token stop = {}) = 0;
    /// The content of a file, of any size, memory flat.
    virtual Result<> putFile(const std::string& name, const std::filesystem::path& file, Existing existing,
                             std::stop_token stop = {}) = 0;
    /// What is read is one content from first byte to last. @errors NotFound; Conflict: it was replaced
    /// meanwhile
    virtual Result<> get(const std::string& name, ByteRange range, const ByteSink& sink,
                         std::stop_token stop = {}) = 0;
    /// @errors NotFound
    virtual Result<ObjectInfo> head(const std::string& name, std::stop_token stop = {}) = 0;
    /// Objects whose names begin with `prefix` ("" for all; it need not end at a '/') and come after `after`.
    /// @param most  1 to 1000
    virtual Result<ObjectPage> list(const std::string& prefix, const std::string& after, int most,
                                    std::stop_token stop = {}) = 0;
    /// One that is not there is a success.
    virtual Result<> remove(const std::string& name, std::stop_token stop = {}) = 0;

    /// The whole object. @errors NotFound; BadFormat: more than `limit` bytes
    Result<std::string> read(const std::string& name, std::uint64_t limit, std::stop_token stop = {});
};

/// @errors InvalidArgument
Result<> checkObjectName(std::string_view name);

/// Files below `directory`, which is made. A name cannot be another one's folder: Errc::Conflict.
Result<std::unique_ptr<ObjectStore>> openDirectoryStore(const std::filesystem::path& directory);
/// Keys below the location's prefix. Existing::Refuse needs a server that knows If-None-Match; objects of
/// more than 5 GiB can be refused only where CompleteMultipartUpload knows it too.
/// @errors those of checkS3Config and loadS3Credentials
Result<std::unique_ptr<ObjectStore>> openS3Store(S3Config config);

}  // namespace gantry::uplink
