#include "fault_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace gantry::test {

FaultProxy::FaultProxy(std::uint16_t server_port)
    : server_port_(server_port), listener_([this](int client) { serve(client); }) {}

bool FaultProxy::passUp(std::string_view bytes, int server) {
    const auto left = cut_in_.load();
    const bool cut = left >= 0 && static_cast<std::int64_t>(bytes.size()) >= left;
    if (cut) bytes = bytes.substr(0, static_cast<std::size_t>(left));
    cut_in_ = cut || left < 0 ? -1 : left - static_cast<std::int64_t>(bytes.size());
    bytes_up_ += bytes.size();
    sendAll(server, bytes);
    return !cut;
}

void FaultProxy::serve(int client) {
    ++connections_;
    const auto server = connectTo(server_port_);
    if (!server) return resetOnClose(client);
    std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
    std::array<char, 64 * 1024> buffer;
    for (;;) {
        if (::poll(ends.data(), ends.size(), 50) < 0) return;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (ends[i].revents == 0) continue;
            if (stalled_ && (ends[i].revents & POLLHUP) == 0) continue;
            const auto got = ::recv(ends[i].fd, buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
            const bool answer_lost = i == 1 && lose_answer_.exchange(false);
            if (answer_lost || (i == 0 && !passUp(bytes, server.get()))) {
                resetOnClose(client);
                resetOnClose(server.get());
                return;
            }
            if (i == 1) sendAll(client, bytes);
        }
        if (stalled_) ::poll(nullptr, 0, 20);
    }
}

}  // namespace gantry::test
