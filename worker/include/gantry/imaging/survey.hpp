#pragma once
/// All measures of one series. Frames are looked at one after another; at most a few are in memory.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/imaging/frame.hpp"
#include "gantry/imaging/mask.hpp"

namespace gantry::imaging {

/// Where frames come from.
class FrameSource {
public:
    virtual ~FrameSource() = default;
    virtual const std::vector<FrameHeader>& headers() const = 0;
    virtual Result<Frame> frame(std::size_t index) = 0;
    /// What a thumbnail shows of it: of colour its brightness.
    virtual Result<Frame> picture(std::size_t index) { return frame(index); }
};

/// Where in the series the trouble shows.
struct Place {
    std::size_t frame = 0;   ///< index into FrameSource::headers()
    std::optional<Box> box;  ///< nullopt: the whole frame
};

struct Measured {
    double value = 0;            ///< base units: HU, shares 0..1, mm, mm2, counts, parts per million
    std::optional<Place> place;  ///< nullopt: no single frame shows it
};

struct Survey {
    std::map<std::string, Measured> measures;    ///< by check name, "image.gnl_hu"
    std::map<std::string, std::string> reasons;  ///< check name to why it could not be measured, for people
    std::string pixels_sha256;  ///< of all decoded values in stack order; "" if some cannot be decoded
    std::size_t frames = 0;
    std::size_t middle_frame = 0;  ///< of the largest stack: what a thumbnail shows
    float window_low = 0;          ///< values that pictures show black
    float window_high = 1;         ///< and white
};

/// @param modality  (0008,0060): what CT, MR and PT ask for differs; of others only decoding, blank frames
/// and
///                  identity are measured
Survey survey(FrameSource& source, std::string_view modality);

/// Every check name that survey() may give.
std::vector<std::string_view> measureNames();

}  // namespace gantry::imaging
