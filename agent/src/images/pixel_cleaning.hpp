#pragma once
/// Burnt-in text: decides from the header which instances are looked at, runs gantry-worker on those
/// (docs/formats/worker.md), and says what the engine is to be given. The appliance and `gantryctl deid run`
/// both call cleanPixels() before deidentify(): give deidentify() PixelAnswer::input when usable(), hold the
/// instance with PixelAnswer::reason when not.

#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "gantry/anonymizer/engine.hpp"
#include "images/worker_request.hpp"

namespace gantry::agent {

/// Pixels of a frame, from the left and from the top.
struct PixelBox {
    int x = 0, y = 0, width = 0, height = 0;
    friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

struct PixelRequest {
    anonymizer::DeidInput original;
    std::filesystem::path out;           ///< the cleaned file; written only when something is blanked
    std::filesystem::path picture = {};  ///< PNG of what was found; none when empty
    /// A person's word: these are blanked (none: there is no text), and nothing is looked for.
    std::optional<std::vector<PixelBox>> drawn = {};
};

enum class PixelOutcome : std::uint8_t {
    NotNeeded,  ///< not of a kind that is looked at
    Clean,      ///< no text, or only text that may stay
    Blanked,    ///< the cleaned file is at PixelRequest::out
    Doubtful,   ///< a person has to look
    Cannot,     ///< the pixels cannot be read or written here
};
std::string_view toString(PixelOutcome outcome);  ///< "not_needed", "clean", ...

struct PixelFinding {
    PixelBox box;
    std::string kind;    ///< "text", "region", "outside", "drawn", "overlay"
    std::string spared;  ///< why it stays: "side", "scale", "unit", "setting"; "" when it is blanked
};

struct PixelAnswer {
    PixelOutcome outcome = PixelOutcome::NotNeeded;
    anonymizer::DeidInput input;  ///< for deidentify(), with its `pixels` set
    std::string reason;           ///< for Doubtful and Cannot: a clause without a full stop
    std::vector<PixelFinding> findings;
    int frames = 0;
    int rows = 0, columns = 0;  ///< of the image
    bool has_picture = false;
    bool usable() const { return outcome <= PixelOutcome::Blanked; }
};

/// One answer for each request, in order. One process does all that need one: call it with a few dozen at a
/// time, from as many threads as there are cores. Without the option CleanPixelData what shows text
/// gives Cannot.
/// An original that cannot be read as DICOM, and a worker that is missing, dies, hangs or talks nonsense,
/// give Cannot.
/// @errors Stopped; Io, DiskFull when an original or the scratch folder could not be read or written
Result<std::vector<PixelAnswer>> cleanPixels(std::span<const PixelRequest> requests,
                                             const anonymizer::DeidPolicy& policy, const PixelWorker& worker,
                                             const std::stop_token& stop = {});

}  // namespace gantry::agent
