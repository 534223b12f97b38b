#pragma once
/// What an offline run did, as JSON: docs/deidentification.md, "On the command line".

#include <boost/json.hpp>
#include <functional>
#include <string>

#include "deid/offline_run.hpp"

namespace gantry::agent {

/// Written piece by piece, so that memory holds one study's part at a time.
class RunReport {
public:
    using Put = std::function<Result<>(std::string_view)>;
    explicit RunReport(Put put) : put_(std::move(put)) {}
    /// @param head  members that come first
    Result<> begin(const boost::json::object& head);
    Result<> study(const std::vector<ObjectOutcome>& outcomes);
    Result<> end(const RunTotals& totals, const std::vector<std::string>& warnings);

private:
    Put put_;
    bool first_ = true;
    boost::json::array studies_;
};

}  // namespace gantry::agent
