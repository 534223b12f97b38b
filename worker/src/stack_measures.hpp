#pragma once
/// What a stack shows that no single frame does: blank frames between others, frames out of order, frames
/// whose signal drops.

#include <optional>
#include <vector>

#include "gantry/imaging/robust.hpp"
#include "gantry/imaging/slice_measures.hpp"

namespace gantry::imaging {

/// What is kept of each frame of a stack, in stack order.
struct Note {
    std::size_t frame = 0;  ///< index into the source's headers
    bool decoded = false;   ///< what follows is meaningless otherwise
    Moments moments;
    std::optional<double> to_former;  ///< correlation with the frame before
    std::optional<double> to_second;  ///< with the one before that
};

/// Frames of a stack below which nothing is usual.
inline constexpr std::size_t kLeastForOutliers = 12;

struct Blanks {
    double count = 0;
    std::size_t first = 0;  ///< Note::frame of the first one
};
/// Frames with at most two values or, unless `by_values_alone`, with an SD below 1/1000 of the stack's.
/// Scanners leave frames without signal at the ends of a stack: only those between others count, or all if
/// all are blank.
Blanks blankFrames(const std::vector<Note>& notes, bool by_values_alone);

/// Neighbours that fit each other worse than those around them do, while a frame further on fits better:
/// frames that changed places, or one that belongs elsewhere. z adds up, in robust sigmas, how far their
/// correlation lies below the median of the nine around and how far below that with the further frame;
/// `index` is into the notes. 0 where no frame further on fits better: anatomy that changes quickly, as at
/// the vertex, is no break. Nullopt below kLeastForOutliers frames.
std::optional<Outlier> discontinuity(const std::vector<Note>& notes);

/// The frame whose mean lies furthest off the line between its neighbours' means.
std::optional<Outlier> signalDrop(const std::vector<Note>& notes);

}  // namespace gantry::imaging
