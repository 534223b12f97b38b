#pragma once
/// A key as the JSON object that its identifier is made over.

#include <boost/json/object.hpp>

#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

boost::json::object keyObject(const Key& key);

}  // namespace gantry::uplink::tuf
