#pragma once
/// Loopback ports, and an HTTP client small enough for tests.

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"
#include "sockets.hpp"

namespace gantry::test {

/// Whether somebody listens there.
bool listens(std::uint16_t port);
bool waitForPort(std::uint16_t port, std::chrono::milliseconds within = std::chrono::seconds(20));

struct HttpAnswer {
    long status = 0;
    std::string body;
};

/// Talks to one server. Keeps cookies. One thread.
class HttpClient {
public:
    /// `base` such as "http://127.0.0.1:8042"; `authority` is a PEM file to trust, "" for the system's.
    explicit HttpClient(std::string base, std::string authority = {});
    /// From now on with `Authorization: Bearer TOKEN`.
    void authorise(const std::string& token) { bearer_ = "Authorization: Bearer " + token; }
    /// @errors NetworkDown
    Result<HttpAnswer> get(const std::string& path);
    Result<HttpAnswer> post(const std::string& path, const std::string& body,
                            std::vector<std::string> headers = {"Content-Type: application/json",
                                                                "X-Gantry-Request: 1"});
    /// The body of a 200 as JSON. @errors NetworkDown, PeerRefused (another status), BadFormat
    Result<boost::json::value> getJson(const std::string& path);
    Result<boost::json::value> postJson(const std::string& path, const boost::json::value& body);

private:
    Result<HttpAnswer> perform(const std::string& path, const std::string* body,
                               std::vector<std::string> headers);
    std::string base_;
    std::string authority_;
    std::string bearer_;
    std::vector<std::string> cookies_;  // in curl's cookie list format
};

}  // namespace gantry::test
