#include "byte_reader.hpp"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace gantry::uplink {

Result<Bytes> ByteReader::peek(std::size_t wanted) {
    assert(wanted <= buffer_.size());
    if (end_ - begin_ < wanted && !ended_ && buffer_.size() - begin_ < wanted) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    while (end_ - begin_ < wanted && !ended_) {
        const auto count = GANTRY_TRY(source_(std::span(buffer_).subspan(end_)));
        if (count == 0) ended_ = true;
        end_ += count;
    }
    return Bytes(buffer_).subspan(begin_, std::min(wanted, end_ - begin_));
}

void ByteReader::take(std::size_t count) {
    assert(count <= end_ - begin_);
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
}

Result<std::string_view> ByteReader::line(std::size_t limit, bool end_closes_line) {
    assert(limit < buffer_.size());
    const auto seen = asText(GANTRY_TRY(peek(std::min(limit + 1, buffer_.size()))));
    const auto newline = seen.find('\n');
    if (newline != std::string_view::npos) {
        // The bytes stay in the buffer until the next peek.
        begin_ += newline + 1;
        return seen.substr(0, newline);
    }
    if (seen.size() > limit) return fail(Errc::BadFormat, "a line is too long");
    if (!end_closes_line) return fail(Errc::BadFormat, "ends within a line");
    begin_ += seen.size();
    return seen;
}

ByteSource sourceOf(int fd) {
    return [fd](std::span<std::byte> room) -> Result<std::size_t> {
        for (;;) {
            const auto count = ::read(fd, room.data(), room.size());
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno != EINTR) return failErrno("reading", errno);
        }
    };
}

ByteSink sinkOf(int fd) {
    return [fd](Bytes bytes) { return writeAll(fd, bytes); };
}

}  // namespace gantry::uplink
