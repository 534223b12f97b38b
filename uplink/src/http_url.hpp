#pragma once
/// URLs as far as the transports take them apart.

#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct UrlParts {
    std::string scheme, host, port;  ///< lower case; the port is the scheme's own when none is written
    /// By a name or number that cannot mean another machine.
    bool loopback() const;
};

/// @errors InvalidArgument: not an http or https URL, or one with a user in it
Result<UrlParts> partsOf(const std::string& url);

/// ASCII letters in lower case, the rest as it is.
std::string lowerCase(std::string_view text);

}  // namespace gantry::uplink
