#pragma once
/// Reads a tar of regular files, compressed by Zstandard or not, trusting nothing in it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "envelope_reader.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct TarEntry {
    std::string name;
    std::uint64_t bytes = 0;
};

class TarReader {
public:
    explicit TarReader(PieceSource source);
    ~TarReader();
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;

    /// Nullopt: the tar's end. @errors BadFormat: not a tar, or an entry that is not a plain regular file;
    /// those of the source
    Result<std::optional<TarEntry>> next();
    /// The next piece of the entry; empty at its end. Valid until the next call.
    Result<Bytes> read();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gantry::uplink
