#pragma once
/// What every ObjectStore promises; run on each implementation.

#include "gantry/uplink/object_store.hpp"

namespace gantry::test {

/// Fails the running test where the promise is not kept. The store is empty before, and after.
/// @param part_bytes  objects larger than this go another way in some stores; 0 where they do not
void checkObjectStore(uplink::ObjectStore& store, std::size_t part_bytes);

}  // namespace gantry::test
