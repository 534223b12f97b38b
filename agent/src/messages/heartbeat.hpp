#pragma once
/// The appliance as it is, for the sponsor's fleet view. docs/formats/messages.md, "heartbeat".

#include <boost/json/object.hpp>

#include "workflow/judge_step.hpp"

namespace gantry::agent {

/// What this site knows of itself and of the trial; parts of the workshop add what they know.
Result<boost::json::object> heartbeatOf(Workshop& shop, const Trial& trial);

}  // namespace gantry::agent
