#pragma once
/// Messages: what a site tells its sponsor besides images. docs/formats/messages.md.

#include <boost/json/object.hpp>
#include <filesystem>
#include <string_view>

#include "workflow/judge_step.hpp"

namespace gantry::agent {

/// Where the key lies that signs this trial's messages: as the configuration says, or as enrolment left it.
std::filesystem::path statementKeyFile(const Config& config, const TrialConfig& trial);

/// Signs, encrypts and puts into the outbox: it is durable when this returns. The key is made when there is
/// none. @param fields  what the kind says besides format, kind, message_id, trial, site and made_at. Texts
/// that people typed have passed the leak gate.
/// @errors BadFormat: fractions or numbers above 2^53; NotAllowed: others can read the key; those of files
Result<> queueMessage(Workshop& shop, const Trial& trial, std::string_view kind, boost::json::object fields);

/// The state of the appliance, in place of an unsent former one. Nothing while the trial has no key yet: the
/// sponsor could not tell who speaks.
Result<> queueHeartbeat(Workshop& shop, const Trial& trial);

}  // namespace gantry::agent
