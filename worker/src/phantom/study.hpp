#pragma once
/// All images of a study, by series, with what their headers say that phantom tests need. Frames are decoded
/// when asked for.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gantry/imaging/series_source.hpp"
#include "gantry/imaging/stacks.hpp"

namespace gantry::imaging::phantom {

/// Texts are the header's, numbers nullopt when it does not say them.
struct SeriesFacts {
    std::string uid, modality, description, manufacturer, model, serial, software, kernel;
    std::string units, decay_correction;  ///< PET
    int number = 0;
    std::optional<double> field_t, kvp, thickness_mm, weight_kg;
    std::optional<double> dose_bq, half_life_s;         ///< of the first radiopharmaceutical
    std::optional<double> injected_s, scan_start_s;     ///< seconds on the scanner's clock
    std::optional<double> suv_factor, activity_factor;  ///< Philips: SUV, Bq/ml for each value
};

struct ImageFacts {
    std::optional<double> echo_ms, repetition_ms;
    std::optional<double> b_value;                       ///< s/mm2
    std::optional<std::array<double, 3>> direction;      ///< of diffusion
    std::optional<double> acquired_s;                    ///< seconds on the scanner's clock
    std::optional<double> frame_reference_ms, frame_ms;  ///< PET
    std::string acquired;                                ///< YYYYMMDDHHMMSS, "" when not told
    std::string image_type;
};

/// Seconds since 1970-01-01 of YYYYMMDD and HHMMSS.F, or of both in one. @return nullopt when it is no time
std::optional<double> clockSeconds(std::string_view date, std::string_view time);

struct StudySeries {
    SeriesFacts facts;
    std::vector<FileRange> files;
    std::unique_ptr<SeriesSource> source;
    std::vector<ImageFacts> images;  ///< one for each of source->headers()
    std::vector<FrameStack> stacks;  ///< the largest first
};

/// Series in the order of their numbers. Files without images (reports, presentation states) are left out.
struct Study {
    std::vector<StudySeries> series;
    std::size_t unreadable_files = 0;
};
Study openStudy(const std::vector<FileRange>& files);

/// The decoded frames of one stack.
struct Images {
    std::vector<Frame> frames;
    std::vector<ImageFacts> facts;
    std::vector<FrameHeader> headers;
    std::vector<double>
        along_mm;  ///< position along the normal, ascending; by order when nothing places them
    bool placed = false;
    std::size_t undecodable = 0;  ///< left out
};
/// @param most  frames that are decoded at most, evenly spread over the stack; 0: all
Images imagesOf(StudySeries& series, const FrameStack& stack, std::size_t most = 0);

}  // namespace gantry::imaging::phantom
