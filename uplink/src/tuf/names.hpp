#pragma once
/// Names of roles and targets as parts of URLs and of files.

#include <cstdint>
#include <string>
#include <string_view>

namespace gantry::uplink::tuf {

/// Percent-encoded but for letters, digits and "-._~" (RFC 3986 2.3): one segment, whatever it holds.
std::string encodedSegment(std::string_view text);
/// The same with "/" kept: a path.
std::string encodedPath(std::string_view text);

/// "7.role.json"; without a version "role.json" (3.1.2, 6.2.1).
std::string metadataFile(std::string_view role, std::int64_t version = 0);
/// "a/b/HASH.name" of "a/b/name" (6.2.1).
std::string withHash(std::string_view path, std::string_view hash);

/// `number` in lower-case hexadecimal, of that many digits.
std::string hexDigits(std::uint64_t number, std::size_t digits);

/// A name for a file that a path is kept under: no folders, and short enough for a file system.
std::string fileNameOf(std::string_view path);

}  // namespace gantry::uplink::tuf
