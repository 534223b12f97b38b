#pragma once
/// An HTTP/1.1 server whose answers a test writes. Bodies are kept in memory; keep-alive as HTTP/1.1 has it.

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "sockets.hpp"

namespace gantry::test {

struct ScriptedRequest {
    std::string method, target;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

struct ScriptedAnswer {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool hang_up = false;  ///< no answer: reset the connection
    bool chunked = false;  ///< the body comes in chunks, its length is not told
};

class ScriptedHttp {
public:
    using Handler = std::function<ScriptedAnswer(const ScriptedRequest&)>;
    explicit ScriptedHttp(Handler handler);
    std::uint16_t port() const { return listener_.port(); }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port()) + path;
    }

private:
    void serve(int fd);
    Handler handler_;
    std::mutex mutex_;   // one request at a time: handlers need no lock of their own
    Listener listener_;  // last: its threads use the rest
};

}  // namespace gantry::test
