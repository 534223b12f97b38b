#pragma once
/// One conversation with gantryd; docs/formats/api.md.

#include <boost/json.hpp>
#include <string>

#include "ctl/options.hpp"
#include "gantry/uplink/http_client.hpp"

namespace gantry::ctl {

class Api {
public:
    /// @errors NotAllowed: the token of gantryd's data directory cannot be read
    static Result<Api> open(const Options& options);
    /// @return the body of a 200. @errors NotFound, NotAllowed (with gantryd's sentence), those of the
    /// network
    Result<boost::json::value> call(const std::string& method, const std::string& path,
                                    const boost::json::object& body = {});

private:
    Api(std::string url, uplink::HttpClient client) : url_(std::move(url)), client_(std::move(client)) {}
    Result<uplink::HttpResponse> send(const std::string& method, const std::string& path, std::string body);

    std::string url_;
    uplink::HttpClient client_;
    std::string token_;
};

/// Waits until gantryd answers. @errors Timeout
Result<> waitReady(const Options& options);

/// A member as text: "" where it is absent or null, JSON where it is no string.
std::string text(const boost::json::value& value, std::string_view key);
/// A member that is a list; empty where it is none.
const boost::json::array& list(const boost::json::value& value, std::string_view key);
/// A member that is a time, in UTC; "" where it is none.
std::string timeOf(const boost::json::value& value, std::string_view key);

}  // namespace gantry::ctl
