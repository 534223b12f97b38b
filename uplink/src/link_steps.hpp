#pragma once
/// Telling the steps of a test of the line.

#include <cstdio>

#include "gantry/uplink/link_test.hpp"

namespace gantry::uplink {

/// Tells steps as they end, and remembers the error of the one that failed.
class LinkSteps {
public:
    explicit LinkSteps(const LinkStepTold& told) : told_(told) {}
    using Facts = std::vector<std::pair<std::string, std::string>>;

    void good(std::string id, std::string title, std::string sentence, Facts facts = {}) const {
        told_({std::move(id),
               std::move(title),
               LinkStep::Outcome::Good,
               std::move(sentence),
               "",
               std::move(facts),
               {}});
    }
    void skipped(std::string id, std::string title, std::string sentence) const {
        told_({std::move(id), std::move(title), LinkStep::Outcome::Skipped, std::move(sentence), "", {}, {}});
    }
    void warning(std::string id, std::string title, std::string sentence, std::string advice,
                 Facts facts = {}) const {
        told_({std::move(id),
               std::move(title),
               LinkStep::Outcome::Warning,
               std::move(sentence),
               std::move(advice),
               std::move(facts),
               {}});
    }
    /// @return the error, for the caller to end with
    Error failed(std::string id, std::string title, std::string sentence, std::string advice, Error error,
                 Facts facts = {}) const {
        told_({std::move(id), std::move(title), LinkStep::Outcome::Failed, std::move(sentence),
               std::move(advice), std::move(facts), error});
        return error;
    }

private:
    const LinkStepTold& told_;
};

/// "12 ms", "1.5 s"
inline std::string spanText(std::chrono::microseconds span) {
    char text[32];
    const double ms = static_cast<double>(span.count()) / 1000.0;
    std::snprintf(text, sizeof text,
                  ms < 10     ? "%.1f ms"
                  : ms < 1000 ? "%.0f ms"
                              : "%.1f s",
                  ms < 1000 ? ms : ms / 1000);
    return text;
}

}  // namespace gantry::uplink
