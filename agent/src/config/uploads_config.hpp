#pragma once
/// The section "uploads" of the configuration: how the line is used.

#include "gantry/agent/config.hpp"
#include "gantry/core/config_reader.hpp"

namespace gantry::agent {

UploadConfig readUploads(ConfigSection in);

}  // namespace gantry::agent
