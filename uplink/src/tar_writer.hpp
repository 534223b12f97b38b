#pragma once
/// Writes a POSIX tar to a sink, entry by entry.

#include <cstdint>
#include <memory>
#include <string>

#include "gantry/core/result.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/parcel.hpp"

namespace gantry::uplink {

class TarWriter {
public:
    /// @param time  seconds since the epoch, for every entry
    TarWriter(ByteSink sink, std::int64_t time, TarCompression compression);
    ~TarWriter();
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    /// Begins a regular file; exactly `bytes` must follow.
    Result<> begin(const std::string& name, std::uint64_t bytes);
    Result<> write(Bytes bytes);
    Result<> finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace gantry::uplink
