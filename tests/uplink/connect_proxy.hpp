#pragma once
/// A proxy of the house as hospitals have them: HTTP CONNECT, with a name and a password if it is told to ask
/// for them. Whatever host is asked for, it connects to one port of loopback.

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "sockets.hpp"

namespace gantry::test {

class ConnectProxy {
public:
    /// @param credentials  "user:password" it insists on; "" for none
    explicit ConnectProxy(std::uint16_t server_port, std::string credentials = {});
    std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port()); }
    /// Heads of the requests it got.
    std::vector<std::string> heads() const;
    /// From now on every CONNECT is answered so; 200: it does its work.
    void answerWith(int status) { status_ = status; }

private:
    void serve(int client);
    int judge(const std::string& head);

    const std::uint16_t server_port_;
    const std::string credentials_;
    std::atomic<int> status_ = 200;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;  // guarded by mutex_
    Listener listener_;               // last: its threads use the rest
};

}  // namespace gantry::test
