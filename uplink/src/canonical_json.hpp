#pragma once
/// The one way to write a JSON value that signatures are made over: see docs/formats/outbox-inbox.md.

#include <boost/json/value.hpp>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// @errors BadFormat: a number that is not a whole number from 0 to 2^53, or nesting deeper than 32.
Result<std::string> canonicalJson(const boost::json::value& value);

}  // namespace gantry::uplink
