#include "connect_proxy.hpp"

#include <sys/socket.h>

#include "gantry/core/crypto.hpp"

namespace gantry::test {

ConnectProxy::ConnectProxy(std::uint16_t server_port, std::string credentials)
    : server_port_(server_port),
      credentials_(std::move(credentials)),
      listener_([this](int client) { serve(client); }) {}

std::vector<std::string> ConnectProxy::heads() const {
    const std::lock_guard lock(mutex_);
    return heads_;
}

int ConnectProxy::judge(const std::string& head) {
    const std::lock_guard lock(mutex_);
    heads_.push_back(head);
    if (!head.starts_with("CONNECT ")) return 405;
    const auto wanted = "Proxy-Authorization: Basic " + toBase64(asBytes(credentials_));
    if (!credentials_.empty() && head.find(wanted) == std::string::npos) return 407;
    return status_;
}

void ConnectProxy::serve(int client) {
    for (std::string head;;) {
        char c = 0;
        while (!head.ends_with("\r\n\r\n")) {
            if (::recv(client, &c, 1, 0) != 1) return;
            head += c;
        }
        const auto status = judge(head);
        if (status == 200) break;
        sendAll(client, "HTTP/1.1 " + std::to_string(status) +
                            " x\r\nProxy-Authenticate: Basic realm=\"house\"\r\nContent-Length: 0\r\n\r\n");
        head.clear();
    }
    const auto server = connectTo(server_port_);
    if (!server) return;
    sendAll(client, "HTTP/1.1 200 Connection established\r\n\r\n");
    passBothWays(client, server.get());
}

}  // namespace gantry::test
