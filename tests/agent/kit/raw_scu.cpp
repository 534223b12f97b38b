#include "raw_scu.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "support.hpp"

namespace gantry::test {
namespace {

std::string big(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
    return out;
}

std::string little(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
    return out;
}

std::uint32_t readBig(std::string_view bytes) {
    std::uint32_t out = 0;
    for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
    return out;
}

std::string pdu(std::uint8_t type, const std::string& body) {
    return std::string(1, static_cast<char>(type)) + '\0' + big(static_cast<std::uint32_t>(body.size()), 4) +
           body;
}

std::string item(std::uint8_t type, const std::string& body) {
    return std::string(1, static_cast<char>(type)) + '\0' + big(static_cast<std::uint32_t>(body.size()), 2) +
           body;
}

std::string aeTitle(std::string title) {
    title.resize(16, ' ');
    return title;
}

// PS3.8 9.3.2.
std::string associateRequest(const AssociationWish& wish) {
    std::string body =
        big(1, 2) + big(0, 2) + aeTitle(wish.called) + aeTitle(wish.calling) + std::string(32, '\0');
    body += item(0x10, "1.2.840.10008.3.1.1.1");
    int id = 1;
    for (const auto& proposal : wish.proposals) {
        std::string context = std::string(1, static_cast<char>(id)) + std::string(3, '\0');
        context += item(0x30, proposal.abstract_syntax);
        for (const auto& uid : proposal.transfer_syntaxes) context += item(0x40, uid);
        body += item(0x20, context);
        id += 2;
    }
    return pdu(1, body + item(0x50, item(0x51, big(wish.max_pdu_bytes, 4)) +
                                        item(0x52, "1.2.826.0.1.3680043.2.1143.1")));
}

// PS3.7 6.3: implicit little endian, group 0000 with its length first.
std::string element(std::uint16_t number, std::string value) {
    if (value.size() % 2 != 0) value += '\0';
    return little(0, 2) + little(number, 2) + little(static_cast<std::uint32_t>(value.size()), 4) + value;
}

std::string commandSet(const std::string& elements) {
    return element(0x0000, little(static_cast<std::uint32_t>(elements.size()), 4)) + elements;
}

}  // namespace

RawScu::RawScu(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
}

void RawScu::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // the peer has had enough; what it said is read by receive()
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

Pdu RawScu::receive(std::chrono::milliseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    std::string bytes;
    std::size_t wanted = 6;
    while (bytes.size() < wanted) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd waiting{fd_.get(), POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0)
            return {0xFF, bytes};
        std::string piece(wanted - bytes.size(), '\0');
        const auto got = ::recv(fd_.get(), piece.data(), piece.size(), 0);
        was_reset_ = got < 0 && errno == ECONNRESET;
        if (got <= 0) return {0, bytes};
        bytes.append(piece, 0, static_cast<std::size_t>(got));
        if (bytes.size() == 6) wanted = 6 + readBig(std::string_view(bytes).substr(2, 4));
    }
    return {static_cast<std::uint8_t>(bytes[0]), bytes.substr(6)};
}

Pdu RawScu::associate(const AssociationWish& wish) {
    send(associateRequest(wish));
    auto answer = receive();
    if (answer.type != 2) return answer;
    std::string_view items = std::string_view(answer.body).substr(68);
    while (items.size() >= 4) {
        const auto length = readBig(items.substr(2, 2));
        const auto body = items.substr(4, length);
        if (items[0] == 0x21) {
            const auto syntax = body.substr(8);  // one transfer syntax item follows
            accepted_[body[0]] = body[2] == 0 ? std::string(syntax) : "";
        }
        if (items[0] == 0x50 && body.size() >= 8 && body[0] == 0x51)
            peer_max_pdu_ = readBig(body.substr(4, 4));
        items.remove_prefix(4 + length);
    }
    return answer;
}

void RawScu::pdata(std::string_view bytes, bool command, bool last, int context) {
    const std::string control = {static_cast<char>(context),
                                 static_cast<char>((command ? 1 : 0) | (last ? 2 : 0))};
    send(pdu(4, big(static_cast<std::uint32_t>(bytes.size() + 2), 4) + control + std::string(bytes)));
}

void RawScu::fragment(std::string_view bytes, bool last, int context) {
    pdata(bytes, false, last, context);
}

std::optional<std::uint16_t> RawScu::status() {
    const auto answer = receive();
    if (answer.type != 4) return std::nullopt;
    const auto at =
        answer.body.find(std::string_view("\x00\x00\x00\x09\x02\x00\x00\x00", 8));  // (0000,0900) US
    if (at == std::string::npos || at + 10 > answer.body.size()) return std::nullopt;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(answer.body[at + 8]) |
                                      static_cast<unsigned char>(answer.body[at + 9]) << 8);
}

std::optional<std::uint16_t> RawScu::echo(int context) {
    pdata(commandSet(element(0x0002, std::string(kVerification)) + element(0x0100, little(0x0030, 2)) +
                     element(0x0110, little(7, 2)) + element(0x0800, little(0x0101, 2))),
          true, true, context);
    return status();
}

void RawScu::storeRequest(std::string_view sop_class, std::string_view sop_instance, int context) {
    pdata(commandSet(element(0x0002, std::string(sop_class)) + element(0x0100, little(0x0001, 2)) +
                     element(0x0110, little(8, 2)) + element(0x0700, little(0, 2)) +
                     element(0x0800, little(0x0001, 2)) + element(0x1000, std::string(sop_instance))),
          true, true, context);
}

std::optional<std::uint16_t> RawScu::store(std::string_view sop_class, std::string_view sop_instance,
                                           std::string_view dataset, int context) {
    storeRequest(sop_class, sop_instance, context);
    constexpr std::size_t kPiece = 16000;
    while (dataset.size() > kPiece) {
        fragment(dataset.substr(0, kPiece), false, context);
        dataset.remove_prefix(kPiece);
    }
    fragment(dataset, true, context);
    return status();
}

bool RawScu::release() {
    send(pdu(5, std::string(4, '\0')));
    return receive().type == 6;
}

void RawScu::abort() {
    send(pdu(7, std::string(4, '\0')));
}

void RawScu::cut() {
    const linger hard{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fd_.reset();
}

}  // namespace gantry::test
