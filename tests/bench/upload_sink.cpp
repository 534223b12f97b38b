#include "upload_sink.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <vector>

namespace gantry::bench {
namespace {

std::uint64_t number(const std::string& head, std::string_view name) {
    const auto at = head.find(name);
    return at == std::string::npos ? 0 : std::stoull(head.substr(at + name.size()));
}

std::string answer(const std::string& head, std::uint64_t length) {
    if (head.starts_with("POST")) return "HTTP/1.1 201 x\r\nLocation: /u\r\nContent-Length: 0\r\n\r\n";
    if (head.starts_with("PUT")) return "HTTP/1.1 201 x\r\nContent-Length: 0\r\n\r\n";
    if (head.starts_with("GET")) return "HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n";
    return "HTTP/1.1 204 x\r\nUpload-Offset: " + std::to_string(number(head, "Upload-Offset: ") + length) +
           "\r\n\r\n";
}

}  // namespace

void UploadSink::serve(int fd) {
    std::vector<char> buffer(1 << 20);
    std::string head;
    for (;;) {
        auto end = head.find("\r\n\r\n");
        while (end == std::string::npos) {
            const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            head.append(buffer.data(), static_cast<std::size_t>(got));
            end = head.find("\r\n\r\n");
        }
        const auto length = number(head.substr(0, end), "Content-Length: ");
        if (head.find("100-continue") < end) test::sendAll(fd, "HTTP/1.1 100 Continue\r\n\r\n");
        auto left = length - std::min<std::uint64_t>(length, head.size() - end - 4);
        while (left > 0) {
            const auto got = ::recv(fd, buffer.data(), std::min<std::uint64_t>(left, buffer.size()), 0);
            if (got <= 0) return;
            left -= static_cast<std::uint64_t>(got);
        }
        test::sendAll(fd, answer(head.substr(0, end), length));
        head.clear();
    }
}

}  // namespace gantry::bench
