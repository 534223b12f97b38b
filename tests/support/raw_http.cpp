#include "raw_http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cctype>
#include <cstdio>

namespace gantry::test {

RawClient::RawClient(std::uint16_t port) {
    if (!connect(port)) FAIL("cannot connect to port " << port);
}

std::optional<RawClient> RawClient::tryConnect(std::uint16_t port) {
    RawClient client;
    if (!client.connect(port)) return std::nullopt;
    return client;
}

bool RawClient::connect(std::uint16_t port) {
    fd_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    const int on = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::fill() {
    std::array<char, 65536> piece;
    const auto got = ::recv(fd_.get(), piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    received_.append(piece.data(), static_cast<std::size_t>(got));
    return true;
}

std::string RawClient::readUntil(std::string_view needle) {
    std::size_t found = received_.find(needle);
    while (found == std::string::npos) {
        if (!fill()) return {};
        found = received_.find(needle);
    }
    const auto length = found + needle.size();
    auto out = received_.substr(0, length);
    received_.erase(0, length);
    return out;
}

RawAnswer RawClient::answer(bool to_head) {
    RawAnswer answer;
    const auto head = readUntil("\r\n\r\n");
    if (!head.starts_with("HTTP/1.1 ")) return answer;
    answer.status = std::stoi(head.substr(9, 3));
    std::size_t line = head.find("\r\n") + 2;
    while (line + 2 < head.size()) {
        const auto end = head.find("\r\n", line);
        const auto colon = head.find(": ", line);
        auto name = head.substr(line, colon - line);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        answer.headers[name] = head.substr(colon + 2, end - colon - 2);
        line = end + 2;
    }
    if (to_head || !answer.headers.contains("content-length")) return answer;
    const auto length = std::stoull(answer.headers["content-length"]);
    while (received_.size() < length && fill()) {
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
}

bool RawClient::endsSilently() {
    std::array<char, 1> byte;
    return received_.empty() && ::recv(fd_.get(), byte.data(), 1, 0) == 0;
}

void RawClient::finishSending() {
    ::shutdown(fd_.get(), SHUT_WR);
}

void RawClient::cut() {
    const linger now{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    fd_.reset();
}

CommandOutcome runCommand(const std::string& command) {
    CommandOutcome outcome;
    FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) return outcome;
    std::array<char, 4096> piece;
    for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;)
        outcome.output.append(piece.data(), got);
    const int status = ::pclose(pipe);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

}  // namespace gantry::test
