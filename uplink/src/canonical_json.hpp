#pragma once
/// The one way to write a JSON value that signatures are made over: see docs/formats/outbox-inbox.md.

#include <boost/json/value.hpp>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// @errors BadFormat: a number that is not a whole number from 0 to 2^53, or nesting deeper than 32.
Result<std::string> canonicalJson(const boost::json::value& value);

/// OLPC's canonical JSON as securesystemslib writes it: what TUF's signatures and key identifiers are made
/// over. Only '"' and '\' are escaped, so the text need not be JSON; whole numbers may be negative.
/// @errors BadFormat: a number that is not whole, or nesting deeper than 32.
Result<std::string> olpcCanonicalJson(const boost::json::value& value);

}  // namespace gantry::uplink
