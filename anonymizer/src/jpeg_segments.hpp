#pragma once
/// Finds what a compressed stream says besides the image, so that it can be blanked without moving a byte.

#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer {

/// Fed with the fragments of pixel data in order; a frame may span several of them.
class SegmentFinder {
public:
    explicit SegmentFinder(bool jpeg2000) : jpeg2000_(jpeg2000) {}
    /// Appends, ascending, the ranges of `fragment` that are comments, application segments other than those
    /// that decoders need (JFIF, Adobe, the colour transform of JPEG-LS), or lie behind the end of the image.
    /// @return false when the stream does not begin as it should, so nothing is known of it
    bool look(Bytes fragment, std::vector<Bytes>& found);

private:
    void lookJpeg(Bytes fragment, std::vector<Bytes>& found);
    void lookJpeg2000(Bytes fragment, std::vector<Bytes>& found);

    bool jpeg2000_;
    bool started_ = false;
    bool in_scan_ = false;  ///< the last fragment ended inside entropy-coded data
};

}  // namespace gantry::anonymizer
