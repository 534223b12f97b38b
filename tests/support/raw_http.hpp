#pragma once
/// A client that sends exactly the bytes it is told to, so that tests can say what no decent client says.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/files.hpp"

namespace gantry::test {

struct RawAnswer {
    int status = 0;                              ///< 0: the line ended before a whole head came
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
};

/// Fails the running test when it cannot connect. Reading gives up after ten seconds.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    /// For servers that may not be there.
    static std::optional<RawClient> tryConnect(std::uint16_t port);
    /// False: the line is broken.
    bool send(std::string_view bytes);
    /// One answer with its body by Content-Length. `to_head`: the request was HEAD, so no body follows.
    RawAnswer answer(bool to_head = false);
    /// send() and answer().
    RawAnswer ask(std::string_view bytes) { return send(bytes), answer(); }
    /// Reads until `needle` has come; "" if the line ends before.
    std::string readUntil(std::string_view needle);
    /// True if the peer ends the line without saying more.
    bool endsSilently();
    void finishSending();
    /// Ends the line with a reset.
    void cut();

private:
    RawClient() = default;
    bool connect(std::uint16_t port);
    bool fill();
    UniqueFd fd_;
    std::string received_;
};

struct CommandOutcome {
    int exit_code = -1;
    std::string output;
};
/// Runs `command` by the shell and returns what it wrote to standard output.
CommandOutcome runCommand(const std::string& command);

}  // namespace gantry::test
