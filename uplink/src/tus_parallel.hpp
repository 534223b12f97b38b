#pragma once
/// One object as several uploads at once, which the server then puts together: tus' extension concatenation.

#include "tus_job.hpp"

namespace gantry::uplink {

/// Whether what is remembered goes in parts, or a new upload of this size is to.
bool goesInParts(const TusJob& job);

/// Goes on with the parts that are remembered, or plans them, until the server has put them together.
/// @errors Gone: the server does not do it, or did not keep what it did; the rest as Transport::put
Result<> putInParts(TusJob& job);

}  // namespace gantry::uplink
