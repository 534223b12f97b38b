#pragma once
/// Buffered reading of lines and blocks from a ByteSource.

#include <cstddef>
#include <string_view>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"
#include "gantry/uplink/age.hpp"

namespace gantry::uplink {

class ByteReader {
public:
    /// @param capacity bytes; the most that peek() can give
    ByteReader(ByteSource source, std::size_t capacity) : source_(std::move(source)), buffer_(capacity) {}

    /// Up to `wanted` bytes without taking them; fewer only at the end of input. The view ends with the next
    /// call.
    Result<Bytes> peek(std::size_t wanted);
    void take(std::size_t count);
    /// A line without its '\n', taken. The view ends with the next call.
    /// @errors BadFormat: longer than `limit`; or the input ends before '\n' unless `end_closes_line`
    Result<std::string_view> line(std::size_t limit, bool end_closes_line = false);

private:
    ByteSource source_;
    std::vector<std::byte> buffer_;
    std::size_t begin_ = 0;  // unread bytes are [begin_, end_)
    std::size_t end_ = 0;
    bool ended_ = false;
};

}  // namespace gantry::uplink
