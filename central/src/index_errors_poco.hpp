#pragma once
/// What Poco::Data throws, as an Error.

#include <Poco/Exception.h>

#include "gantry/core/result.hpp"

namespace gantry::central {

/// Says the first line alone: the further ones of PostgreSQL quote the row's values.
/// @param connected  whether the connection stands after it
Error indexError(const Poco::Exception& thrown, bool connected);

}  // namespace gantry::central
