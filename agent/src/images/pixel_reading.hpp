#pragma once
/// The leak gate looks at pictures too: text that is left in the pixels of an output is read by
/// gantry-worker, and the gate says whether it tells who the patient is.

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "gantry/anonymizer/leak_gate.hpp"
#include "images/worker_request.hpp"

namespace gantry::agent {

/// One answer for each output, in order: what the gate found; nullopt when it may leave. What cannot be read,
/// or not in time, is found too.
/// @errors Stopped; Io, DiskFull when the worker could not even be asked
Result<std::vector<std::optional<anonymizer::LeakHit>>> readPixels(
    std::span<const std::filesystem::path> outputs, const anonymizer::LeakGate& gate,
    const PixelWorker& worker, const std::stop_token& stop = {});

}  // namespace gantry::agent
