#pragma once
/// Reading an upload back, to compare it with what was sent. tus does not know this, many of its servers do.

#include "tus_job.hpp"

namespace gantry::uplink {

enum class ReadBackOutcome {
    Same,
    Different,
    NotOffered,  ///< the server does not give it out
};

/// Streams: memory stays flat. @errors those of the line, PeerBusy, Stopped
Result<ReadBackOutcome> readBack(const TusJob& job);

}  // namespace gantry::uplink
