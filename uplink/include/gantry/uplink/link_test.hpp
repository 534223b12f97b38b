#pragma once
/// A test of the line to a sponsor, step by step, for people at the site: each step says in a sentence what
/// was found, and the one that fails says what to do.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "gantry/uplink/tus.hpp"

namespace gantry::uplink {

struct LinkStep {
    enum class Outcome {
        Good,
        Warning,  ///< it works, and something should be done all the same
        Skipped,  ///< there is nothing to test
        Failed,   ///< the test ends here
    };
    std::string
        id;  ///< name, proxy, tcp, tls, certificate, clock, authentication, tus, upload, resume, buffering
    std::string title;  ///< "Name"
    Outcome outcome = Outcome::Good;
    std::string sentence;  ///< what was found
    std::string advice;    ///< what to do, several lines perhaps; "" when nothing is
    std::vector<std::pair<std::string, std::string>> facts;  ///< for programs: "address", "10.0.0.5"
    std::optional<Error> error;                              ///< of Failed
};
std::string_view nameOf(LinkStep::Outcome outcome);

/// Told as each step ends, on the thread of the caller.
using LinkStepTold = std::function<void(const LinkStep&)>;

/// The steps that any server on HTTPS has: name, proxy, tcp, tls, certificate, clock. What follows them is
/// the service's own.
/// @return the error of the step that failed. @errors those of HttpClient
Result<> testLine(const HttpClientConfig& config, const std::string& url, const LinkStepTold& told,
                  std::stop_token stop = {});

/// All steps of the line and of tus. A test upload of some MiB is begun, measured, broken off and taken back;
/// it is never completed, so no server takes it for an object.
/// @return as testLine
Result<> testTusLink(const TusConfig& config, const LinkStepTold& told, std::stop_token stop = {});

}  // namespace gantry::uplink
