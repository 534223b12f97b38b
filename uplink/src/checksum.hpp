#pragma once
/// The Upload-Checksum header of tus.

#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

enum class ChecksumKind { Sha256, Sha1 };

/// "sha256 <Base64>" of bytes [offset, offset + length) of the file. @errors Io
Result<std::string> checksumHeader(ChecksumKind kind, int fd, std::uint64_t offset, std::uint64_t length);

/// Computes the checksum of the next chunk while the one before is on the line, so that the line never waits
/// for it.
class ChecksumAhead {
public:
    struct Range {
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        friend bool operator==(const Range&, const Range&) = default;
    };
    ChecksumAhead(ChecksumKind kind, int fd) : kind_(kind), fd_(fd) {}
    /// Begins with `range` on a thread of its own. What was begun before is thrown away.
    void begin(Range range);
    /// The checksum of `range`: the one that was begun if it is that, else computed now.
    Result<std::string> get(Range range);

private:
    ChecksumKind kind_;
    int fd_;
    Range range_;
    std::optional<Result<std::string>> result_;  // the thread's until it is joined
    std::jthread thread_;
};

}  // namespace gantry::uplink
