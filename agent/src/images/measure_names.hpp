#pragma once
/// The checks that gantry-worker measures (docs/formats/worker.md). A test holds them against the worker's
/// own list.

#include <algorithm>
#include <array>
#include <string_view>

namespace gantry::agent {

inline constexpr std::array<std::string_view, 17> kMeasureNames = {
    "image.undecodable",     "image.blank_frames",  "image.saturated", "image.stack_discontinuity",
    "image.slice_drop",      "image.air_hu",        "image.gnl_hu",    "image.body_truncation",
    "image.metal_ppm",       "image.ghost_percent", "image.snr",       "image.snr_ratio",
    "image.edge_truncation", "image.frame_motion",  "image.body_area", "image.head_size",
    "image.end_slices_body"};

inline bool isMeasureName(std::string_view name) {
    return std::ranges::find(kMeasureNames, name) != kMeasureNames.end();
}

}  // namespace gantry::agent
