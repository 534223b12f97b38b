#pragma once
/// The Upload-Checksum header of tus.

#include <cstdint>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

enum class ChecksumKind { Sha256, Sha1 };

/// "sha256 <Base64>" of bytes [offset, offset + length) of the file. @errors Io
Result<std::string> checksumHeader(ChecksumKind kind, int fd, std::uint64_t offset, std::uint64_t length);

}  // namespace gantry::uplink
