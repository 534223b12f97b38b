#include "slow_resolver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string>

namespace gantry::test {
namespace {

constexpr std::size_t kHeader = 12;  // RFC 1035 4.1.1
constexpr unsigned char kTypeA = 1;

// The question with our answer behind it; "" when it is none. RFC 1035 4.1.
std::string answerTo(std::string question) {
    auto end = kHeader;
    while (end < question.size() && question[end] != 0) end += 1u + static_cast<unsigned char>(question[end]);
    end += 5;  // the root, type, class
    if (question.size() < end) return {};
    const bool asks_a = question[end - 3] == kTypeA && question[end - 4] == 0;
    question.resize(end);                   // without EDNS
    question[2] = static_cast<char>(0x81);  // an answer; recursion was desired
    question[3] = static_cast<char>(0x80);  // and is there; no error
    question[7] = asks_a ? 1 : 0;
    question[9] = question[11] = 0;
    if (!asks_a) return question;  // the name has no such address
    constexpr std::array<unsigned char, 16> kLoopback = {0xC0, kHeader, 0, kTypeA, 0,   1, 0, 0,
                                                         0,    1,       0, 4,      127, 0, 0, 1};
    question.append(kLoopback.begin(), kLoopback.end());
    return question;
}

}  // namespace

SlowResolver::SlowResolver(std::optional<std::chrono::milliseconds> delay)
    : delay_(delay), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("port 53 of the namespace");
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

SlowResolver::~SlowResolver() = default;

void SlowResolver::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd ready{socket_.get(), POLLIN, 0};
        if (::poll(&ready, 1, 50) <= 0) continue;
        std::string question(512, '\0');
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const auto got = ::recvfrom(socket_.get(), question.data(), question.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &length);
        if (got <= 0) continue;
        ++questions_;
        question.resize(static_cast<std::size_t>(got));
        if (!delay_) continue;
        std::this_thread::sleep_for(*delay_);
        const auto answer = answerTo(question);
        ::sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from),
                 length);
    }
}

}  // namespace gantry::test
