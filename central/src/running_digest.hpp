#pragma once
/// SHA-256 (FIPS 180-4) of bytes that are still coming, which can be asked for, and gone back to, on the way.

#include <cstdint>
#include <memory>

#include "gantry/core/crypto.hpp"

namespace gantry::central {

class RunningDigest {
public:
    RunningDigest();
    RunningDigest(const RunningDigest& other);
    RunningDigest& operator=(const RunningDigest& other);
    RunningDigest(RunningDigest&&) noexcept;
    RunningDigest& operator=(RunningDigest&&) noexcept;
    ~RunningDigest();

    void update(Bytes bytes);
    /// So many bytes are in it.
    std::uint64_t bytes() const { return bytes_; }
    /// Of those; more may follow.
    Digest soFar() const;

private:
    struct Context;
    std::unique_ptr<Context> context_;
    std::uint64_t bytes_ = 0;
};

}  // namespace gantry::central
