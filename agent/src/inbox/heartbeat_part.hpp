#pragma once
/// What a heartbeat says of a trial's inbox (docs/formats/messages.md).

#include <boost/json/object.hpp>

#include "catalogue/catalogue.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

/// Nothing for a trial that is not by enrolment. What cannot be read is left out.
void addInboxToHeartbeat(Catalogue& catalogue, const Trial& trial, UnixMillis now,
                         boost::json::object& heartbeat);

}  // namespace gantry::agent
