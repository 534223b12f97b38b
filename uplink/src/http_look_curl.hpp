#pragma once
/// Connecting for its own sake: HttpConnection::look.

#include <stop_token>
#include <string>

#include "http_exchange.hpp"
#include "http_line_curl.hpp"

namespace gantry::uplink {

LineLook lookAlong(const CurlLine& line, const std::string& url, std::stop_token stop);

}  // namespace gantry::uplink
