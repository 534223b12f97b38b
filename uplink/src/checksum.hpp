#pragma once
/// The Upload-Checksum header of tus.

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

enum class ChecksumKind {
    Sha256Prefix,  ///< of the upload from its first byte to the chunk's last: gantry-hub's, see
                   ///< docs/formats/outbox-inbox.md
    Sha256,
    Sha1,
};

/// Computes the checksum of the next chunk while the one before is on the line, so that the line never waits
/// for it.
class ChecksumAhead {
public:
    struct Range {
        std::uint64_t offset = 0;  ///< in the file
        std::uint64_t length = 0;
        friend bool operator==(const Range&, const Range&) = default;
    };
    /// @param origin  where the upload begins in the file
    ChecksumAhead(ChecksumKind kind, int fd, std::uint64_t origin, std::stop_token stop);
    ~ChecksumAhead();
    /// Begins with `range` on a thread of its own. What was begun before is thrown away.
    void begin(Range range);
    /// "sha256 <Base64>" of `range`: the one that was begun if it is that, else computed now. @errors Io,
    /// Stopped
    Result<std::string> get(Range range);

private:
    class Sum;
    struct Outcome;
    Outcome compute(Range range) const;
    std::shared_ptr<const Sum> startFor(Range range) const;
    Result<std::string> take(Outcome outcome);

    const ChecksumKind kind_;
    const int fd_;
    const std::uint64_t origin_;
    const std::stop_token stop_;
    /// Of a prefix: the sums at the begin and at the end of the chunk that was asked for last.
    std::shared_ptr<const Sum> at_begin_, at_end_;
    Range range_;
    std::unique_ptr<Outcome> outcome_;  // the thread's until it is joined
    std::jthread thread_;
};

}  // namespace gantry::uplink
