#pragma once
/// The header fields of tus 1.0.0 (tus.io/protocols/resumable-upload), as text and as values.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/clock.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry::central {

inline constexpr std::string_view kTusVersion = "1.0.0";
/// The last is ours: an upload whose metadata name a parcel is that parcel, put twice it is one, and its
/// digest is compared at the end.
inline constexpr std::string_view kTusExtensions =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation,"
    "gantry-objects";
inline constexpr std::string_view kTusChecksums = "sha256,sha1";
inline constexpr std::string_view kTusContentType = "application/offset+octet-stream";
/// The status of the checksum extension.
inline constexpr int kChecksumMismatch = 460;

/// A non-negative decimal integer and nothing else.
std::optional<std::uint64_t> parseCount(std::string_view text);

/// Upload-Metadata: comma-separated keys, each with its value in Base64 or none.
/// @errors InvalidArgument: an empty or doubled key, a value that is not Base64
Result<std::map<std::string, std::string>> parseMetadata(std::string_view text);

/// What Upload-Checksum promises, and the sum of what came.
class ChecksumCheck {
public:
    /// @errors InvalidArgument: not of its form, or an algorithm we do not offer
    static Result<ChecksumCheck> parse(std::string_view header);
    void update(Bytes piece);
    bool matches();
    ChecksumCheck(ChecksumCheck&&) noexcept;
    ~ChecksumCheck();

private:
    struct Impl;
    explicit ChecksumCheck(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// "Wed, 25 Jun 2014 16:00:00 GMT", RFC 9110 5.6.7.
std::string httpTime(UnixMillis millis);

}  // namespace gantry::central
