#pragma once
/// What of an image is to be blanked: regions that are given, what lies outside of the ultrasound's regions,
/// and lines of text that may not stay.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gantry/imaging/image_file.hpp"
#include "gantry/imaging/mask.hpp"
#include "text_reader.hpp"

namespace gantry::imaging {

struct PixelWish {
    std::vector<Box> regions;               ///< always blanked
    std::optional<std::vector<Box>> drawn;  ///< by a person: then no text is looked for
};

struct Finding {
    Box box;
    std::string_view kind;    ///< "text", "region", "outside", "drawn"
    std::string_view spared;  ///< see allowedAs(); "" when it is blanked
};

struct PixelPlan {
    Mask blank;  ///< of every frame
    std::vector<Finding> findings;
    std::string doubt;  ///< why a person has to look; "" when nobody has to
    Gray shown;         ///< the frame that people are shown
    bool blanksAny() const;
};

/// Looks at all frames of a short run; of a long one at some, and at the brightest and darkest that each
/// pixel ever is.
/// @param reader  of the worker, its allowance fresh
/// @errors as ImageFile::stored(); BadFormat; Unsupported for pixels that cannot be looked at
Result<PixelPlan> planPixels(const ImageFile& file, const PixelWish& wish, TextReader& reader);

}  // namespace gantry::imaging
