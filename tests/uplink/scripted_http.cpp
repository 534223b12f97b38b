#include "scripted_http.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace gantry::test {
namespace {

// Reads until `buffer` holds `wanted` bytes; false at the end of the connection.
bool fill(int fd, std::string& buffer, std::size_t wanted) {
    std::array<char, 64 * 1024> piece;
    while (buffer.size() < wanted) {
        const auto got = ::recv(fd, piece.data(), piece.size(), 0);
        if (got <= 0) return false;
        buffer.append(piece.data(), static_cast<std::size_t>(got));
    }
    return true;
}

std::optional<ScriptedRequest> readRequest(int fd, std::string& buffer) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos)
        if (!fill(fd, buffer, buffer.size() + 1)) return std::nullopt;
    ScriptedRequest request;
    std::string head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    const auto first = head.find(' '), second = head.find(' ', first + 1);
    request.method = head.substr(0, first);
    request.target = head.substr(first + 1, second - first - 1);
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        const auto line_end = head.find("\r\n", at), colon = head.find(':', at);
        auto name = head.substr(at, colon - at);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto value = head.find_first_not_of(' ', colon + 1);
        request.headers[name] = value < line_end ? head.substr(value, line_end - value) : "";
        at = line_end + 2;
    }
    const auto length =
        request.header("content-length").empty() ? 0 : std::stoul(request.header("content-length"));
    if (!fill(fd, buffer, length)) return std::nullopt;
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    return request;
}

std::string inChunks(const std::string& body) {
    std::string out;
    for (std::size_t at = 0; at < body.size(); at += 1000) {
        const auto piece = body.substr(at, 1000);
        std::array<char, 20> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
        out += size.data() + piece + "\r\n";
    }
    return out + "0\r\n\r\n";
}

std::string render(const ScriptedRequest& request, const ScriptedAnswer& answer) {
    std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " x\r\n";
    for (const auto& [name, value] : answer.headers) out += name + ": " + value + "\r\n";
    const bool has_body = answer.status != 204 && request.method != "HEAD";
    if (answer.status != 204)
        out += answer.chunked ? "Transfer-Encoding: chunked\r\n"
                              : "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
    out += "\r\n";
    if (has_body) out += answer.chunked ? inChunks(answer.body) : answer.body;
    return out;
}

}  // namespace

ScriptedHttp::ScriptedHttp(Handler handler)
    : handler_(std::move(handler)), listener_([this](int fd) { serve(fd); }) {}

void ScriptedHttp::serve(int fd) {
    std::string buffer;
    while (const auto request = readRequest(fd, buffer)) {
        ScriptedAnswer answer;
        {
            const std::lock_guard lock(mutex_);
            answer = handler_(*request);
        }
        if (answer.hang_up) return resetOnClose(fd);
        sendAll(fd, render(*request, answer));
    }
}

}  // namespace gantry::test
