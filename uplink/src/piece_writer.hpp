#pragma once
/// Hands pieces of about 1 MiB to a sink, on the caller's thread or behind it on one of its own.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "gantry/uplink/age.hpp"

namespace gantry::uplink {

class PieceWriter {
public:
    PieceWriter(ByteSink sink, AgeEncryptor::Mode mode, std::size_t piece_bytes);
    ~PieceWriter();
    PieceWriter(const PieceWriter&) = delete;
    PieceWriter& operator=(const PieceWriter&) = delete;

    /// Room for `count` bytes (at most the piece size) at the end of the current piece; fill it at once.
    /// @errors the sink's own error, of this or an earlier piece
    Result<std::span<std::byte>> room(std::size_t count);
    /// Everything to the sink; nothing may be written after.
    Result<> finish();

private:
    using Piece = std::vector<std::byte>;
    Result<> flush();
    Result<> enqueue(Piece piece);
    void run(std::stop_token stop);

    ByteSink sink_;
    const std::size_t piece_bytes_;
    Piece current_;
    std::size_t used_ = 0;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Piece> full_;           // guarded by mutex_
    std::vector<Piece> spare_;         // guarded by mutex_
    bool writing_ = false;             // guarded by mutex_
    std::optional<Error> sink_error_;  // guarded by mutex_
    std::jthread thread_;              // last: joined before the rest goes
};

}  // namespace gantry::uplink
